#include "render_platform.hpp"

#include "text_table.hpp"

#include "base/diagnostics/junit.hpp"

#include <fmt/format.h>

#include <vector>

namespace floe::cli {
namespace {

std::string value_text(const json::value& value) {
  if (value.is_null()) return "not set";
  return value.is_string() ? std::string(to_view(value.get_string())) : to_json(value);
}

std::string render_platform_artifact(const json::object& answer) {
  std::string out;
  if (const json::array* files = get_array(answer, "files")) {
    for (const json::value& file : *files)
      out += fmt::format("{}/{}\n", get_string_or(answer, "path", ""), to_view(file.as_string()));
  }
  const std::string tag = get_string_or(answer, "tag", "");
  return tag.empty() ? out : out + fmt::format("{} {}\n", tag, get_string_or(answer, "digest", ""));
}

std::string render_platform_settings(const json::object& answer) {
  std::vector<std::vector<std::string>> rows;
  if (const json::array* settings = get_array(answer, "settings")) {
    for (const json::value& item : *settings) {
      const json::object& setting = item.as_object();
      const json::value& value = setting.at("value");
      rows.push_back({get_string_or(setting, "address", ""),
                      value.is_string() ? std::string(to_view(value.get_string())) : to_json(value),
                      fmt::format("{}:{}", get_string_or(setting, "file", ""), get_int(setting, "line").value_or(0))});
    }
  }
  return format_text_table({{"setting", Align::kLeft}, {"value", Align::kLeft}, {"from", Align::kLeft}}, rows);
}

std::string render_platform_diff(const json::object& answer) {
  std::string out;
  std::vector<std::vector<std::string>> rows;
  for (const json::value& item : answer.at("changes").as_array()) {
    const json::object& change = item.as_object();
    rows.push_back({get_string_or(change, "effect", ""), get_string_or(change, "address", ""),
                    value_text(change.at("before")), value_text(change.at("after"))});
  }
  if (rows.empty()) {
    out = "nothing changes\n";
  } else {
    out = format_text_table(
        {{"effect", Align::kLeft}, {"setting", Align::kLeft}, {"before", Align::kLeft}, {"after", Align::kLeft}}, rows);
  }
  const json::object* product = get_object(answer, "product");
  if (product == nullptr) return out;
  const std::size_t appeared = product->at("new_findings").as_array().size();
  const std::size_t gone = product->at("gone_findings").as_array().size();
  const bool is_fine = get_bool_or(answer, "success", false);
  return out + fmt::format("\n{} {}: {} new finding{}, {} gone; {}\n", is_fine ? "✓" : "✗",
                           get_string_or(*product, "name", ""), appeared, appeared == 1 ? "" : "s", gone,
                           is_fine ? "it still compiles" : "the upgrade breaks it");
}

std::string render_platform_test(const json::object& answer) {
  std::string out;
  for (const json::value& item : answer.at("tests").as_array()) {
    const json::object& test = item.as_object();
    const bool passed = get_bool_or(test, "passed", false);
    out += fmt::format("{:<6} {}\n", passed ? "ok" : "failed", get_string_or(test, "name", ""));
  }
  const json::object& summary = answer.at("summary").as_object();
  return out + fmt::format("{} passed, {} failed\n", get_int(summary, "passed").value_or(0),
                           get_int(summary, "failed").value_or(0));
}

}  // namespace

std::string render_platform(std::string_view command, const json::object& answer) {
  if (command == "compile") return render_platform_artifact(answer);
  if (command == "diff") return render_platform_diff(answer);
  return command == "test" ? render_platform_test(answer) : render_platform_settings(answer);
}

std::string render_platform_junit(std::string_view answer_json) {
  const auto answer = parse_json_object(answer_json);
  const json::array* tests = answer ? get_array(*answer, "tests") : nullptr;
  if (tests == nullptr) return "";
  diagnostics::JunitSuite suite{"platform", {}};
  for (const json::value& item : *tests) {
    const json::object& test = item.as_object();
    diagnostics::JunitCase one{"platform", get_string_or(test, "name", "")};
    if (!get_bool_or(test, "passed", false)) {
      one.verdict = diagnostics::JunitVerdict::kFailed;
      one.message = get_string_or(test, "message", "");
    }
    suite.cases.push_back(std::move(one));
  }
  return diagnostics::junit_document("platform", {suite});
}

}  // namespace floe::cli
