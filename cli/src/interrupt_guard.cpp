#include "interrupt_guard.hpp"

#include <chrono>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace floe::cli {
namespace {

// Leaves time to print before the promised second is over.
constexpr std::chrono::milliseconds kPatience{850};
constexpr int kInterruptedExitCode = 130;

sigset_t question_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

sigset_t handled_signals() {
  sigset_t signals = question_signals();
  sigaddset(&signals, SIGUSR2);  // our own: ends the waiting thread
  return signals;
}

}  // namespace

InterruptGuard::InterruptGuard(floe_context* context, std::function<void()> on_abandon)
    : context_(context), on_abandon_(std::move(on_abandon)) {
  const sigset_t signals = handled_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::thread([this] { wait_for_signal(); });
}

InterruptGuard::~InterruptGuard() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  done_changed_.notify_all();
  pthread_kill(thread_.native_handle(), SIGUSR2);
  thread_.join();
}

QuestionGuard::QuestionGuard() {
  struct sigaction action = {};
  action.sa_handler = [](int) { ::_exit(kInterruptedExitCode); };
  sigaction(SIGINT, &action, &interrupt_);
  sigaction(SIGTERM, &action, &terminate_);
  const sigset_t signals = question_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

QuestionGuard::~QuestionGuard() {
  const sigset_t signals = question_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGTERM, &terminate_, nullptr);
}

void InterruptGuard::wait_for_signal() {
  const sigset_t signals = handled_signals();
  for (int received = SIGUSR2; received == SIGUSR2;) {
    sigwait(&signals, &received);
    const std::lock_guard lock(mutex_);
    if (done_) return;  // else a SIGUSR2 of somebody else's
  }
  interrupted_ = true;
  // It wakes what plugins registered; one of them may not return.
  std::thread cancel([this] { floe_context_cancel(context_); });
  std::unique_lock lock(mutex_);
  if (done_changed_.wait_for(lock, kPatience, [this] { return done_; })) {
    lock.unlock();
    return cancel.join();
  }
  cancel.detach();
  on_abandon_();
  ::_exit(kInterruptedExitCode);
}

}  // namespace floe::cli
