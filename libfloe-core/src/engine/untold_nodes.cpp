#include "engine/untold_nodes.hpp"

#include <fmt/format.h>

#include <set>

namespace floe::run {
namespace {

Diagnostic verdict_of(const NodeResult& node) {
  const auto text = [&](const char* verb) {
    const std::string what = fmt::format("{} `{}` {}", node.resource_type, node.name, verb);
    return node.message.empty() ? what : what + ": " + node.message;
  };
  return node.status == "warn" ? warning_diagnostic("FLOE-W0632", "test-warned", text("warns"))
                               : error_diagnostic("FLOE-E0633", "node-failed", text("failed"));
}

}  // namespace

void report_untold_nodes(const std::vector<NodeResult>& results, DiagnosticSink& sink) {
  std::set<std::string> told;
  for (const Diagnostic& finding : sink.all())
    told.insert(finding.address);
  for (const NodeResult& node : results) {
    const bool is_bad = node.status == "error" || node.status == "fail" || node.status == "warn";
    if (is_bad && !told.contains(node.unique_id)) sink.report(verdict_of(node).addressed(node.unique_id));
  }
}

}  // namespace floe::run
