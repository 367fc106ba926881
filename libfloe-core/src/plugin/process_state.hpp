// What code of a plugin can change for the whole process, and shall not: compared around such code and put back.
#pragma once

#include "plugin/floating_point_mode.hpp"
#include "plugin/standard_descriptors.hpp"

#include <array>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/types.h>
#include <vector>

namespace floe {

struct ProcessChange {
  std::string what;      // "the umask", "the environment variable `PATH`"
  std::string how;       // "is 077 now, and was 022"; no value of a variable, which may be secret
  bool is_back = false;  // false: the system does not give it back
};

// Working directory, umask, locale, environment, actions of signals, signal mask and floating-point mode of the calling
// thread, soft and hard limits, the standard descriptors.
class ProcessState {
 public:
  static ProcessState take();

  // Compares with the process as it is, on the thread that took it, and puts back what differs.
  [[nodiscard]] std::vector<ProcessChange> put_back() const;

 private:
  using Changes = std::vector<ProcessChange>;

  static constexpr int kSignals = 32;  // of the ones with names; nobody shares those of real time

  // What the system tells in one file.
  struct Status {
    std::optional<mode_t> umask;
    std::uint64_t handled = ~std::uint64_t{0};  // a bit for each signal whose action may not be the default
  };

  static Status read_status();
  void put_back_directory(Changes& changes) const;
  void put_back_umask(const Status& now, Changes& changes) const;
  void put_back_locale(Changes& changes) const;
  void put_back_environment(Changes& changes) const;
  void put_back_actions(const Status& now, Changes& changes) const;
  void put_back_mask(Changes& changes) const;
  void put_back_floating_point(Changes& changes) const;
  void put_back_limits(Changes& changes) const;
  void put_back_descriptors(Changes& changes) const;

  std::string directory_;
  Status status_;
  std::string locale_;
  std::string environment_;                           // NAME=VALUE, each ends in NUL
  std::array<struct sigaction, kSignals> actions_{};  // the default where nothing was asked
  sigset_t mask_{};
  FloatingPointMode floating_point_;
  std::array<rlimit, RLIM_NLIMITS> limits_{};
  StandardDescriptors descriptors_;
};

}  // namespace floe
