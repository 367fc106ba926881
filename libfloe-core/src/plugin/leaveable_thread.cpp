#include "plugin/leaveable_thread.hpp"

#include "plugin/cancel_state.hpp"
#include "plugin/plugin_error.hpp"

#include "base/fail.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace floe {

using std::chrono::steady_clock;

// Shared with the thread, which may outlive who made it.
struct LeaveableThread::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::function<void()> work;  // empty when there is none
  bool is_ending = false;
  const CallingThread* entry = nullptr;  // of the thread, once it runs
  std::thread thread;

  void loop() {
    const CallingThread& own = calling_thread();
    std::unique_lock lock(mutex);
    entry = &own;
    for (;;) {
      changed.wait(lock, [this] { return work || is_ending; });
      if (!work) return;
      lock.unlock();
      work();
      lock.lock();
      // Left behind: nothing it owns is touched again.
      if (is_ending) keep_for_good(std::make_shared<std::function<void()>>(std::move(work)));
      work = nullptr;
      changed.notify_all();
    }
  }

  [[nodiscard]] const CallName* running() const { return entry == nullptr ? nullptr : entry->running.load(); }
};

namespace {

// Wakes who waits for the work when its cancel is requested.
class CancelWatch {
 public:
  CancelWatch(const CancelSource& source, std::mutex& mutex, std::condition_variable& changed)
      : state_(*source.state()), mutex_(mutex), changed_(changed) {
    state_.add({nullptr, 0, &CancelWatch::wake, this});
  }

  CancelWatch(const CancelWatch&) = delete;
  CancelWatch& operator=(const CancelWatch&) = delete;

  ~CancelWatch() { state_.remove(nullptr, this); }

 private:
  static void FLOE_CALL wake(void* self) {
    auto& watch = *static_cast<CancelWatch*>(self);
    {
      const std::lock_guard lock(watch.mutex_);
    }
    watch.changed_.notify_all();
  }

  CancelSource::State& state_;
  std::mutex& mutex_;
  std::condition_variable& changed_;
};

std::string where(const CallName* name) {
  if (name == nullptr) return "a call of a plugin";
  return fmt::format("`{}` of plugin `{}`", name->method, name->plugin);
}

Error too_late(const CallName* name, std::chrono::milliseconds limit) {
  return plugin_error(plugin_diagnostic(PluginFault::kLate,
                                        fmt::format("{} did not return within {} s and is left behind", where(name),
                                                    std::chrono::duration_cast<std::chrono::seconds>(limit).count()),
                                        name == nullptr ? "" : std::string(name->library))
                          .help("`FLOE_PLUGIN_TIMEOUT=SECONDS` gives plugins more time to be opened"));
}

Error cancelled(const CallName* name) {
  return diagnostics_error(ErrorCode::kCancelled,
                           error_diagnostic("FLOE-E0002", "interrupted", "cancelled")
                               .note(fmt::format("{} did not return and is left behind", where(name))));
}

}  // namespace

void keep_for_good(std::shared_ptr<void> thing) {
  static auto& mutex = *new std::mutex;
  static auto& kept = *new std::vector<std::shared_ptr<void>>;
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(thing));
}

LeaveableThread::LeaveableThread() : state_(std::make_shared<State>()) {
  // The thread has its share from the first moment: it is left behind with it.
  state_->thread = std::thread([state = state_] { state->loop(); });
}

LeaveableThread::~LeaveableThread() {
  if (is_left_) return;
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_ending = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

std::optional<Error> LeaveableThread::run(std::function<void()> work, const LeaveAfter& when) {
  State& state = *state_;
  std::optional<Error> left;
  {
    const CancelWatch watch(when.cancel, state.mutex, state.changed);
    std::unique_lock lock(state.mutex);
    FLOE_ASSERT(!is_left_ && !state.work);
    state.work = std::move(work);
    state.changed.notify_all();
    const auto is_done = [&] { return !state.work; };
    const auto is_over = [&] { return is_done() || when.cancel.is_cancelled(); };
    const auto end = steady_clock::now() + when.limit.value_or(std::chrono::hours(24 * 365));
    const bool is_in_time = state.changed.wait_until(lock, end, is_over);
    if (is_in_time) state.changed.wait_for(lock, LeaveAfter::kGrace, is_done);
    if (!is_done()) {
      const CallName* name = state.running();
      if (name != nullptr) note_left_behind(*name);
      left = is_in_time ? cancelled(name) : too_late(name, *when.limit);
      state.is_ending = true;
    }
  }
  if (left) {
    is_left_ = true;
    state.thread.detach();
  }
  return left;
}

}  // namespace floe
