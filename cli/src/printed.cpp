#include "printed.hpp"

#include "base/io/environment.hpp"
#include "base/text/printable.hpp"

#include <algorithm>
#include <array>

namespace floe::cli {
namespace {

bool is_set(const io::Environment& environment, const char* variable) {
  const std::string value = environment.get(variable).value_or("");
  return !value.empty() && value != "0" && value != "false";
}

// Azure's agents and TeamCity's do not set CI.
bool is_in_ci_job() {
  constexpr std::array kVariables{"CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"};
  const auto environment = io::make_process_environment();
  return std::any_of(kVariables.begin(), kVariables.end(),
                     [&](const char* variable) { return is_set(*environment, variable); });
}

}  // namespace

Printed printed_kind(std::string_view format) {
  if (format == "json" || format == "sarif") return Printed::kJson;
  return format == "github" ? Printed::kCommands : Printed::kText;
}

std::string printed(std::string_view output, Printed kind) {
  if (kind == Printed::kJson) return text::printable_json(output);
  std::string shown = text::printable_output(output);
  return kind == Printed::kText && is_in_ci_job() ? text::without_commands(shown) : shown;
}

}  // namespace floe::cli
