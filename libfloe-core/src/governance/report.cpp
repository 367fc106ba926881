#include "governance/report.hpp"

#include "rules/inheritance/settings.hpp"

#include "base/text/printable.hpp"

#include <algorithm>

namespace floe::governance {
namespace {

// What of a manifest binds a product.
bool is_governance(std::string_view address) {
  constexpr std::string_view kSections[] = {"governance.",    "data_architecture.", "approved_plugins",
                                            "approved_sinks", "approved_products",  "plugins."};
  return std::any_of(std::begin(kSections), std::end(kSections),
                     [&](std::string_view section) { return address.starts_with(section); });
}

std::string_view verdict_of(const policy::Verdict& verdict) {
  if (verdict.problem.empty()) return "pass";
  if (verdict.is_excluded) return "excluded";
  return verdict.action == config::Action::kBlock ? "fail" : "warn";
}

// Of the manifest of that name; null when the chain has none.
json::value scope_of(const json::array& manifests, std::string_view name) {
  for (const json::value& manifest : manifests) {
    if (get_string_or(manifest.as_object(), "name", "") == name) return manifest.as_object().at("scope");
  }
  return nullptr;
}

json::array settings_array(const inheritance::Chain& chain) {
  const json::array manifests = inheritance::chain_json(chain.tiers);
  json::array out;
  for (const inheritance::Setting& setting : inheritance::settings_of(chain)) {
    if (!is_governance(setting.address)) continue;
    json::object entry = inheritance::setting_json(setting);
    entry["scope"] = scope_of(manifests, setting.manifest);
    entry["manifest"] = text_or_null(setting.manifest);
    out.push_back(std::move(entry));
  }
  return out;
}

json::object policy_object(const artifact::PolicyResult& result) {
  const auto policies = policy::policies();
  const auto written = std::find_if(policies.begin(), policies.end(),
                                    [&](const policy::Policy& one) { return one.name == result.name; });
  json::array models;
  for (const policy::Verdict& verdict : result.verdicts) {
    models.push_back(json::object{{"model", verdict.model},
                                  {"verdict", verdict_of(verdict)},
                                  {"code", text_or_null(verdict.diagnostic.code)},
                                  {"problem", text_or_null(verdict.problem)},
                                  {"expected", text_or_null(verdict.expected)},
                                  {"override", text_or_null(verdict.override_reason)}});
  }
  return json::object{{"policy", result.name},
                      {"title", written == policies.end() ? std::string_view(result.name) : written->title},
                      {"level", config::enforcement_name(result.level)},
                      {"models", std::move(models)}};
}

json::value overrides_of(const artifact::ArtifactInput& examined) {
  auto enforcement = parse_json_object(artifact::enforcement_json(examined));
  return enforcement ? (*enforcement)["overrides"] : json::value(json::array());
}

json::object platform_object(const artifact::ArtifactInput& examined) {
  json::object out{{"ref", text_or_null(examined.compiled.platform_ref)}, {"chain", json::array()}};
  if (examined.chain != nullptr) out["chain"] = inheritance::chain_json(examined.chain->tiers);
  return out;
}

}  // namespace

Report report_of(const artifact::ArtifactInput& examined) {
  Report report;
  json::array policies;
  for (const artifact::PolicyResult& result : examined.policies) {
    policies.push_back(policy_object(result));
    for (const policy::Verdict& verdict : result.verdicts) {
      if (verdict.is_excluded) report.suppressed.push_back({verdict.diagnostic, verdict.override_reason});
    }
  }
  const bool has_settings = examined.chain != nullptr && examined.chain->merged != nullptr;
  report.document = json::object{{"schema", "floe.governance_report/1"},
                                 {"floe_version", FLOE_VERSION},
                                 {"product", json::object{{"name", examined.compiled.product_name},
                                                          {"version", text_or_null(examined.compiled.product_version)},
                                                          {"domain", text_or_null(examined.compiled.domain)},
                                                          {"models", examined.graph.models.size()}}},
                                 {"platform", platform_object(examined)},
                                 {"policies", std::move(policies)},
                                 {"overrides", overrides_of(examined)},
                                 {"settings", has_settings ? settings_array(*examined.chain) : json::array()}};
  return report;
}

void add_findings(std::vector<Diagnostic> findings, Report* report) {
  const auto errors = std::count_if(findings.begin(), findings.end(),
                                    [](const Diagnostic& one) { return one.severity == Severity::kError; });
  const auto document = parse_json_object(diagnostics_to_json(findings));
  const json::array* list = document ? get_array(*document, "diagnostics") : nullptr;
  report->document["passed"] = errors == 0;
  report->document["summary"] = json::object{{"errors", errors},
                                             {"warnings", static_cast<std::int64_t>(findings.size()) - errors},
                                             {"excluded", report->suppressed.size()}};
  report->document["findings"] = list == nullptr ? json::array() : *list;
  report->findings = std::move(findings);
}

std::string report_as_json(const Report& report) { return text::printable_json(to_pretty_json(report.document, true)); }

}  // namespace floe::governance
