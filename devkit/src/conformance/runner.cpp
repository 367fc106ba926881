#include "conformance/runner.hpp"

#include "conformance/check_function.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

namespace floe::conformance {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::string_view kSilent = "contract.silent";

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Whether the check has anything to ask of the plugin, from its scope and its interface.
bool concerns(const Subject& subject, const CheckSpec& check) {
  if (check.level > 0 && subject.interface == nullptr) return false;  // static.manifest says so
  if (!check.runtime.empty() && check.runtime != subject.entry.manifest.runtime) return false;
  if (check.scope == "plugin") return true;
  if (check.scope == "interface") return contains(subject.interface->checks, check.id);
  return std::any_of(subject.interface->methods.begin(), subject.interface->methods.end(),
                     [&](const MethodSpec& method) { return contains(method.checks, check.id); });
}

Result<std::vector<const CheckSpec*>> selected(const Subject& subject, const CheckOptions& options) {
  const auto& checks = Specification::get().checks();
  for (const std::string& id : options.only) {
    const bool is_known =
        std::any_of(checks.begin(), checks.end(), [&](const CheckSpec& check) { return check.id == id; });
    if (!is_known) return failf(ErrorCode::kInvalidArgument, "there is no check `{}`", id);
  }
  std::vector<const CheckSpec*> found;
  for (const CheckSpec& check : checks) {
    const bool is_wanted = options.only.empty() ? check.level <= options.level : contains(options.only, check.id);
    if (!is_wanted) continue;
    if (concerns(subject, check)) {
      found.push_back(&check);
    } else if (!options.only.empty()) {  // asked for by name: nothing to check is no success
      return failf(ErrorCode::kInvalidArgument, "the check `{}` asks nothing of a plugin of `{}`", check.id,
                   subject.entry.manifest.interface);
    }
  }
  return found;
}

// A folder that the plugin may write to; gone with the object.
class TrialDirectory {
 public:
  TrialDirectory() : files_(io::make_disk_file_system()) {
    const std::string base = io::make_process_environment()->get("TMPDIR").value_or("/tmp");
    path_ = io::join_path(base, "floe-check-" + io::random_uuid());
  }

  TrialDirectory(const TrialDirectory&) = delete;
  TrialDirectory& operator=(const TrialDirectory&) = delete;

  ~TrialDirectory() { static_cast<void>(files_->remove_all(path_)); }

  Status create() { return files_->create_directories(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::unique_ptr<io::FileSystem> files_;
  std::string path_;
};

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, std::min(text.find('\n'), std::size_t{200})));
}

// What the end of the process says about the plugin.
void judge_end(const io::ForkResult& ended, const TrialReport& report, std::int64_t timeout_ms, CheckResult& result) {
  const bool has_failed = std::any_of(result.findings.begin(), result.findings.end(),
                                      [](const Finding& one) { return one.kind == FindingKind::kFailure; });
  std::string message;
  if (ended.is_timeout) {
    message = fmt::format("did not return within {} s", timeout_ms / 1000);
  } else if (ended.signal != 0) {
    message = fmt::format("crashed with signal {} ({})", ended.signal, ::strsignal(ended.signal));
  } else if (!ended.is_finished && !has_failed) {
    message = fmt::format("ended the process with exit code {}", ended.exit_code);
  }
  if (message.empty()) return;
  if (!ended.standard_error.empty()) message += ": " + first_line(ended.standard_error);
  result.findings.push_back({FindingKind::kFailure, report.last_method, std::move(message)});
}

// stdout belongs to the host; stderr is the trade of a plugin for consoles, and a nuisance of any other.
void judge_output(const io::ForkResult& ended, CheckResult& result) {
  const auto judge = [&](FindingKind kind, std::string_view where, const std::string& written) {
    if (!written.empty())
      result.findings.push_back({kind, "", fmt::format("writes to {}: {}", where, first_line(written))});
  };
  judge(FindingKind::kFailure, "stdout", ended.standard_output);
  judge(FindingKind::kWarning, "stderr", ended.standard_error);
}

Verdict verdict_of(const CheckResult& result) {
  Verdict verdict = Verdict::kPassed;
  for (const Finding& one : result.findings) {
    if (one.kind == FindingKind::kFailure) return result.check->is_warning ? Verdict::kWarned : Verdict::kFailed;
    if (one.kind == FindingKind::kWarning) verdict = Verdict::kWarned;
    const bool is_skipped = one.kind == FindingKind::kSkipped || one.kind == FindingKind::kNoInstance;
    if (is_skipped && verdict == Verdict::kPassed) verdict = Verdict::kSkipped;
  }
  return verdict;
}

Result<CheckResult> run_once(const Subject& subject, const CheckSpec& check, const CheckOptions& options) {
  const CheckFunction* function = find_check_function(check.id);
  FLOE_ASSERT(function != nullptr);
  TrialDirectory directory;
  FLOE_TRY(directory.create());
  io::ForkRequest request;
  request.working_directory = directory.path();
  request.timeout_ms = options.timeout_ms;
  request.is_cancelled = options.is_cancelled;
  request.body = [&](const io::ForkReport& report) {
    Trial trial(subject, check, report);
    function->run(trial);
  };
  const auto clock = io::make_system_clock();
  const std::int64_t start = clock->monotonic_ns();
  const io::ForkResult ended = FLOE_TRY(io::run_forked(request));
  CheckResult result;
  result.check = &check;
  result.took_ms = (clock->monotonic_ns() - start) / kMillisecond;
  TrialReport report = read_trial_report(ended.report);
  result.findings = report.findings;
  judge_end(ended, report, options.timeout_ms, result);
  if (check.id == kSilent) judge_output(ended, result);
  result.verdict = verdict_of(result);
  return result;
}

Result<CheckResult> run_check(const Subject& subject, const CheckSpec& check, const CheckOptions& options) {
  for (int attempt = 1;; ++attempt) {
    CheckResult result = FLOE_TRY(run_once(subject, check, options));
    const bool is_good = result.verdict == Verdict::kPassed || result.verdict == Verdict::kSkipped;
    if (is_good || attempt >= check.attempts) return result;
  }
}

// The failed check without which this one says nothing, or "".
std::string missing_need(const CheckSpec& check, const std::map<std::string, std::string>& broken) {
  for (const std::string& need : check.needs) {
    const auto found = broken.find(need);
    if (found != broken.end()) return found->second;
  }
  return {};
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 4> kNames{"passed", "warned", "failed", "skipped"};
  return kNames[static_cast<std::size_t>(verdict)];
}

const CheckFunction* find_check_function(std::string_view id) {
  for (const auto checks : {static_checks(), load_checks(), instance_checks(), input_checks(), stream_checks(),
                            row_checks(), cancel_checks()}) {
    for (const CheckFunction& check : checks) {
      if (check.id == id) return &check;
    }
  }
  return nullptr;
}

Result<std::vector<CheckResult>> run_checks(const Subject& subject, const CheckOptions& options) {
  const auto checks = FLOE_TRY(selected(subject, options));
  std::vector<CheckResult> results;
  std::map<std::string, std::string> broken;  // check -> the failed one behind it
  for (const CheckSpec* check : checks) {
    CheckResult result;
    if (const std::string need = missing_need(*check, broken); !need.empty()) {
      result.check = check;
      result.verdict = Verdict::kSkipped;
      result.findings.push_back({FindingKind::kSkipped, "", fmt::format("`{}` failed", need)});
      broken[check->id] = need;
    } else {
      result = FLOE_TRY(run_check(subject, *check, options));
      if (result.verdict == Verdict::kFailed) broken[check->id] = check->id;
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace floe::conformance
