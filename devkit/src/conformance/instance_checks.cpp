// Level 2, of an instance as a whole: what it leaves behind, and whom it disturbs.
#include "conformance/check_function.hpp"
#include "conformance/payload.hpp"
#include "conformance/probe_instance.hpp"
#include "conformance/resource_use.hpp"
#include "plugin/process_state.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/text/text.hpp"

#include <array>
#include <atomic>
#include <thread>

namespace floe::conformance {
namespace {

constexpr int kWarmUp = 200;
constexpr int kLifecycles = 1000;
constexpr std::size_t kResidentSlack = std::size_t{4} << 20;
constexpr std::size_t kHeapSlack = std::size_t{128} << 10;  // less than 200 bytes for each instance
constexpr std::int64_t kSecond = 1'000'000'000;

// Every method once with the first example, and what the header has.
void tour(Trial& trial, ProbeInstance& instance) {
  std::string text;
  trial.at("health");
  instance.health(text);
  trial.at("describe");
  instance.describe(text);
  for (const MethodSpec* method : instance.methods()) {
    trial.at(method->name);
    instance.call(*method);
  }
  instance.close_handles();
  trial.at("destroy");
  instance.destroy();
}

void lifecycle(Trial& trial) {
  ProbeHost host;
  ProbeInstance first(trial, host);
  std::string config;
  for (const std::string& one : trial.subject.configs) {
    const HostCall call = host.make_call();
    void* self = nullptr;
    const InterfaceHeader& header = first.probe().header();
    if (header.create(host.table(), call.raw(), one.data(), one.size(), &self) != FLOE_OK) continue;
    header.destroy(self);
    config = one;
    break;
  }
  const auto repeat = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const HostCall call = host.make_call();
      void* self = nullptr;
      const InterfaceHeader& header = first.probe().header();
      if (header.create(host.table(), call.raw(), config.data(), config.size(), &self) == FLOE_OK) header.destroy(self);
    }
  };
  trial.at("create");
  repeat(kWarmUp);
  const ResourceUse before = resource_use();
  repeat(kLifecycles - kWarmUp);
  const ResourceUse after = resource_use();
  const int count = kLifecycles - kWarmUp;
  if (after.descriptors > before.descriptors) {
    trial.fail(fmt::format("{} times create and destroy left {} file descriptors open", count,
                           after.descriptors - before.descriptors));
  }
  if (after.threads > before.threads) {
    trial.fail(fmt::format("{} times create and destroy left {}", count,
                           text::counted(after.threads - before.threads, "thread")));
  }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (after.heap_bytes > before.heap_bytes + kHeapSlack ||
      after.resident_bytes > before.resident_bytes + kResidentSlack) {
    trial.fail(fmt::format("{} times create and destroy left {} KiB of memory in use", count,
                           std::max(after.heap_bytes - std::min(before.heap_bytes, after.heap_bytes),
                                    after.resident_bytes - std::min(before.resident_bytes, after.resident_bytes)) /
                               1024));
  }
#endif
}

void destroy_null(Trial& trial) {
  const ProbeHost host;
  const Probe probe = load_probe(trial, host, host.table());
  trial.at("destroy");
  probe.header().destroy(nullptr);
}

void environment(Trial& trial) {
  const ProcessState before = ProcessState::take();
  ProbeHost host;
  {
    ProbeInstance instance(trial, host);
    tour(trial, instance);
  }
  trial.at("");
  for (const ProcessChange& change : before.put_back())
    trial.fail(change.what + " " + change.how);
}

// What it writes is what the parent reads from the pipes.
void silent(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  tour(trial, instance);
}

// By name, the threads that an instance and all its methods left. One that was joined may be listed a moment longer.
std::vector<std::string> threads_left(Trial& trial, ProbeHost& host) {
  const auto before = thread_names();
  ProbeInstance instance(trial, host);
  tour(trial, instance);
  const auto clock = io::make_system_clock();
  const std::int64_t end = clock->monotonic_ns() + kSecond;
  std::vector<std::string> left;
  do {
    left.clear();
    for (const auto& [id, name] : thread_names()) {
      if (!before.contains(id)) left.push_back(fmt::format("`{}`", name));
    }
    std::this_thread::yield();
  } while (!left.empty() && clock->monotonic_ns() < end);
  return left;
}

