// floe plugin check: the conformance checks on one plugin, which the devkit makes.
#include "devkit/devkit.hpp"
#include "plugin/roots.hpp"
#include "plugin/uncalled_interface.hpp"
#include "verbs/verb_table.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/diagnostics/junit.hpp"
#include "base/fail.hpp"

#include <fmt/format.h>

#include <functional>

namespace floe::run {
namespace {

Result<devkit::CheckRequest> check_request(Context& context, const json::object& request) {
  devkit::CheckRequest out;
  const std::string path = FLOE_TRY(require_string(request, "path"));
  out.path = io::join_path(context.options().directory, path);
  out.own_plugins = own_plugin_root({}, context.files());
  if (const json::object* config = get_object(request, "config")) out.config = to_json(*config);
  if (const auto level = get_int(request, "level")) out.level = static_cast<int>(*level);
  out.timeout_ms = get_int(request, "timeout_ms");
  if (const json::array* only = get_array(request, "only")) {
    for (const json::value& id : *only)
      out.only.emplace_back(id.is_string() ? to_view(id.get_string()) : std::string_view());
  }
  out.is_cancelled = [source = context.cancel_source()] { return source.is_cancelled(); };
  return out;
}

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

Diagnostic failed_check(const json::object& plugin, const json::object& check) {
  const std::string id = get_string_or(check, "id", "");
  Diagnostic found =
      error_diagnostic("FLOE-E0445", "plugin-check-failed",
                       fmt::format("plugin `{}` fails the check `{}`", get_string_or(plugin, "name", ""), id))
          .at(Span{io::join_path(get_string_or(plugin, "path", ""), "plugin.json")})
          .note(get_string_or(check, "title", ""))
          .addressed(id);
  for_each_object(check, "findings",
                  [&](const json::object& finding) { found.notes.push_back(finding_text(finding)); });
  return found;
}

void report_failed_checks(const json::object& report, DiagnosticSink& sink) {
  for_each_object(report, "checks", [&](const json::object& check) {
    if (get_string_or(check, "verdict", "") == "failed")
      sink.report(failed_check(report.at("plugin").as_object(), check));
  });
}

Diagnostic unchecked_plugin(const json::object& plugin, const devkit::CheckAnswer& checked) {
  return error_diagnostic("FLOE-E0447", "plugin-not-checked",
                          fmt::format("no method of plugin `{}` was checked", get_string_or(plugin, "name", "")))
      .at(Span{io::join_path(get_string_or(plugin, "path", ""), "plugin.json")})
      .note(checked.unchecked)
      .help(fmt::format("give it what it needs, as `--config '{}'`, or ask for less: `--level 1` calls no method",
                        checked.wanted_config.empty() ? "{...}" : checked.wanted_config))
      .addressed("plugin-not-checked");
}

Result<Answer> check_plugin(Context& context, const json::object& request, DiagnosticSink& sink) {
  const devkit::CheckRequest wanted = FLOE_TRY(check_request(context, request));
  devkit::Devkit* kit = FLOE_TRY(devkit::open_devkit());
  devkit::CheckAnswer checked = FLOE_TRY(kit->check(wanted));
  const json::object report = FLOE_TRY(parse_json_object(checked.report));
  report_failed_checks(report, sink);
  const bool is_unchecked = !checked.has_failed && !checked.unchecked.empty();
  if (is_unchecked) sink.report(unchecked_plugin(report.at("plugin").as_object(), checked));
  warn_when_uncalled(checked.interface, sink);
  return Answer{std::move(checked.report), checked.has_failed || is_unchecked ? 1 : 0};
}

// Skipped for want of an instance: the command fails (FLOE-E0447), so its report does, too.
bool lacks_instance(const json::object& check) {
  bool lacks = false;
  for_each_object(check, "findings",
                  [&](const json::object& finding) { lacks = lacks || get_bool_or(finding, "no_instance", false); });
  return lacks;
}

diagnostics::JunitCase junit_case(const json::object& check, const std::string& plugin) {
  const bool is_unchecked = lacks_instance(check);
  const std::string verdict = is_unchecked ? "failed" : get_string_or(check, "verdict", "");
  diagnostics::JunitCase out{plugin, get_string_or(check, "id", "")};
  out.seconds = static_cast<double>(get_int(check, "took_ms").value_or(0)) / 1000;
  if (verdict == "failed") out.verdict = diagnostics::JunitVerdict::kFailed;
  if (verdict == "skipped") out.verdict = diagnostics::JunitVerdict::kSkipped;
  if (verdict == "warned") out.verdict = diagnostics::JunitVerdict::kNoted;
  (verdict == "skipped" ? out.message : out.text) = findings_text(check);
  return out;
}

AnswerText plugin_check_text(const json::object& answer, const TextStyle& /*style*/) {
  std::string text;
  for_each_object(answer, "checks", [&](const json::object& check) {
    const std::string verdict = get_string_or(check, "verdict", "");
    text += fmt::format("{:<8} {}\n", verdict == "passed" ? "ok" : verdict, get_string_or(check, "id", ""));
    if (verdict == "failed") return;  // a finding says why
    if (verdict == "warned") text += fmt::format("         {}\n", get_string_or(check, "title", ""));
    for_each_object(check, "findings", [&](const json::object& finding) {
      text += fmt::format("         - {}\n", finding_text(finding));
    });
  });
  const json::object* summary = get_object(answer, "summary");
  if (summary == nullptr) return {text, ""};
  const auto count = [&](std::string_view key) { return get_int(*summary, key).value_or(0); };
  text += fmt::format("{} passed, {} warned, {} failed, {} skipped\n", count("passed"), count("warned"),
                      count("failed"), count("skipped"));
  return {text, ""};
}

std::string plugin_check_junit(const json::object& answer) {
  const json::object* plugin = get_object(answer, "plugin");
  if (plugin == nullptr) return "";
  const std::string name = "floe plugin check " + get_string_or(*plugin, "id", "");
  diagnostics::JunitSuite suite{name, {}};
  for_each_object(answer, "checks", [&](const json::object& check) {
    suite.cases.push_back(junit_case(check, get_string_or(*plugin, "id", "")));
  });
  return diagnostics::junit_document(name, {suite});
}

}  // namespace

Verb plugin_check_verb() {
  return {
      .name = "plugin check",
      .summary = "the conformance checks on one plugin",
      .details =
          R"(Each check runs in a process forked from this one. Exit code 1 when one failed, or when no method could be checked.)",
      .request =
          Arguments()
              .path("path", "path", "folder of the plugin, its plugin.json or its library", true)
              .number("--level", "level", 0, "0 static, 1 also load, 2 (default) also the contract of its methods")
              .words("--only", "only", "only these checks: contract.huge")
              .mapping("--config", "config", "configuration to make instances with, as YAML or JSON")
              .number("", "timeout_ms", 1, "how long one check may take"),
      .answer = R"({"type": "object", "required": ["schema", "plugin", "checks", "summary"], "properties": {
  "schema": {"const": "floe.check/1"}, "plugin": {"type": "object"}, "checks": {"type": "array"},
  "summary": {"type": "object"}}})",
      .run = check_plugin,
      .text = plugin_check_text,
      .junit = plugin_check_junit};
}

}  // namespace floe::run
