#include "governance/report.hpp"

#include "base/diagnostics/render_ci.hpp"

#include <fmt/format.h>

#include <set>

namespace floe::governance {
namespace {

using diagnostics::escape_xml;

struct Suite {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t skipped = 0;

  void add(const std::string& class_name, const std::string& name, const std::string& body) {
    cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\">{}</testcase>\n", escape_xml(class_name),
                         escape_xml(name), body);
    ++tests;
  }

  void fail(const std::string& class_name, const std::string& name, const std::string& code,
            const std::string& message) {
    add(class_name, name, fmt::format("<failure type=\"{}\" message=\"{}\"/>", escape_xml(code), escape_xml(message)));
    ++failures;
  }

  [[nodiscard]] std::string text(const std::string& name) const {
    return fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}"
        "  </testsuite>\n",
        escape_xml(name), tests, failures, skipped, cases);
  }
};

Suite suite_of(const json::object& policy, std::set<std::string>* codes) {
  Suite suite;
  const std::string name = get_string_or(policy, "policy", "");
  for (const json::value& item : policy.at("models").as_array()) {
    const json::object& model = item.as_object();
    const std::string verdict = get_string_or(model, "verdict", "");
    const std::string code = get_string_or(model, "code", "");
    const std::string message =
        fmt::format("{}; expected: {}", get_string_or(model, "problem", ""), get_string_or(model, "expected", ""));
    const std::string model_name = get_string_or(model, "model", "");
    codes->insert(code);
    if (verdict == "fail") {
      suite.fail(name, model_name, code, message);
    } else if (verdict == "excluded") {
      suite.add(name, model_name,
                fmt::format("<skipped message=\"{}\"/>", escape_xml(get_string_or(model, "override", ""))));
      ++suite.skipped;
    } else {
      suite.add(name, model_name,
                verdict == "pass" ? "" : fmt::format("<system-out>{} {}</system-out>", code, escape_xml(message)));
    }
  }
  return suite;
}

// What is wrong with the documents and the dbt project.
Suite suite_of_documents(const std::vector<Diagnostic>& findings, const std::set<std::string>& policy_codes) {
  Suite suite;
  for (const Diagnostic& finding : findings) {
    if (policy_codes.contains(finding.code)) continue;
    const Span* span = finding.primary();
    const std::string place = span == nullptr ? "floe" : fmt::format("{}:{}", span->file, span->line);
    if (finding.severity == Severity::kError) {
      suite.fail(place, finding.code, finding.code, finding.message);
    } else {
      suite.add(place, finding.code, fmt::format("<system-out>{}</system-out>", escape_xml(finding.message)));
    }
  }
  if (suite.tests == 0) suite.add("documents", "no findings", "");
  return suite;
}

}  // namespace

std::string report_as_junit(const Report& report) {
  std::set<std::string> policy_codes;
  std::vector<std::pair<std::string, Suite>> suites;
  for (const json::value& policy : report.document.at("policies").as_array())
    suites.emplace_back(get_string_or(policy.as_object(), "title", ""), suite_of(policy.as_object(), &policy_codes));
  suites.emplace_back("documents", suite_of_documents(report.findings, policy_codes));
  Suite all;
  for (const auto& [name, suite] : suites) {
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.skipped += suite.skipped;
    all.cases += suite.text(name);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"floe governance\" tests=\"{}\" "
      "failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}</testsuites>\n",
      all.tests, all.failures, all.skipped, all.cases);
}

}  // namespace floe::governance
