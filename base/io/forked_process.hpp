// A copy of this process that runs one function: for code that may crash, hang or change the process. POSIX only.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace floe::io {

// Where the function says what it found; what was written before a crash arrives too.
class ForkReport {
 public:
  explicit ForkReport(int descriptor) : descriptor_(descriptor) {}

  void write(std::string_view bytes) const;
  // Ends the process as the end of the body does.
  [[noreturn]] void finish() const;

 private:
  int descriptor_;
};

struct ForkRequest {
  std::function<void(const ForkReport&)> body;  // the process ends behind it, without destructors or atexit
  std::string working_directory;                // "" = ours
  std::int64_t timeout_ms = 45'000;             // then SIGKILL to the group
  std::function<bool()> is_cancelled;           // polled; same ending, kCancelled
};

struct ForkResult {
  bool is_finished = false;  // the body returned
  bool is_timeout = false;
  int exit_code = 0;
  int signal = 0;  // that ended it, or 0
  std::string report;
  std::string standard_output;
  std::string standard_error;
};

// The child leads its own process group, has the default signal actions, no signal blocked, and makes no core file. Of
// other threads of this process only the memory is there: the body takes no lock that they may hold.
Result<ForkResult> run_forked(const ForkRequest& request);

}  // namespace floe::io
