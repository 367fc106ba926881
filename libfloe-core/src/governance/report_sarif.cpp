#include "explain/error_page.hpp"
#include "governance/report.hpp"

#include "base/diagnostics/render.hpp"
#include "base/text/printable.hpp"

namespace floe::governance {
namespace {

void describe_rule(json::object* rule) {
  const explain::ErrorPage* page = explain::find_error_page(get_string_or(*rule, "id", ""));
  if (page == nullptr) return;
  (*rule)["shortDescription"] = json::object{{"text", page->summary}};
  (*rule)["help"] = json::object{{"text", page->text}, {"markdown", page->text}};
}

json::array suppression(const std::string& reason) {
  return {json::object{{"kind", "external"}, {"status", "accepted"}, {"justification", reason}}};
}

}  // namespace

std::string report_as_sarif(const Report& report) {
  std::vector<Diagnostic> all = report.findings;
  for (const Suppressed& one : report.suppressed)
    all.push_back(one.finding);
  RenderOptions options;
  options.format = DiagnosticFormat::kSarif;
  json::value log = *parse_json(render_diagnostics(all, options));
  json::object& run = log.at("runs").at(0).as_object();
  json::object& driver = run["tool"].at("driver").as_object();
  driver["semanticVersion"] = FLOE_VERSION;
  for (json::value& rule : driver["rules"].as_array())
    describe_rule(&rule.as_object());
  json::array& results = run["results"].as_array();
  for (std::size_t i = 0; i < report.suppressed.size(); ++i)
    results[report.findings.size() + i].as_object()["suppressions"] = suppression(report.suppressed[i].reason);
  run["invocations"] = json::array{json::object{{"executionSuccessful", true}}};
  json::object rest = report.document;
  rest.erase("findings");
  run["properties"] = json::object{{"floe", std::move(rest)}};
  return text::printable_json(to_pretty_json(log));
}

}  // namespace floe::governance
