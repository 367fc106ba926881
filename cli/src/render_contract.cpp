#include "render_contract.hpp"

#include <fmt/format.h>

namespace floe::cli {
namespace {

std::string render_contract_validate(const json::object& answer) {
  std::string out;
  if (const json::array* contracts = get_array(answer, "contracts")) {
    for (const json::value& item : *contracts) {
      const json::object& contract = item.as_object();
      const bool is_valid = get_bool_or(contract, "valid", false);
      out += fmt::format("{} {}", is_valid ? "✓" : "✗", get_string_or(contract, "file", ""));
      out += is_valid
                 ? fmt::format(": {} {}\n", get_string_or(contract, "id", ""), get_string_or(contract, "version", ""))
                 : ": not valid\n";
    }
  }
  return out;
}

std::string render_contract_diff(const json::object& answer) {
  std::string out;
  if (const json::array* changes = get_array(answer, "changes")) {
    for (const json::value& item : *changes) {
      const json::object& change = item.as_object();
      out += fmt::format("{:<9} {}\n", get_string_or(change, "kind", ""), get_string_or(change, "message", ""));
    }
  }
  const std::string step = get_string_or(answer, "step", "");
  return out + fmt::format("{} {} -> {}: {}\n", get_string_or(answer, "id", ""),
                           get_string_or(answer, "old_version", ""), get_string_or(answer, "new_version", ""),
                           step.empty() ? "nothing changed" : "demands a " + step + " step");
}

}  // namespace

std::string render_contract(std::string_view command, const json::object& answer) {
  return command == "diff" ? render_contract_diff(answer) : render_contract_validate(answer);
}

}  // namespace floe::cli
