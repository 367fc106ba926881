#include "printed.hpp"

#include "base/text/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace floe::cli {
namespace {

bool is_set(const char* variable) {
  const char* text = std::getenv(variable);
  const std::string_view value = text == nullptr ? std::string_view() : text;
  return !value.empty() && value != "0" && value != "false";
}

// Azure's agents and TeamCity's do not set CI.
bool is_in_ci_job() {
  constexpr std::array kVariables{"CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"};
  return std::any_of(kVariables.begin(), kVariables.end(), is_set);
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
