#include "engine/run_junit.hpp"

#include "base/diagnostics/render_ci.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace floe::run {
namespace {

using diagnostics::JunitCase;
using diagnostics::JunitSuite;
using diagnostics::JunitVerdict;
using FindingsOfNodes = std::multimap<std::string, const Diagnostic*>;

// `test.shop.unique_orders_id.1360ecc70e` is in `test.shop`: CI systems group cases by it.
std::string class_of(const std::string& unique_id) {
  const std::size_t first = unique_id.find('.');
  return unique_id.substr(0, first == std::string::npos ? first : unique_id.find('.', first + 1));
}

JunitVerdict verdict_of(const std::string& status) {
  if (status == "fail") return JunitVerdict::kFailed;
  if (status == "error") return JunitVerdict::kBroken;
  if (status == "skipped") return JunitVerdict::kSkipped;
  return status == "warn" ? JunitVerdict::kNoted : JunitVerdict::kPassed;
}

std::string text_of(const Diagnostic& finding) {
  return fmt::format("{}[{}]: {}", severity_name(finding.severity), finding.code, diagnostics::whole_message(finding));
}

// The first finding says where and what; more than one of a node is seldom.
void add_finding(const Diagnostic& finding, JunitCase& out) {
  if (const Span* span = finding.primary(); span != nullptr && out.file.empty()) {
    out.file = span->file;
    out.line = span->line;
  }
  if (out.type.empty()) {
    out.type = finding.code;
    out.message = finding.message;
  }
  out.text += (out.text.empty() ? "" : "\n") + text_of(finding);
}

JunitCase node_case(const json::object& node, const FindingsOfNodes& findings) {
  const std::string unique_id = get_string_or(node, "unique_id", "");
  JunitCase out{class_of(unique_id), get_string_or(node, "name", unique_id)};
  out.verdict = verdict_of(get_string_or(node, "status", ""));
  out.seconds = get_double(node, "seconds");
  const auto [begin, end] = findings.equal_range(unique_id);
  for (auto it = begin; it != end; ++it)
    add_finding(*it->second, out);
  if (out.type.empty()) out.message = get_string_or(node, "message", "");
  if (out.verdict == JunitVerdict::kSkipped && out.message.empty()) out.message = "a node that it needs was not built";
  if (out.verdict == JunitVerdict::kPassed && !out.text.empty()) out.verdict = JunitVerdict::kNoted;
  if (out.verdict == JunitVerdict::kNoted && out.text.empty()) out.text = out.message;
  return out;
}

}  // namespace

std::string run_as_junit(const json::object& answer, const std::vector<Diagnostic>& findings) {
  const json::array* results = answer.contains("run_id") ? get_array(answer, "results") : nullptr;
  if (results == nullptr || results->empty()) return diagnostics::render_junit(findings);
  FindingsOfNodes of_nodes;
  for (const Diagnostic& finding : findings)
    of_nodes.emplace(finding.address, &finding);
  JunitSuite nodes{get_string_or(answer, "verb", "run"), {}, get_double(answer, "elapsed_seconds")};
  for (const json::value& node : *results) {
    nodes.cases.push_back(node_case(node.as_object(), of_nodes));
    of_nodes.erase(get_string_or(node.as_object(), "unique_id", ""));
  }
  JunitSuite others{"findings", {}};
  for (const Diagnostic& finding : findings) {
    if (of_nodes.contains(finding.address)) others.cases.push_back(diagnostics::junit_case(finding));
  }
  std::vector<JunitSuite> suites{std::move(nodes)};
  if (!others.cases.empty()) suites.push_back(std::move(others));
  return diagnostics::junit_document("floe", suites);
}

}  // namespace floe::run
