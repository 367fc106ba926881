// Child processes over posix_spawn.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::io {

struct ProcessRequest {
  std::vector<std::string> command;                              // command[0] is looked up in PATH when it has no slash
  std::string working_directory;                                 // "" = ours
  std::vector<std::pair<std::string, std::string>> environment;  // added to ours
  std::string input;                                             // to stdin; the child sees end of file after it
  std::int64_t timeout_ms = 0;  // 0 = none; then SIGTERM to the group, SIGKILL after `grace_ms`
  std::int64_t grace_ms = 2'000;
  std::function<bool()> is_cancelled;               // polled; same ending as a timeout
  std::function<void(std::string_view)> on_stdout;  // when set, output is streamed and not collected
  std::function<void(std::string_view)> on_stderr;
};

struct ProcessResult {
  int exit_code = 0;  // 128 + signal when killed
  std::string standard_output;
  std::string standard_error;
};

// kNotFound or kPermission when the program cannot be started, kTimeout and kCancelled after the child was killed (what
// it had written to stderr is detail "process.stderr"). The child leads its own process group. Output is read until the
// child has ended; what a background process it left behind writes later is not waited for. Callbacks run on this
// thread.
Result<ProcessResult> run_process(const ProcessRequest& request);

}  // namespace floe::io
