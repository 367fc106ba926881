#include "conformance/trial.hpp"

#include <algorithm>

namespace floe::conformance {
namespace {

constexpr std::size_t kMessageLimit = 1000;

}  // namespace

void Trial::at(std::string_view method) {
  method_ = method;
  report_.write(to_json(json::object{{"at", method}}) + "\n");
}

void Trial::tell(FindingKind kind, std::string_view message) {
  report_.write(
      to_json(json::object{
          {"kind", static_cast<int>(kind)}, {"method", method_}, {"message", message.substr(0, kMessageLimit)}}) +
      "\n");
}

void Trial::give_up(std::string_view message) {
  fail(message);
  report_.finish();
}

void Trial::leave_out(std::string_view reason, FindingKind kind) {
  tell(kind, reason);
  report_.finish();
}

bool Trial::applies_to(const MethodSpec& method) const {
  return std::find(method.checks.begin(), method.checks.end(), check.id) != method.checks.end();
}

TrialReport read_trial_report(std::string_view text) {
  TrialReport report;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    const auto line = parse_json_object(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (!line.has_value()) continue;
    if (const auto at = get_string(*line, "at")) {
      report.last_method = *at;
      continue;
    }
    report.findings.push_back({static_cast<FindingKind>(get_int(*line, "kind").value_or(0)),
                               get_string_or(*line, "method", ""), get_string_or(*line, "message", "")});
  }
  return report;
}

}  // namespace floe::conformance
