// What a platform demands of a product and what came of it, for those who have to show it: policies, verdicts per
// model, findings, overrides, and where each setting comes from. Include in .cpp files only.
#pragma once

#include "artifact/compiled_artifacts.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"

#include <string>
#include <vector>

namespace floe::governance {

struct Suppressed {
  Diagnostic finding;
  std::string reason;  // of the policy override
};

struct Report {
  json::object document;               // floe.governance_report/1
  std::vector<Diagnostic> findings;    // what the compile reports
  std::vector<Suppressed> suppressed;  // what overrides exclude
};

// All but the findings, which come last.
Report report_of(const artifact::ArtifactInput& examined);
void add_findings(std::vector<Diagnostic> findings, Report* report);

std::string report_as_json(const Report& report);
// SARIF 2.1.0: excluded findings are suppressed results, rules carry their pages, the rest is in `properties.floe`.
std::string report_as_sarif(const Report& report);
// JUnit: a suite per policy with a case per model, and one for findings that no policy made.
std::string report_as_junit(const Report& report);
// One page that needs nothing else.
std::string report_as_html(const Report& report);

}  // namespace floe::governance
