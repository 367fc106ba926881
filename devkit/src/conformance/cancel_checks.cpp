// Level 2: cancel, deadline, and the methods that may come at any time.
#include "conformance/check_function.hpp"
#include "conformance/probe_instance.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace floe::conformance {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::chrono::milliseconds kHeadStart{30};  // until the method is under way
constexpr int kBatchLimit = 100'000;

bool declares_no_cancel(const Probe& probe) {
  return std::any_of(probe.info.capabilities.begin(), probe.info.capabilities.end(), [&](const CapabilityInfo& one) {
    return std::string_view(one.name) == "no_cancel" && (probe.header().capabilities & one.bit) != 0;
  });
}

// Cancels when the time is over or the work is done, whichever is first.
class Canceller {
 public:
  explicit Canceller(CancelSource source) : thread_([this, source]() mutable { wait(source); }) {}

  Canceller(const Canceller&) = delete;
  Canceller& operator=(const Canceller&) = delete;

  // Monotonic time since the cancel; 0 when the work was done before.
  std::int64_t finish() {
    const std::int64_t now = io::make_system_clock()->monotonic_ns();
    {
      const std::lock_guard lock(mutex_);
      is_done_ = true;
    }
    done_.notify_all();
    thread_.join();
    return cancelled_at_ == 0 ? 0 : now - cancelled_at_;
  }

  ~Canceller() {
    if (thread_.joinable()) finish();
  }

 private:
  void wait(CancelSource& source) {
    std::unique_lock lock(mutex_);
    if (done_.wait_for(lock, kHeadStart, [this] { return is_done_; })) return;
    cancelled_at_ = io::make_system_clock()->monotonic_ns();
    lock.unlock();
    source.cancel();
  }

  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  std::int64_t cancelled_at_ = 0;
  std::thread thread_;
};

template <class F>
void for_each_method(Trial& trial, F&& one) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  if (declares_no_cancel(instance.probe())) trial.leave_out("the table says `no_cancel`");
  for (const MethodSpec* method : instance.checked_methods(trial)) {
    trial.at(method->name);
    one(instance, *method);
    instance.close_handles();
  }
}

void expect_soon(Trial& trial, std::int64_t took_ns, std::string_view since) {
  if (took_ns > kSecond) trial.fail(fmt::format("returned {} ms {}; 1 s is the limit", took_ns / 1'000'000, since));
}

void cancel_before(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    auto values = instance.values(method);
    if (!values) return;
    CallPlan plan;
    plan.options.cancel.cancel();
    expect_soon(trial, instance.call(method, *values, std::move(plan)).took_ns,
                "after a call that was cancelled already");
  });
}

void cancel_during(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    auto values = instance.values(method);
    if (!values) return;
    CallPlan plan;
    Canceller canceller(plan.options.cancel);
    instance.call(method, *values, plan);
    expect_soon(trial, canceller.finish(), "after the cancel");
  });
}

void deadline(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    auto values = instance.values(method);
    if (!values) return;
    CallPlan plan;
    plan.options.deadline_unix_ns = io::make_system_clock()->now_unix_ns() - kSecond;
    expect_soon(trial, instance.call(method, *values, std::move(plan)).took_ns, "after a deadline in the past");
  });
}

void stream_cancel(Trial& trial) {
  for_each_method(trial, [&](ProbeInstance& instance, const MethodSpec& method) {
    auto values = instance.values(method);
    if (!values) return;
    CallPlan plan;
    CancelSource source = plan.options.cancel;
    CallOutcome outcome = instance.call(method, *values, plan);
    if (!outcome.stream.has_value()) return;
    source.cancel();
    const auto clock = io::make_system_clock();
    const std::int64_t start = clock->monotonic_ns();
    for (int i = 0; i < kBatchLimit && clock->monotonic_ns() - start < kSecond; ++i) {
      ArrowArrayOwner batch;
      if (outcome.stream->get_next(outcome.stream.get(), batch.get()) != 0 || !batch.has_value()) break;
    }
    expect_soon(trial, clock->monotonic_ns() - start, "after the cancel and gave batches until then");
  });
}

void any_thread(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  constexpr int kRounds = 20;
  for (const MethodSpec* method : instance.checked_methods(trial)) {
    trial.at(method->name);
    auto values = instance.values(*method);
    if (!values) continue;
    std::atomic<bool> is_done = false;
    std::atomic<bool> has_panicked = false;
    std::thread other([&] {
      ProbeInstance view(&instance);
      while (!is_done) {
        std::vector<InValue> arguments = *values;
        if (view.call(*method, arguments).status == FLOE_PANIC) has_panicked = true;
        std::this_thread::yield();
      }
    });
    // The other methods, with the same handle where they take one.
    for (int i = 0; i < kRounds; ++i) {
      for (const MethodSpec* busy : instance.methods()) {
        if (busy->is_any_thread) continue;
        ProbeInstance view(&instance);
        view.call(*busy);
      }
    }
    is_done = true;
    other.join();
    if (has_panicked) trial.fail("answers FLOE_PANIC while another method runs");
  }
}

constexpr std::array kChecks{
    CheckFunction{"contract.cancel-before", cancel_before}, CheckFunction{"contract.cancel-during", cancel_during},
    CheckFunction{"contract.deadline", deadline},           CheckFunction{"contract.stream-cancel", stream_cancel},
    CheckFunction{"contract.any-thread", any_thread},
};

}  // namespace

std::span<const CheckFunction> cancel_checks() { return kChecks; }

}  // namespace floe::conformance
