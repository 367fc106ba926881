#include "render_check.hpp"

#include "base/diagnostics/junit.hpp"
#include "base/json/json.hpp"

#include <fmt/format.h>

#include <functional>

namespace floe::cli {
namespace {

using diagnostics::JunitCase;
using diagnostics::JunitVerdict;

void for_each_object(const json::object& parent, std::string_view key,
                     const std::function<void(const json::object&)>& one) {
  const json::array* list = get_array(parent, key);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
    one((*list)[i].as_object());
}

// `query: crashed with signal 11`
std::string finding_text(const json::object& finding) {
  const std::string method = get_string_or(finding, "method", "");
  return (method.empty() ? "" : method + ": ") + get_string_or(finding, "message", "");
}

std::string findings_text(const json::object& check) {
  std::string text;
  for_each_object(check, "findings",
                  [&](const json::object& finding) { text += (text.empty() ? "" : "\n") + finding_text(finding); });
  return text;
}

JunitCase junit_case(const json::object& check, const std::string& plugin) {
  const std::string verdict = get_string_or(check, "verdict", "");
  JunitCase out{plugin, get_string_or(check, "id", "")};
  out.seconds = static_cast<double>(get_int(check, "took_ms").value_or(0)) / 1000;
  if (verdict == "failed") out.verdict = JunitVerdict::kFailed;
  if (verdict == "skipped") out.verdict = JunitVerdict::kSkipped;
  if (verdict == "warned") out.verdict = JunitVerdict::kNoted;
  (verdict == "skipped" ? out.message : out.text) = findings_text(check);
  return out;
}

}  // namespace

std::string render_plugin_check(std::string_view answer_json) {
  const auto answer = parse_json_object(answer_json);
  if (!answer.has_value() || answer->empty()) return "";
  std::string text;
  for_each_object(*answer, "checks", [&](const json::object& check) {
    const std::string verdict = get_string_or(check, "verdict", "");
    text += fmt::format("{:<8} {}\n", verdict == "passed" ? "ok" : verdict, get_string_or(check, "id", ""));
    if (verdict == "failed" || verdict == "warned")
      text += fmt::format("         {}\n", get_string_or(check, "title", ""));
    for_each_object(check, "findings", [&](const json::object& finding) {
      text += fmt::format("         - {}\n", finding_text(finding));
    });
  });
  const json::object* summary = get_object(*answer, "summary");
  if (summary == nullptr) return text;
  const auto count = [&](std::string_view key) { return get_int(*summary, key).value_or(0); };
  return text + fmt::format("{} passed, {} warned, {} failed, {} skipped\n", count("passed"), count("warned"),
                            count("failed"), count("skipped"));
}

std::string render_junit(std::string_view answer_json) {
  const auto answer = parse_json_object(answer_json);
  if (!answer.has_value() || answer->empty()) return "";
  const json::object* plugin = get_object(*answer, "plugin");
  if (plugin == nullptr) return "";
  const std::string name = "floe plugin check " + get_string_or(*plugin, "id", "");
  diagnostics::JunitSuite suite{name, {}};
  for_each_object(*answer, "checks", [&](const json::object& check) {
    suite.cases.push_back(junit_case(check, get_string_or(*plugin, "id", "")));
  });
  return diagnostics::junit_document(name, {suite});
}

}  // namespace floe::cli
