#include "render_check.hpp"

#include "base/json/json.hpp"

#include <fmt/format.h>

#include <functional>

namespace floe::cli {
namespace {

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

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
    }
  }
  return out;
}

std::string test_case(const json::object& check, std::string_view plugin) {
  const std::string verdict = get_string_or(check, "verdict", "");
  const double seconds = static_cast<double>(get_int(check, "took_ms").value_or(0)) / 1000;
  std::string text = fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", escaped(plugin),
                                 escaped(get_string_or(check, "id", "")), seconds);
  const std::string findings = escaped(findings_text(check));
  if (verdict == "failed") return text + fmt::format("><failure>{}</failure></testcase>\n", findings);
  if (verdict == "skipped") return text + fmt::format("><skipped message=\"{}\"/></testcase>\n", findings);
  if (verdict == "warned") return text + fmt::format("><system-out>{}</system-out></testcase>\n", findings);
  return text + "/>\n";
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
  const json::object* summary = get_object(*answer, "summary");
  if (plugin == nullptr || summary == nullptr) return "";
  const std::string id = get_string_or(*plugin, "id", "");
  std::string cases;
  std::int64_t tests = 0;
  for_each_object(*answer, "checks", [&](const json::object& check) {
    cases += test_case(check, id);
    ++tests;
  });
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"floe plugin check {}\" tests=\"{}\" "
      "failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}</testsuite>\n",
      escaped(id), tests, get_int(*summary, "failed").value_or(0), get_int(*summary, "skipped").value_or(0), cases);
}

}  // namespace floe::cli
