// governance.policy_overrides: findings that the platform softens for some models, for a reason, up to a day.
#pragma once

#include "config/platform_manifest.hpp"
#include "rules/policy/policy.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace floe::policy {

struct OverrideUse {
  const config::PolicyOverride* written = nullptr;
  bool is_expired = false;
  std::vector<std::pair<std::string, std::string>> softened = {};  // policy, model
};

// Of one compile. `overrides` outlives it.
class Overrides {
 public:
  // `today`: days since 1970-01-01, UTC.
  Overrides(const std::vector<config::PolicyOverride>& overrides, std::int64_t today);

  // The first override that fits a finding softens it.
  void soften(const Policy& policy, std::vector<Verdict>* verdicts);

  // FLOE-W1701 for each that expired.
  void warn_expired(DiagnosticSink& sink) const;

  [[nodiscard]] const std::vector<OverrideUse>& uses() const { return uses_; }

 private:
  std::vector<OverrideUse> uses_;
};

}  // namespace floe::policy
