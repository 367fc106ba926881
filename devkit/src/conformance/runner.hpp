// Runs the checks that concern a plugin, each in a process of its own.
#pragma once

#include "conformance/trial.hpp"

#include <functional>
#include <string>
#include <vector>

namespace floe::conformance {

enum class Verdict : std::uint8_t { kPassed, kWarned, kFailed, kSkipped };

std::string_view verdict_name(Verdict verdict);  // passed, warned, failed, skipped

struct CheckResult {
  const CheckSpec* check = nullptr;
  Verdict verdict = Verdict::kPassed;
  std::vector<Finding> findings;
  std::int64_t took_ms = 0;
};

struct CheckOptions {
  int level = 2;
  std::vector<std::string> only;  // ids; empty = all of the level
  std::int64_t timeout_ms = 45'000;
  std::function<bool()> is_cancelled;
};

// In the order of the specification. A check is skipped when one that it needs has failed.
Result<std::vector<CheckResult>> run_checks(const Subject& subject, const CheckOptions& options);

}  // namespace floe::conformance
