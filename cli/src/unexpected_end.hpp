// What the command says when something other than itself ends it: a crash, or a plugin that calls exit().
#pragma once

#include "arguments.hpp"

namespace floe::cli {

// Installs handlers of the signals that crashes raise, on an alternate stack: each writes one finding (FLOE-E0437) that
// names plugin and method, in the forms that `options` ask for, and lets the signal end the process. Once.
void watch_for_crashes(const GlobalOptions& options);

// From here to the end of the scope an exit() that is not ours is a failed command: it says who called, and ends the
// process with exit code 2.
class ExitWatch {
 public:
  ExitWatch();
  ~ExitWatch();
  ExitWatch(const ExitWatch&) = delete;
  ExitWatch& operator=(const ExitWatch&) = delete;
};

// Ends the process: what is buffered is written, and no destructor and no exit handler of a library runs.
[[noreturn]] void end_process(int exit_code);

}  // namespace floe::cli
