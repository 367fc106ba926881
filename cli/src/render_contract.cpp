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

// One document after the other, as YAML has it; with files, only their names.
std::string render_contract_generate(const json::object& answer) {
  std::string out;
  const json::array* contracts = get_array(answer, "contracts");
  if (contracts == nullptr) return out;
  for (const json::value& item : *contracts) {
    const json::object& contract = item.as_object();
    const std::string path = get_string_or(contract, "path", "");
    if (!path.empty()) {
      out += path + "\n";
      continue;
    }
    out += (contracts->size() > 1 ? "---\n" : "") + get_string_or(contract, "document", "");
  }
  return out;
}

// A line per contract, and below it one per finding.
template <class Line>
std::string render_findings(const json::object& answer, std::string_view list, Line line) {
  std::string out;
  const json::array* contracts = get_array(answer, "contracts");
  if (contracts == nullptr) return out;
  for (const json::value& item : *contracts) {
    const json::object& contract = item.as_object();
    out += fmt::format("{} {}: {}\n", get_string_or(contract, "id", ""), get_string_or(contract, "version", ""),
                       get_string_or(contract, "table", ""));
    const json::array* findings = get_array(contract, list);
    if (findings == nullptr || findings->empty()) {
      out += get_bool_or(contract, "exists", true) ? "  ✓ nothing to tell\n" : "  ✗ there is no such table\n";
      continue;
    }
    for (const json::value& finding : *findings)
      out += line(finding.as_object());
  }
  return out;
}

std::string drift_line(const json::object& drift) {
  return fmt::format("  {} {:<11} {}\n", get_bool_or(drift, "breaking", false) ? "✗" : "⚠",
                     get_string_or(drift, "kind", ""), get_string_or(drift, "message", ""));
}

std::string level_line(const json::object& level) {
  const std::string status = get_string_or(level, "status", "");
  const char* mark = status == "kept" ? "✓" : (status == "broken" ? "✗" : "?");
  return fmt::format("  {} {:<12} {:>6} promised, {} found: {}\n", mark, get_string_or(level, "property", ""),
                     get_string_or(level, "promised", ""), get_string_or(level, "found", "nothing"),
                     get_string_or(level, "reason", ""));
}

}  // namespace

std::string render_contract(std::string_view command, const json::object& answer) {
  if (command == "generate") return render_contract_generate(answer);
  if (command == "drift") return render_findings(answer, "differences", drift_line);
  if (command == "check") return render_findings(answer, "service_levels", level_line);
  return command == "diff" ? render_contract_diff(answer) : render_contract_validate(answer);
}

}  // namespace floe::cli
