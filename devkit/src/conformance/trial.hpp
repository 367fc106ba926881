// One run of one check, in the child process: what it found goes to the parent at once, so that a crash keeps it.
#pragma once

#include "conformance/specification.hpp"
#include "conformance/subject.hpp"

#include "base/io/forked_process.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::conformance {

// kNoInstance: skipped, because no instance of the plugin could be made whose methods are called.
enum class FindingKind : std::uint8_t { kFailure, kWarning, kSkipped, kNoInstance };

struct Finding {
  FindingKind kind = FindingKind::kFailure;
  std::string method;  // "" = the plugin or the interface as a whole
  std::string message;
};

class Trial {
 public:
  Trial(const Subject& trial_subject, const CheckSpec& trial_check, const io::ForkReport& report)
      : subject(trial_subject), check(trial_check), report_(report) {}

  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  ~Trial() = default;

  // What a crash or a hang from here on is put down to.
  void at(std::string_view method);

  void fail(std::string_view message) { tell(FindingKind::kFailure, message); }

  void warn(std::string_view message) { tell(FindingKind::kWarning, message); }

  // Why there is nothing to judge.
  void skip(std::string_view reason) { tell(FindingKind::kSkipped, reason); }

  // Both end the process: nothing can follow.
  [[noreturn]] void give_up(std::string_view message);
  [[noreturn]] void leave_out(std::string_view reason, FindingKind kind = FindingKind::kSkipped);

  [[nodiscard]] bool applies_to(const MethodSpec& method) const;

  const Subject& subject;
  const CheckSpec& check;

 private:
  void tell(FindingKind kind, std::string_view message);

  const io::ForkReport& report_;
  std::string method_;
};

struct TrialReport {
  std::vector<Finding> findings;
  std::string last_method;
};

// What a Trial wrote; lines cut off by a crash are left out.
TrialReport read_trial_report(std::string_view text);

}  // namespace floe::conformance
