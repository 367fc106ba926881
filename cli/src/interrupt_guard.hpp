// SIGINT and SIGTERM: the running verb is cancelled; when it does not stop within a second the process ends with 130.
#pragma once

#include "floe/floe.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace floe::cli {

class InterruptGuard {
 public:
  // Blocks the signals in this thread and so in every thread made later; make it before any other thread.
  // `on_abandon` prints what is given up, just before the process ends.
  InterruptGuard(floe_context* context, std::function<void()> on_abandon);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  void wait_for_signal();

  floe_context* context_;
  std::function<void()> on_abandon_;
  std::mutex mutex_;
  std::condition_variable done_changed_;
  bool done_ = false;
  std::atomic<bool> interrupted_ = false;
  std::thread thread_;
};

}  // namespace floe::cli
