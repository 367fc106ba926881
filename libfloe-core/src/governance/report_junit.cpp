#include "governance/report.hpp"

#include "base/diagnostics/junit.hpp"

#include <fmt/format.h>

#include <set>

namespace floe::governance {
namespace {

using diagnostics::JunitCase;
using diagnostics::JunitSuite;
using diagnostics::JunitVerdict;

JunitCase case_of(const std::string& policy, const json::object& model) {
  const std::string verdict = get_string_or(model, "verdict", "");
  const std::string code = get_string_or(model, "code", "");
  const std::string message =
      fmt::format("{}; expected: {}", get_string_or(model, "problem", ""), get_string_or(model, "expected", ""));
  JunitCase out{policy, get_string_or(model, "model", "")};
  if (verdict == "fail") {
    out.verdict = JunitVerdict::kFailed;
    out.type = code;
    out.message = message;
  } else if (verdict == "excluded") {
    out.verdict = JunitVerdict::kSkipped;
    out.message = get_string_or(model, "override", "");
  } else if (verdict != "pass") {
    out.verdict = JunitVerdict::kNoted;
    out.text = code + " " + message;
  }
  return out;
}

JunitSuite suite_of(const json::object& policy, std::set<std::string>* codes) {
  JunitSuite suite{get_string_or(policy, "title", ""), {}};
  for (const json::value& model : policy.at("models").as_array()) {
    codes->insert(get_string_or(model.as_object(), "code", ""));
    suite.cases.push_back(case_of(get_string_or(policy, "policy", ""), model.as_object()));
  }
  return suite;
}

// What is wrong with the documents and the dbt project.
JunitSuite suite_of_documents(const std::vector<Diagnostic>& findings, const std::set<std::string>& policy_codes) {
  JunitSuite suite{"documents", {}};
  for (const Diagnostic& finding : findings) {
    if (policy_codes.contains(finding.code)) continue;
    const Span* span = finding.primary();
    JunitCase one{span == nullptr ? "floe" : fmt::format("{}:{}", span->file, span->line), finding.code};
    const bool is_error = finding.severity == Severity::kError;
    one.verdict = is_error ? JunitVerdict::kFailed : JunitVerdict::kNoted;
    if (is_error) one.type = finding.code;
    (is_error ? one.message : one.text) = finding.message;
    suite.cases.push_back(std::move(one));
  }
  if (suite.cases.empty()) suite.cases.push_back({"documents", "no findings"});
  return suite;
}

}  // namespace

std::string report_as_junit(const Report& report) {
  std::set<std::string> policy_codes;
  std::vector<JunitSuite> suites;
  for (const json::value& policy : report.document.at("policies").as_array())
    suites.push_back(suite_of(policy.as_object(), &policy_codes));
  suites.push_back(suite_of_documents(report.findings, policy_codes));
  return diagnostics::junit_document("floe governance", suites);
}

}  // namespace floe::governance
