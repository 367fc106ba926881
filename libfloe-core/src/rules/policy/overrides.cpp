#include "rules/policy/overrides.hpp"

#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::policy {
namespace {

using config::PolicyOverride;

bool is_about(const PolicyOverride& written, std::string_view policy_type) {
  const auto& types = written.policy_types;
  return types.empty() || std::find(types.begin(), types.end(), policy_type) != types.end();
}

std::string until(const PolicyOverride& written) {
  return written.expires ? fmt::format(" (until {})", time::format_date(*written.expires)) : "";
}

void soften_one(const PolicyOverride& written, Verdict* verdict) {
  verdict->override_reason = written.reason;
  verdict->is_excluded = written.excludes;
  if (verdict->action == config::Action::kBlock) verdict->action = config::Action::kWarn;
  verdict->diagnostic.notes.push_back(fmt::format("softened by an override: {}{}", written.reason, until(written)));
}

}  // namespace

Overrides::Overrides(const std::vector<PolicyOverride>& overrides, std::int64_t today) {
  for (const PolicyOverride& written : overrides)
    uses_.push_back({&written, written.expires && *written.expires < today});
}

void Overrides::soften(const Policy& policy, std::vector<Verdict>* verdicts) {
  if (policy.type.empty()) return;
  for (Verdict& verdict : *verdicts) {
    if (verdict.problem.empty()) continue;
    const auto found = std::find_if(uses_.begin(), uses_.end(), [&](const OverrideUse& use) {
      return !use.is_expired && is_about(*use.written, policy.type) &&
             text::matches_glob(use.written->pattern, verdict.model);
    });
    if (found == uses_.end()) continue;
    soften_one(*found->written, &verdict);
    found->softened.emplace_back(policy.name, verdict.model);
  }
}

void Overrides::warn_expired(DiagnosticSink& sink) const {
  for (const OverrideUse& use : uses_) {
    if (!use.is_expired) continue;
    const PolicyOverride& written = *use.written;
    sink.report(warning_diagnostic("FLOE-W1701", "override-expired",
                                   fmt::format("the policy override for `{}` expired on {}", written.pattern,
                                               time::format_date(*written.expires)))
                    .at(written.span, "the last day it applied")
                    .note("it was written because: " + written.reason)
                    .help("remove it, or have the platform team give it a new day"));
  }
}

}  // namespace floe::policy
