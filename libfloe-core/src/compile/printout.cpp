#include "compile/printout.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

namespace floe::compile {
namespace {

// More passing models than this fold into a count.
constexpr std::int64_t kFoldAbove = 20;

bool has_problem(const policy::Verdict& verdict) { return !verdict.problem.empty(); }

}  // namespace

void Printout::line(std::string text) {
  host_.on_step(text);
  lines_.push_back(std::move(text));
}

void Printout::platform(const std::string& ref, const config::PlatformManifest* manifest, const std::string& compute) {
  line("[1/4] Loading platform artifacts from " + ref);
  if (manifest != nullptr && !manifest->version.empty()) line("  ✓ Platform version: " + manifest->version);
  line("  ✓ Compute: " + compute);
  if (manifest == nullptr || manifest->pattern.empty()) return;
  const std::string_view level = config::enforcement_name(manifest->naming);
  line(fmt::format("  ✓ Architecture: {} ({} enforcement)", manifest->pattern, level == "off" ? "no" : level));
}

void Printout::broken_platform(const std::string& file) {
  line("[1/4] Loading platform artifacts");
  line(fmt::format("  ✗ ERROR: {} is not valid", file));
}

void Printout::transforms(std::size_t models) {
  line("[2/4] Validating transforms");
  line(fmt::format("  ✓ {} found", text::counted(static_cast<std::int64_t>(models), "dbt model")));
}

void Printout::policy(const policy::Policy& policy, const std::vector<policy::Verdict>& verdicts, bool is_first) {
  line(fmt::format("{}Enforcing {}", is_first ? "[3/4] " : "      ", policy.title));
  std::int64_t passed = 0;
  for (const policy::Verdict& verdict : verdicts)
    passed += has_problem(verdict) ? 0 : 1;
  const bool folds = verbosity_ < 1 && (passed > kFoldAbove || policy.name != "naming");
  for (const policy::Verdict& verdict : verdicts) {
    if (!has_problem(verdict)) {
      if (!folds) line(fmt::format("  ✓ {}: valid", verdict.model));
      continue;
    }
    if (verdict.is_excluded) {
      line(fmt::format("  - '{}' {} (excluded: {})", verdict.model, verdict.problem, verdict.override_reason));
      continue;
    }
    const bool is_error = verdict.action == config::Action::kBlock;
    line(fmt::format("  {} {}: '{}' {}", is_error ? "✗" : "⚠", is_error ? "ERROR" : "WARNING", verdict.model,
                     verdict.problem));
    line("    Expected: " + verdict.expected);
    if (!verdict.override_reason.empty()) line("    Override: " + verdict.override_reason);
  }
  if (folds && passed > 0) line(fmt::format("  ✓ {}: valid", text::counted(passed, policy.unit)));
}

void Printout::no_policies() { line("[3/4] No policies (built-in local platform)"); }

}  // namespace floe::compile
