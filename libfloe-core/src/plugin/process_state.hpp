// What code of a plugin can change for the whole process, and shall not: compared around such code and put back.
#pragma once

#include "plugin/standard_descriptors.hpp"

#include <array>
#include <csignal>
#include <string>
#include <sys/resource.h>
#include <sys/types.h>
#include <vector>

namespace floe {

// What differed, in words: "the umask", "the environment variable `PATH`".
struct ProcessChanges {
  std::vector<std::string> put_back;
  std::vector<std::string> lasting;  // what the system does not give back

  [[nodiscard]] bool is_empty() const { return put_back.empty() && lasting.empty(); }
};

// Working directory, umask, locale, environment, actions of signals, signal mask of the calling thread, soft and hard
// limits, the standard descriptors. The floating-point mode is kept by RunningCall, around every call.
class ProcessState {
 public:
  static ProcessState take();

  // Puts back what differs in `now`, which was taken on the same thread.
  [[nodiscard]] ProcessChanges put_back(const ProcessState& now) const;

 private:
  static constexpr int kSignals = 32;  // of the ones with names; nobody shares those of real time

  void put_back_environment(const ProcessState& now, ProcessChanges& changes) const;
  void put_back_signals(const ProcessState& now, ProcessChanges& changes) const;
  void put_back_limits(const ProcessState& now, ProcessChanges& changes) const;
  void put_back_descriptors(ProcessChanges& changes) const;

  std::string directory_;
  mode_t umask_ = 0;
  std::string locale_;
  std::string environment_;  // NAME=VALUE, each ends in NUL
  std::array<struct sigaction, kSignals> actions_{};
  sigset_t mask_{};
  std::array<rlimit, RLIM_NLIMITS> limits_{};
  StandardDescriptors descriptors_;
};

}  // namespace floe
