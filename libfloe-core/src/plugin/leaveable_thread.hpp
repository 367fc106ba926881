// A thread for work in plugins that may have to be left behind: a call that does not return cannot be ended, only left,
// with its thread and all that it uses.
#pragma once

#include "plugin/call.hpp"
#include "plugin/running_call.hpp"

#include "base/result.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace floe {

// When work is left. A plugin has a second to return after a cancel and after a deadline, and a bit for the way.
struct LeaveAfter {
  static constexpr std::chrono::milliseconds kGrace{1'250};

  std::optional<std::chrono::milliseconds> limit;  // from now; nullopt = none
  CancelSource cancel;                             // kGrace after a request
};

// One piece of work at a time. Used by one thread.
class LeaveableThread {
 public:
  LeaveableThread();
  LeaveableThread(const LeaveableThread&) = delete;
  LeaveableThread& operator=(const LeaveableThread&) = delete;
  ~LeaveableThread();  // ends the thread, unless it was left behind

  // Runs `work` on the thread and waits for it. nullopt when it is done; else the thread is left behind with `work`,
  // which therefore owns whatever it touches, and no more is run: the answer names the plugin method that it is in
  // (kTimeout with FLOE-E0438, or kCancelled). Exceptions of `work` are its own business: one ends the process.
  std::optional<Error> run(std::function<void()> work, const LeaveAfter& when);

  [[nodiscard]] bool is_left() const { return is_left_; }

 private:
  struct State;

  std::shared_ptr<State> state_;
  bool is_left_ = false;
};

// Keeps what a call that was left behind may still use: never destroyed.
void keep_for_good(std::shared_ptr<void> thing);

}  // namespace floe
