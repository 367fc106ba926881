#include "plugin/instance_state.hpp"

#include "plugin/cancel_state.hpp"
#include "plugin/kept_process.hpp"
#include "plugin/leaveable_thread.hpp"
#include "plugin/python_plugin.hpp"

#include "base/fail.hpp"

#include <cstring>

namespace floe {
namespace {

floe_status answer(floe_call* call, floe_status status, std::string message) {
  call->status = status;
  call->message = std::move(message);
  return status;
}

void keep_message(floe_call* call, const HostCore& core, const char* message) noexcept {
  try {
    call->message = core.redact(message);
  } catch (...) {  // out of memory: the status says enough
    return;
  }
}

void raise_to(std::atomic<std::uint64_t>& maximum, std::uint64_t value) {
  std::uint64_t seen = maximum.load(std::memory_order_relaxed);
  while (seen < value && !maximum.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

void destroy_instance(const HostCore& core, const LoadedPlugin& plugin, void* self) noexcept {
  const CallName& name = *plugin.names[kDestroySlot];
  KeptProcess kept(core, *plugin.context);
  try {
    const RunningCall running(name);
    plugin.header().destroy(self);
    --plugin.opened->instances;
  } catch (...) {  // it promised not to; nobody is left to tell
    core.log(*plugin.context, nullptr, FLOE_LOG_ERROR, "core.plugin", "destroy threw an exception");
  }
  kept.check(name);
}

}  // namespace

MethodScope::MethodScope(floe_call* call, const floe_host_ctx* plugin)
    : call_(call),
      outer_(std::exchange(call->running, plugin)),
      outer_has_hooks_(std::exchange(call->has_hooks, false)) {
  ++call->depth;
}

MethodScope::~MethodScope() {
  if (call_->has_hooks) call_->cancel->remove_from(call_, call_->depth);
  --call_->depth;
  call_->has_hooks = outer_has_hooks_;
  call_->running = outer_;
}

TraceScope::TraceScope(const HostCore& core, const LoadedPlugin& plugin, std::string_view method,
                       std::string_view scope)
    : trace_(core.options.trace), clock_(*core.clock) {
  if (trace_ == nullptr) return;
  TracedCall& call = call_.emplace();
  call.plugin = plugin.entry->manifest.id;
  call.method = std::string(plugin.interface->name).append(".").append(method);
  call.scope = scope;
  call.begin_ns = clock_.monotonic_ns();
}

TraceScope::~TraceScope() {
  if (!call_) return;
  call_->end_ns = clock_.monotonic_ns();
  try {
    trace_->add(*std::move(call_));
  } catch (...) {  // out of memory: the trace lacks a call, the command goes on
    return;
  }
}

InstanceState::InstanceState(std::shared_ptr<HostCore> host_core, LoadedPlugin& loaded)
    : core(std::move(host_core)),
      plugin(loaded),
      wrapper(loaded.interface->table_size),
      statistics(std::make_unique<SlotStatistics[]>(loaded.interface->slots.size())) {
  std::memcpy(wrapper.data(), plugin.interface->wrapper, wrapper.size());
  std::memcpy(wrapper.data() + offsetof(InterfaceHeader, capabilities), &plugin.header().capabilities,
              sizeof(std::uint64_t));
  if (plugin.header().threading == FLOE_THREADS_AFFINE) affine_ = std::make_unique<AffineThread>();
}

InstanceState::~InstanceState() {
  if (self == nullptr) return;
  const TraceScope traced(*core, plugin, "destroy", "");
  // It may be left behind, so it touches nothing of this object.
  std::function<void()> end = [host = core, &of = plugin, instance = self,
                               affine = std::shared_ptr<AffineThread>(std::move(affine_))] {
    const auto destroy = [&]() noexcept { destroy_instance(*host, of, instance); };
    if (affine != nullptr) return affine->run(destroy);
    destroy();
  };
  if (core->options.patience) {
    end_in_time(std::move(end));
  } else {
    end();
  }
}

void InstanceState::end_in_time(std::function<void()> end) const noexcept {
  try {
    const auto late = LeaveableThread().run(std::move(end), {core->options.patience, {}});
    if (!late) return;
    core->log(*plugin.context, nullptr, FLOE_LOG_WARN, "core.plugin", late->to_string());
    core->left_behind();
  } catch (...) {  // no thread, no memory: the instance is not ended
    return;
  }
}

floe_status InstanceState::create(floe_call* call, const std::string& config) {
  call->clear_error();
  const MethodScope scope(call, plugin.context.get());
  TraceScope traced(*core, plugin, "create", call->scope);
  const floe_status status = run_locked(call, *plugin.names[kCreateSlot], false, [&](const void*, void*) {
    return sure_answer(*plugin.entry, call, [&] {
      return plugin.header().create(&plugin.context->table, call, config.data(), config.size(), &self);
    });
  });
  traced.set_status(status);
  if (status == FLOE_OK && self == nullptr) {
    return answer(call, FLOE_INTERNAL, "create reported success without an instance");
  }
  if (status != FLOE_OK) self = nullptr;
  if (self != nullptr) ++plugin.opened->instances;
  return status;
}

std::string_view InstanceState::method_name(std::size_t slot) const { return plugin.names[slot]->method; }

void InstanceState::poison(std::string_view method) {
  if (is_poisoned.exchange(true)) return;
  ++plugin.panics;
  core->log(
      *plugin.context, nullptr, FLOE_LOG_ERROR, "core.plugin",
      fmt::format("instance of `{}` is not used any more: `{}` ended in a panic", plugin.entry->manifest.id, method));
}

void InstanceState::leave_behind() {
  is_left = true;
  is_poisoned = true;
  lock_.abandon();
}

floe_status InstanceState::refuse(floe_call* call) {
  call->clear_error();
  if (is_poisoned.load(std::memory_order_relaxed)) {
    return answer(call, FLOE_PANIC,
                  fmt::format("the instance of plugin `{}` is not used any more{}", plugin.entry->manifest.id,
                              is_left ? ": a call of it did not return" : " after a panic"));
  }
  if (call->cancel->is_cancelled.load(std::memory_order_relaxed)) return answer(call, FLOE_CANCELLED, "cancelled");
  if (call->deadline_unix_ns != INT64_MAX && core->clock->now_unix_ns() >= call->deadline_unix_ns) {
    return answer(call, FLOE_TIMEOUT, "the deadline has passed");
  }
  return FLOE_OK;
}

floe_status InstanceState::run_locked(floe_call* call, const CallName& name, bool is_any_thread, MethodBody body) {
  floe_status status = FLOE_OK;
  const auto guarded = [&]() noexcept {
    const RunningCall running(name);
    try {
      status = body(plugin.table.data(), self);
    } catch (const std::exception& error) {
      status = FLOE_PANIC;
      keep_message(call, *core, error.what());
    } catch (...) {
      status = FLOE_PANIC;
      keep_message(call, *core, "an exception crossed the plugin boundary");
    }
  };
  const std::uint32_t threading = plugin.header().threading;
  if (threading == FLOE_THREADS_CONCURRENT || is_any_thread) {
    guarded();
    return status;
  }
  const floe_status locked = lock_.acquire(call, affine_ == nullptr ? std::this_thread::get_id() : affine_->id());
  if (locked != FLOE_OK) {
    return answer(call, locked,
                  locked == FLOE_PANIC       ? "the plugin did not return from another call"
                  : locked == FLOE_CANCELLED ? "cancelled while waiting for the plugin"
                  : locked == FLOE_TIMEOUT   ? "the deadline passed while waiting for the plugin"
                                           : "the plugin called itself on an instance that runs one method at a time");
  }
  if (affine_ != nullptr) {
    affine_->run(guarded);
  } else {
    guarded();
  }
  lock_.release();
  return status;
}

floe_status InstanceState::settle(floe_call* call, std::size_t slot, floe_status status) {
  if (status == FLOE_OK) {
    if (call->status != FLOE_OK) {
      core->debug(fmt::format("`{}` of plugin `{}` succeeded and set an error: `{}`", method_name(slot),
                              plugin.entry->manifest.id, call->message));
      call->clear_error();
    }
    return FLOE_OK;
  }
  if (status < FLOE_OK || status > FLOE_PANIC) {
    call->details.emplace_back("floe.status", std::to_string(status));
    status = FLOE_INTERNAL;
  }
  if (status == FLOE_PANIC) poison(method_name(slot));
  // A mistake, and not one of floe. Whose it is says nobody but the host.
  std::erase_if(call->details, [](const auto& detail) { return detail.first == "floe.plugin"; });
  if (status >= FLOE_INTERNAL) call->details.emplace_back("floe.plugin", plugin.entry->manifest.id);
  call->status = status;
  if (call->message.empty()) {
    call->message = fmt::format("`{}` failed: {} (plugin `{}` gave no message)", method_name(slot),
                                error_code_name(static_cast<ErrorCode>(status)), plugin.entry->manifest.id);
  }
  return status;
}

floe_status InstanceState::enter(floe_call* call, std::size_t slot, MethodBody body) noexcept {
  if (call == nullptr) return FLOE_INVALID_ARGUMENT;
  try {
    const bool is_any_thread = plugin.interface->slots[slot].is_any_thread;
    // An interrupt is sent because the call was cancelled: it must get through.
    if (!is_any_thread || is_poisoned.load(std::memory_order_relaxed)) {
      const floe_status refused = refuse(call);
      if (refused != FLOE_OK) return refused;
    } else {
      call->clear_error();
    }
    const MethodScope scope(call, plugin.context.get());
    const std::int64_t begin = core->clock->monotonic_ns();
    TraceScope traced(*core, plugin, plugin.interface->slots[slot].name, call->scope);
    auto sure_body = [&](const void* table, void* instance) {
      return sure_answer(*plugin.entry, call, [&] { return body(table, instance); });
    };
    std::optional<KeptProcess> kept;
    const bool is_first = !is_any_thread && !plugin.is_known[slot].load(std::memory_order_relaxed) &&
                          !plugin.is_known[slot].exchange(true);
    if (is_first) kept.emplace(*core, *plugin.context);
    const floe_status status = run_locked(call, *plugin.names[slot], is_any_thread, sure_body);
    if (kept) kept->check(*plugin.names[slot]);
    traced.set_status(status);
    const auto elapsed = static_cast<std::uint64_t>(core->clock->monotonic_ns() - begin);
    SlotStatistics& counted = statistics[slot];
    counted.calls.fetch_add(1, std::memory_order_relaxed);
    counted.total_ns.fetch_add(elapsed, std::memory_order_relaxed);
    if (status != FLOE_OK) counted.failures.fetch_add(1, std::memory_order_relaxed);
    raise_to(counted.max_ns, elapsed);
    return settle(call, slot, status);
  } catch (...) {  // out of memory in our own bookkeeping
    return FLOE_EXHAUSTED;
  }
}

floe_status InstanceState::enter_remark(floe_sink* out, floe_call* call, std::size_t slot, MethodBody body) noexcept {
  if (out == nullptr) return enter(call, slot, body);
  out->limit = std::min(out->limit, kRemarkLimit);
  const floe_status status = enter(call, slot, body);
  if (!out->is_full || call == nullptr) return status;
  try {
    return answer(call, FLOE_EXHAUSTED,
                  fmt::format("`{}` of plugin `{}` answers more than {} MiB", method_name(slot),
                              plugin.entry->manifest.id, kRemarkLimit >> 20));
  } catch (...) {
    return FLOE_EXHAUSTED;
  }
}

floe_status unsupported_method(floe_call* call, const char* method) noexcept {
  if (call == nullptr) return FLOE_UNSUPPORTED;
  try {
    return answer(call, FLOE_UNSUPPORTED, fmt::format("`{}` is not implemented by this plugin", method));
  } catch (...) {
    return FLOE_UNSUPPORTED;
  }
}

floe_status FLOE_CALL wrap_validate_config(const floe_host* /*host*/, floe_call* call, const char* /*config*/,
                                           std::size_t /*config_length*/, floe_sink* /*problems*/) noexcept {
  return unsupported_method(call, "validate_config");
}

floe_status FLOE_CALL wrap_create(const floe_host* /*host*/, floe_call* call, const char* /*config*/,
                                  std::size_t /*config_length*/, void** /*self*/) noexcept {
  return unsupported_method(call, "create");
}

void FLOE_CALL wrap_destroy(void* /*self*/) noexcept {}  // the host owns it: the last Instance destroys

}  // namespace floe
