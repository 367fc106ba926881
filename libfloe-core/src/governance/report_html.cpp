#include "governance/report.hpp"

#include "base/diagnostics/junit.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <map>

namespace floe::governance {
namespace {

// Nothing is fetched and nothing runs; the colours are those the reader's system asks for.
constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
code { font-family: ui-monospace, monospace; }
.fail, .error { color: #b3261e; font-weight: 600; }
.warn, .warning { color: #8a5a00; font-weight: 600; }
.pass { color: #1b6e36; }
@media (prefers-color-scheme: dark) {
  .fail, .error { color: #ff8a80; }
  .warn, .warning { color: #ffc766; }
  .pass { color: #7fd99a; }
}
</style>
</head>
<body>
)";

struct Cell {
  // Most cells are a text: rows are lists of them.
  Cell(std::string written, std::string kind = "")  // NOLINT(google-explicit-constructor)
      : text(std::move(written)), css_class(std::move(kind)) {}

  std::string text;
  std::string css_class;
};

std::string element(std::string_view name, const std::string& css_class, std::string_view text) {
  const std::string attribute = css_class.empty() ? "" : fmt::format(" class=\"{}\"", css_class);
  return fmt::format("<{}{}>{}</{}>", name, attribute, diagnostics::escape_xml(text), name);
}

std::string table(std::string_view caption, const std::vector<std::string>& titles,
                  const std::vector<std::vector<Cell>>& rows) {
  if (rows.empty()) return fmt::format("<p>{}: none.</p>\n", diagnostics::escape_xml(caption));
  std::string out = fmt::format("<table>\n<caption>{}</caption>\n<thead><tr>", diagnostics::escape_xml(caption));
  for (const std::string& title : titles)
    out += fmt::format("<th scope=\"col\">{}</th>", title);
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    out += "<tr>";
    for (const Cell& cell : row)
      out += element("td", cell.css_class, cell.text);
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(to_view(value->get_string())) : to_json(*value);
}

std::string counted(const json::object& object, std::string_view key, std::string_view noun) {
  return text::counted(get_int(object, key).value_or(0), noun);
}

std::string header(const json::object& report) {
  const json::object& product = report.at("product").as_object();
  const json::object& summary = report.at("summary").as_object();
  const bool passed = report.at("passed").as_bool();
  std::string out = element("h1", "", "Governance of " + text_of(product, "name") + " " + text_of(product, "version"));
  out += "\n<p>" + element("strong", passed ? "pass" : "fail", passed ? "Passed" : "Failed");
  out += diagnostics::escape_xml(fmt::format(
      ": {}, {}, {} excluded by overrides, {}.", counted(summary, "errors", "error"),
      counted(summary, "warnings", "warning"), text_of(summary, "excluded"), counted(product, "models", "model")));
  return out + "</p>\n";
}

std::string platform(const json::object& report) {
  std::vector<std::vector<Cell>> rows;
  for (const json::value& item : report.at("platform").at("chain").as_array()) {
    const json::object& tier = item.as_object();
    rows.push_back({text_of(tier, "scope"), text_of(tier, "name"), text_of(tier, "version"), text_of(tier, "ref"),
                    text_of(tier, "digest")});
  }
  return table("Platform", {"Scope", "Name", "Version", "Reference", "Digest"}, rows);
}

std::string policies(const json::object& report) {
  std::vector<std::vector<Cell>> rows;
  std::vector<std::vector<Cell>> verdicts;
  for (const json::value& item : report.at("policies").as_array()) {
    const json::object& policy = item.as_object();
    std::map<std::string, int> counts;
    for (const json::value& each : policy.at("models").as_array()) {
      const json::object& model = each.as_object();
      const std::string verdict = text_of(model, "verdict");
      ++counts[verdict];
      verdicts.push_back({text_of(policy, "title"),
                          text_of(model, "model"),
                          {verdict, verdict},
                          text_of(model, "code"),
                          text_of(model, "problem"),
                          text_of(model, "expected"),
                          text_of(model, "override")});
    }
    rows.push_back({text_of(policy, "title"), text_of(policy, "level"), fmt::to_string(counts["pass"]),
                    fmt::to_string(counts["warn"]), fmt::to_string(counts["fail"]),
                    fmt::to_string(counts["excluded"])});
  }
  return table("Policies", {"Policy", "Level", "Passed", "Warned", "Failed", "Excluded"}, rows) +
         table("Verdicts", {"Policy", "Model", "Verdict", "Code", "Problem", "Expected", "Override"}, verdicts);
}

std::string findings(const std::vector<Diagnostic>& list) {
  std::vector<std::vector<Cell>> rows;
  for (const Diagnostic& finding : list) {
    const Span* span = finding.primary();
    const std::string severity(severity_name(finding.severity));
    rows.push_back({{severity, severity},
                    finding.code,
                    span == nullptr ? "" : fmt::format("{}:{}", span->file, span->line),
                    finding.message,
                    text::join(finding.helps, "; ")});
  }
  return table("Findings", {"Severity", "Code", "Place", "Message", "Help"}, rows);
}

std::string overrides(const json::object& report) {
  std::vector<std::vector<Cell>> rows;
  for (const json::value& item : report.at("overrides").as_array()) {
    const json::object& one = item.as_object();
    const bool is_expired = get_bool_or(one, "is_expired", false);
    const std::string expires = text_of(one, "expires");
    rows.push_back({text_of(one, "pattern"),
                    text_of(one, "action"),
                    text_of(one, "reason"),
                    {expires + (is_expired ? " (expired)" : ""), is_expired ? "warn" : ""},
                    fmt::to_string(one.at("softened").as_array().size())});
  }
  return table("Overrides", {"Models", "Action", "Reason", "Expires", "Findings"}, rows);
}

std::string settings(const json::object& report) {
  std::vector<std::vector<Cell>> rows;
  for (const json::value& item : report.at("settings").as_array()) {
    const json::object& one = item.as_object();
    rows.push_back({text_of(one, "address"), text_of(one, "value"), text_of(one, "scope"),
                    text_of(one, "file") + ":" + text_of(one, "line")});
  }
  return table("Settings and where they come from", {"Setting", "Value", "Scope", "Place"}, rows);
}

}  // namespace

std::string report_as_html(const Report& report) {
  const json::object& document = report.document;
  const std::string title = "Governance of " + text_of(document.at("product").as_object(), "name");
  return text::replace_all(kHead, "{title}", diagnostics::escape_xml(title)) + "<main>\n" + header(document) +
         platform(document) + policies(document) + findings(report.findings) + overrides(document) +
         settings(document) + "</main>\n</body>\n</html>\n";
}

}  // namespace floe::governance
