// InstanceState: what stands between a caller and one plugin instance. The generated wrapper tables call `enter` for
// every method.
#pragma once

#include "plugin/call_trace.hpp"
#include "plugin/host_core.hpp"
#include "plugin/loaded_plugin.hpp"

#include "floe/plugin.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

namespace floe {

// A borrowed callable, alive for the call it is passed to.
class MethodBody {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, MethodBody>)
  MethodBody(F&& body)  // NOLINT: implicit by design
      : object_(&body), run_([](void* object, const void* table, void* plugin) {
          return (*static_cast<std::remove_reference_t<F>*>(object))(table, plugin);
        }) {}

  floe_status operator()(const void* table, void* plugin) const { return run_(object_, table, plugin); }

 private:
  void* object_;
  floe_status (*run_)(void*, const void*, void*);
};

// What a method is on its call while it runs: the plugin, one level of depth, and the hooks it registers, which end
// with it.
class MethodScope {
 public:
  MethodScope(floe_call* call, const floe_host_ctx* plugin);
  ~MethodScope();
  MethodScope(const MethodScope&) = delete;
  MethodScope& operator=(const MethodScope&) = delete;

 private:
  floe_call* call_;
  const floe_host_ctx* outer_;
  bool outer_has_hooks_;
};

// One call in the trace, when there is one: from here to the end of the scope.
class TraceScope {
 public:
  TraceScope(const HostCore& core, const LoadedPlugin& plugin, std::string_view method, std::string_view scope);
  ~TraceScope();
  TraceScope(const TraceScope&) = delete;
  TraceScope& operator=(const TraceScope&) = delete;

  void set_status(floe_status status) {
    if (call_) call_->status = status;
  }

 private:
  CallTrace* trace_;
  const io::Clock& clock_;
  std::optional<TracedCall> call_;
};

// One method at a time; who waits gives up when its call is cancelled, its deadline passes or the instance is given up
// (FLOE_PANIC).
class InstanceLock {
 public:
  // For a method that will run on `runner`; refused when this thread is the one it runs on already.
  floe_status acquire(floe_call* call, std::thread::id runner);
  void release();
  // Who has it will not give it back: nobody waits for it any more.
  void abandon();

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  bool is_busy_ = false;
  bool is_abandoned_ = false;
  std::thread::id owner_;
};

// Runs every job on one thread of its own.
class AffineThread {
 public:
  AffineThread();
  ~AffineThread();
  void run(const std::function<void()>& job);  // returns when it is done

  [[nodiscard]] std::thread::id id() const { return thread_.get_id(); }

 private:
  void loop();

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* job_ = nullptr;
  bool is_stopping_ = false;
  std::thread thread_;
};

struct SlotStatistics {
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> failures{0};
  std::atomic<std::uint64_t> total_ns{0};
  std::atomic<std::uint64_t> max_ns{0};
};

struct InstanceState : std::enable_shared_from_this<InstanceState> {
  InstanceState(std::shared_ptr<HostCore> host_core, LoadedPlugin& loaded);
  ~InstanceState();
  InstanceState(const InstanceState&) = delete;
  InstanceState& operator=(const InstanceState&) = delete;

  // Calls the plugin's create.
  floe_status create(floe_call* call, const std::string& config);

  // Runs a method of the plugin for slot `slot` of its interface.
  floe_status enter(floe_call* call, std::size_t slot, MethodBody body) noexcept;

  // Replaces a stream that the method of `slot` returned by one that locks and counts as a method does, keeps the
  // instance alive and looks at what it hands on; on failure releases it.
  floe_status adopt_stream(floe_status status, floe_call* call, std::size_t slot, ArrowArrayStream* stream) noexcept;

  // Runs `body`, a part of the method `name`, under the instance's thread class.
  floe_status run_locked(floe_call* call, const CallName& name, bool is_any_thread, MethodBody body);

  void poison(std::string_view method);
  // A method of it will not return: whoever calls it or waits for it is refused.
  void leave_behind();

  // For `health` and `describe`: an answer larger than kRemarkLimit is an error, whatever the plugin makes of the
  // refusal.
  floe_status enter_remark(floe_sink* out, floe_call* call, std::size_t slot, MethodBody body) noexcept;

  [[nodiscard]] std::string_view method_name(std::size_t slot) const;

  std::shared_ptr<HostCore> core;
  LoadedPlugin& plugin;
  std::vector<std::byte> wrapper;  // the wrapper table with this plugin's capabilities
  void* self = nullptr;
  std::atomic<bool> is_poisoned{false};
  std::atomic<bool> is_left{false};  // poisoned because a call did not return
  std::unique_ptr<SlotStatistics[]> statistics;

 private:
  void end_in_time(std::function<void()> end) const noexcept;
  floe_status refuse(floe_call* call);
  floe_status settle(floe_call* call, std::size_t slot, floe_status status);

  InstanceLock lock_;
  std::unique_ptr<AffineThread> affine_;
};

constexpr std::uint64_t kRemarkLimit = std::uint64_t{1} << 20;  // of what a plugin says of itself

// For the generated tables. An out stream comes as the caller's memory happens to be: begin_stream makes it empty.
inline void begin_stream(ArrowArrayStream* stream) noexcept { stream->release = nullptr; }

floe_status unsupported_method(floe_call* call, const char* method) noexcept;
void drop_stream(ArrowArrayStream* stream) noexcept;
floe_status FLOE_CALL wrap_validate_config(const floe_host* host, floe_call* call, const char* config,
                                           std::size_t config_length, floe_sink* problems) noexcept;
floe_status FLOE_CALL wrap_create(const floe_host* host, floe_call* call, const char* config, std::size_t config_length,
                                  void** self) noexcept;
void FLOE_CALL wrap_destroy(void* self) noexcept;

}  // namespace floe
