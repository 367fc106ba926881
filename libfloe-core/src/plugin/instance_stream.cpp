// Streams that plugins return, as callers get them.
#include "plugin/cancel_state.hpp"
#include "plugin/instance_state.hpp"

#include "floe/arrow.hpp"

#include <cerrno>

namespace floe {
namespace {

struct HostStream {
  std::shared_ptr<InstanceState> instance;
  floe_call* call;
  const CallName& method;  // that returned it
  ArrowStream inner;
  std::string error;
};

HostStream& state_of(ArrowArrayStream* stream) { return *static_cast<HostStream*>(stream->private_data); }

// Runs one function of the inner stream as a method of the instance; its text is copied while it is safe to read.
template <class F>
int run(ArrowArrayStream* stream, F&& function) noexcept {
  HostStream& state = state_of(stream);
  try {
    if (state.instance->is_poisoned) {
      state.error = "the instance of the plugin is not used any more after a panic";
      return EIO;
    }
    state.call->clear_error();
    const MethodScope scope(state.call, state.instance->plugin.context.get());
    int code = 0;
    TraceScope traced(*state.instance->core, state.instance->plugin, "stream", state.call->scope);
    const floe_status status = state.instance->run_locked(state.call, state.method, false, [&](const void*, void*) {
      code = function(state.inner.get());
      if (code != 0) {
        const char* text =
            state.inner->get_last_error == nullptr ? nullptr : state.inner->get_last_error(state.inner.get());
        state.error = text == nullptr ? "" : text;
      }
      return FLOE_OK;
    });
    traced.set_status(status == FLOE_OK && code != 0 ? FLOE_IO : status);
    if (status == FLOE_OK && code == 0) return 0;
    if (status == FLOE_PANIC) state.instance->poison("a stream");
    if (!state.call->message.empty()) state.error = state.call->message;  // richer than the stream's own text
    if (status == FLOE_CANCELLED) return ECANCELED;
    return code == 0 ? EIO : code;
  } catch (...) {
    return ENOMEM;
  }
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  return run(stream, [&](ArrowArrayStream* inner) { return inner->get_schema(inner, out); });
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  HostStream& state = state_of(stream);
  if (state.call->cancel->is_cancelled.load(std::memory_order_relaxed)) {
    try {
      state.error = "cancelled";
    } catch (...) {  // the code says it too
    }
    return ECANCELED;
  }
  return run(stream, [&](ArrowArrayStream* inner) { return inner->get_next(inner, out); });
}

const char* get_last_error(ArrowArrayStream* stream) {
  const HostStream& state = state_of(stream);
  return state.error.empty() ? nullptr : state.error.c_str();
}

void release(ArrowArrayStream* stream) noexcept {
  const std::unique_ptr<HostStream> state(&state_of(stream));
  stream->release = nullptr;
  // A cancelled call must not keep the stream from being released, so the lock is taken with a call of its own.
  floe_call own;
  own.core = state->instance->core;
  try {
    own.cancel = CancelSource().state();
    const MethodScope scope(&own, state->instance->plugin.context.get());
    const floe_status status = state->instance->run_locked(&own, state->method, false, [&](const void*, void*) {
      state->inner.reset();
      return FLOE_OK;
    });
    if (status == FLOE_PANIC) state->instance->poison("release of a stream");
  } catch (...) {  // out of memory: the stream is released by its owner's destructor, without the lock
    return;
  }
}

}  // namespace

void drop_stream(ArrowArrayStream* stream) noexcept {
  if (stream != nullptr && stream->release != nullptr) stream->release(stream);
}

floe_status InstanceState::adopt_stream(floe_status status, floe_call* call, ArrowArrayStream* stream) noexcept {
  if (status != FLOE_OK) {
    drop_stream(stream);
    stream->release = nullptr;
    return status;
  }
  if (stream->release == nullptr) {
    try {
      call->message = "the plugin reported success without a stream";
    } catch (...) {  // the status says it too
    }
    return call->status = FLOE_INTERNAL;
  }
  try {
    auto state =
        std::make_unique<HostStream>(HostStream{shared_from_this(), call, *call->name, ArrowStream(stream), {}});
    *stream = {get_schema, get_next, get_last_error, release, state.release()};
    return FLOE_OK;
  } catch (...) {
    drop_stream(stream);
    stream->release = nullptr;
    return call->status = FLOE_EXHAUSTED;
  }
}

}  // namespace floe