void threads_end(Trial& trial) {
  // What libraries start once and for all, an allocator's thread or a pool, comes with the first instances only.
  constexpr int kRounds = 3;
  ProbeHost host;
  std::vector<std::string> left;
  for (int round = 0; round < kRounds; ++round) {
    left = threads_left(trial, host);
    if (left.empty()) return;
  }
  trial.at("");
  trial.fail(fmt::format("each instance leaves threads that live after destroy: {}", text::join(left, ", ")));
}

void parallel(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  if (instance.probe().header().threading != FLOE_THREADS_CONCURRENT) {
    return trial.leave_out("the table does not say FLOE_THREADS_CONCURRENT");
  }
  constexpr int kThreads = 32;
  constexpr int kRounds = 3;
  std::atomic<bool> has_panicked = false;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  trial.at("32 threads");
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ProbeInstance view(&instance);  // with handles of its own: one thread at a time uses them
      std::string text;
      for (int round = 0; round < kRounds; ++round) {
        if (instance.health(text) == FLOE_PANIC) has_panicked = true;
        for (const MethodSpec* method : instance.methods()) {
          const auto outcome = view.call(*method);
          if (outcome && outcome->status == FLOE_PANIC) has_panicked = true;
        }
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  if (has_panicked) trial.fail("a method answered FLOE_PANIC while others ran");
}

void implemented(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  for (const MethodSpec* method : instance.methods()) {
    trial.at(method->name);
    const auto outcome = instance.call(*method);
    instance.close_handles();
    if (!outcome || outcome->status != FLOE_UNSUPPORTED) continue;
    trial.warn(method->is_optional ? "is not implemented: leave the slot of an optional method empty"
                                   : "is not implemented: answers FLOE_UNSUPPORTED");
  }
}

// A method that cannot do it here, for want of a server or a file, has another status than this.
bool is_broken(floe_status status) { return status == FLOE_INTERNAL || status == FLOE_PANIC; }

std::string answer_text(const MethodSpec& method, const CallOutcome& outcome) {
  const std::string_view message = outcome.error.message;
  return fmt::format("`{}` answers {}: {}", method.name, status_name(outcome.status),
                     message.substr(0, std::min(message.find('\n'), std::size_t{200})));
}

void works(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  std::vector<std::string> answers;
  bool is_one_undecided = false;  // not written, or without what it would need here: a key, a server
  for (const MethodSpec* method : instance.methods()) {
    trial.at(method->name);
    const auto outcome = instance.call(*method);
    instance.close_handles();
    if (!outcome) continue;
    if (outcome->status == FLOE_OK) return trial.at("");
    answers.push_back(answer_text(*method, *outcome));
    is_one_undecided = is_one_undecided || !is_broken(outcome->status);
  }
  trial.at("");
  if (answers.empty()) return;
  const std::string message = fmt::format("no method works: {}", text::join(answers, "; "));
  // Of a plugin with few methods, the one may want a file that is not here.
  is_one_undecided ? trial.warn(message) : trial.fail(message);
}

void describe(Trial& trial) {
  ProbeHost host;
  ProbeInstance instance(trial, host);
  std::string text;
  trial.at("health");
  if (const floe_status status = instance.health(text); status != FLOE_OK) {
    trial.fail(fmt::format("answers {}", status_name(status)));
  } else if (const std::string problem = payload_problem("shared/health", text); !problem.empty()) {
    trial.fail(problem);
  }
  trial.at("describe");
  if (const floe_status status = instance.describe(text); status != FLOE_OK) {
    trial.fail(fmt::format("answers {}", status_name(status)));
  } else if (const std::string problem = payload_problem("shared/description", text); !problem.empty()) {
    trial.fail(problem);
  }
}

constexpr std::array kChecks{
    CheckFunction{"contract.lifecycle", lifecycle},
    CheckFunction{"contract.destroy-null", destroy_null},
    CheckFunction{"contract.environment", environment},
    CheckFunction{"contract.silent", silent},
    CheckFunction{"contract.threads-end", threads_end},
    CheckFunction{"contract.parallel", parallel},
    CheckFunction{"contract.describe", describe},
    CheckFunction{"contract.implemented", implemented},
    CheckFunction{"contract.works", works},
};

}  // namespace

std::span<const CheckFunction> instance_checks() { return kChecks; }

}  // namespace floe::conformance
