// SIGINT and SIGTERM: the running verb is cancelled; when it does not stop within a second the process ends with 130.
// At a question they end it at once.
#pragma once

#include "floe/floe.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <signal.h>
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

// While a person is asked and no verb runs: ends the process with 130. Guards leave the signals blocked; this takes
// them in this thread, which waits for the answer, and blocks them again.
class QuestionGuard {
 public:
  QuestionGuard();
  ~QuestionGuard();
  QuestionGuard(const QuestionGuard&) = delete;
  QuestionGuard& operator=(const QuestionGuard&) = delete;

 private:
  struct sigaction interrupt_ = {};
  struct sigaction terminate_ = {};
};

}  // namespace floe::cli
