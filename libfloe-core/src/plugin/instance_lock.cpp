#include "plugin/cancel_state.hpp"
#include "plugin/instance_state.hpp"

#include <chrono>

namespace floe {
namespace {

// Wakes a waiter when its call is cancelled. Taking the mutex closes the gap between its check and its wait.
struct Waiter {
  std::mutex& mutex;
  std::condition_variable& free;

  static void FLOE_CALL wake(void* self) {
    auto& waiter = *static_cast<Waiter*>(self);
    {
      const std::lock_guard lock(waiter.mutex);
    }
    waiter.free.notify_all();
  }
};

std::chrono::system_clock::time_point time_point(std::int64_t unix_ns) {
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::nanoseconds(unix_ns)));
}

}  // namespace

floe_status InstanceLock::acquire(floe_call* call, std::thread::id runner) {
  const auto is_free = [this] { return !is_busy_; };
  {
    const std::lock_guard lock(mutex_);
    if (is_busy_ && owner_ == std::this_thread::get_id()) return FLOE_INVALID_STATE;
    if (!is_busy_) {
      is_busy_ = true;
      owner_ = runner;
      return FLOE_OK;
    }
  }
  Waiter waiter{mutex_, free_};
  const auto& cancel = call->cancel;
  cancel->add({call, call->depth, &Waiter::wake, &waiter});
  floe_status status = FLOE_OK;
  {
    std::unique_lock lock(mutex_);
    const auto is_over = [&] { return is_free() || is_abandoned_ || cancel->is_cancelled.load(); };
    if (call->deadline_unix_ns == INT64_MAX) {
      free_.wait(lock, is_over);
    } else if (!free_.wait_until(lock, time_point(call->deadline_unix_ns), is_over)) {
      status = FLOE_TIMEOUT;
    }
    if (status == FLOE_OK && cancel->is_cancelled.load()) status = FLOE_CANCELLED;
    if (is_abandoned_) status = FLOE_PANIC;
    if (status == FLOE_OK) {
      is_busy_ = true;
      owner_ = runner;
    }
  }
  cancel->remove(call, &waiter);
  return status;
}

void InstanceLock::release() {
  {
    const std::lock_guard lock(mutex_);
    is_busy_ = false;
    owner_ = {};
  }
  // All, not one: the one woken may be leaving because of its own cancel.
  free_.notify_all();
}

void InstanceLock::abandon() {
  {
    const std::lock_guard lock(mutex_);
    is_abandoned_ = true;
  }
  free_.notify_all();
}

AffineThread::AffineThread() : thread_([this] { loop(); }) {}

AffineThread::~AffineThread() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void AffineThread::run(const std::function<void()>& job) {
  std::unique_lock lock(mutex_);
  job_ = &job;
  changed_.notify_all();
  changed_.wait(lock, [&] { return job_ != &job; });
}

void AffineThread::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return job_ != nullptr || is_stopping_; });
    if (job_ == nullptr) return;
    const std::function<void()>* job = job_;
    lock.unlock();
    (*job)();
    lock.lock();
    job_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace floe
