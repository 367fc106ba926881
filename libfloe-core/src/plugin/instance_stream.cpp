// Streams that plugins return, as callers get them.
#include "plugin/cancel_state.hpp"
#include "plugin/instance_state.hpp"
#include "plugin/plugin_rows.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace floe {
namespace {

// Runs each function of a stream as a part of the method that returned it, and keeps the instance alive.
class InstanceRows final : public PluginRows {
 public:
  InstanceRows(std::shared_ptr<InstanceState> instance, floe_call* call, const CallName& method)
      : PluginRows(method), instance_(std::move(instance)), call_(call) {}

  int run(int (*body)(void* arg), void* arg, std::string* error) override {
    if (instance_->is_poisoned)
      return refuse(EIO, "the instance of the plugin is not used any more after a panic", error);
    if (call_->cancel->is_cancelled.load(std::memory_order_relaxed)) return refuse(ECANCELED, "cancelled", error);
    call_->clear_error();
    const MethodScope scope(call_, instance_->plugin.context.get());
    TraceScope traced(*instance_->core, instance_->plugin, "stream", call_->scope);
    int code = 0;
    const floe_status status = instance_->run_locked(call_, name(), false, [&](const void*, void*) {
      code = body(arg);
      return FLOE_OK;
    });
    traced.set_status(status == FLOE_OK && code != 0 ? FLOE_IO : status);
    if (status == FLOE_OK && code == 0) return 0;
    if (status == FLOE_PANIC) instance_->poison(name().method);
    if (!call_->message.empty()) *error = call_->message;  // richer than the stream's own text
    if (status == FLOE_CANCELLED) return ECANCELED;
    return code == 0 ? EIO : code;
  }

  void end(int (*body)(void* arg), void* arg) noexcept override {
    // A cancelled call must not keep the stream from being released, so the lock is taken with a call of its own.
    floe_call own;
    own.core = instance_->core;
    try {
      own.cancel = CancelSource().state();
      const MethodScope scope(&own, instance_->plugin.context.get());
      const floe_status status = instance_->run_locked(&own, name(), false, [&](const void*, void*) {
        body(arg);
        return FLOE_OK;
      });
      if (status == FLOE_PANIC) instance_->poison(name().method);
    } catch (...) {  // out of memory: the stream is not released
      return;
    }
  }

  // SQL lets a query name two columns alike.
  [[nodiscard]] bool may_repeat_names() const override {
    return std::string_view(instance_->plugin.interface->name) == "compute";
  }

 private:
  static int refuse(int code, const char* why, std::string* error) {
    *error = why;
    return code;
  }

  std::shared_ptr<InstanceState> instance_;
  floe_call* call_;
};

}  // namespace

void drop_stream(ArrowArrayStream* stream) noexcept {
  if (stream != nullptr && stream->release != nullptr) stream->release(stream);
}

floe_status InstanceState::adopt_stream(floe_status status, floe_call* call, std::size_t slot,
                                        ArrowArrayStream* stream) noexcept {
  if (status != FLOE_OK) {
    arrow::ForeignCaller().end(
        [](void* given) {
          drop_stream(static_cast<ArrowArrayStream*>(given));
          return 0;
        },
        stream);
    stream->release = nullptr;
    return status;
  }
  if (stream->release == nullptr) {
    try {
      call->message = fmt::format("`{}` of plugin `{}` reported success without a stream", plugin.names[slot]->method,
                                  plugin.names[slot]->plugin);
    } catch (...) {
      call->message.clear();  // the status says it too
    }
    return call->status = FLOE_INTERNAL;
  }
  try {
    ArrowStream given(stream);
    arrow::checked_stream(std::move(given),
                          std::make_unique<InstanceRows>(shared_from_this(), call, *plugin.names[slot]))
        .move_to(stream);
    return FLOE_OK;
  } catch (...) {  // out of memory: what was given is released
    return call->status = FLOE_EXHAUSTED;
  }
}

}  // namespace floe
