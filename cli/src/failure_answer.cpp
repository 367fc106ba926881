#include "failure_answer.hpp"

#include "base/json/json.hpp"

namespace floe::cli {

std::string failure_answer(int exit_code, std::string_view findings_json) {
  json::object answer{{"success", false}, {"exit_code", exit_code}, {"diagnostics", json::array()}};
  const auto findings = parse_json_object(findings_json);
  const json::array* list = findings ? get_array(*findings, "diagnostics") : nullptr;
  if (list != nullptr) answer["diagnostics"] = *list;
  return to_json(answer);
}

}  // namespace floe::cli
