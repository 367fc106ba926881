// The functions of floe_host. Each is called by foreign code on any thread: nothing leaves them but a status.
#include "plugin/cancel_state.hpp"
#include "plugin/host_core.hpp"

#include "base/json/error_document.hpp"
#include "base/text/text.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace floe {
namespace {

struct OpenSpan {
  std::shared_ptr<HostCore> core;
  floe_call* call;
  std::uint64_t token;
  std::string parent;   // traceparent to restore
  std::string current;  // traceparent while it is the innermost
};

// The ABI's handle of a span is a number.
OpenSpan* span_of(std::uint64_t span) {
  return reinterpret_cast<OpenSpan*>(static_cast<std::uintptr_t>(span));  // NOLINT(performance-no-int-to-ptr)
}

HostObserver& observer_of(HostCore& core) {
  return core.options.observer == nullptr ? core.silent : *core.options.observer;
}

std::string_view view(const char* text, std::size_t length) {
  return length == 0 ? std::string_view() : std::string_view(text, length);
}

constexpr std::size_t kTextLimit = std::size_t{64} << 10;   // of a message
constexpr std::size_t kDetailLimit = std::size_t{1} << 20;  // of one detail; some hold documents
constexpr std::size_t kMostDetails = 64;                    // of one error

// What a plugin says: cut where it is longer than anybody reads, and UTF-8 whatever its bytes are.
std::string said(const char* data, std::size_t length, std::size_t limit = kTextLimit) {
  const std::string_view bytes = view(data, data == nullptr ? 0 : std::min(length, limit));
  if (text::is_valid_utf8(bytes)) return std::string(bytes);
  std::string out;
  for (std::size_t position = 0; position < bytes.size();)
    text::append_utf8(&out, text::next_code_point(bytes, &position));
  return out;
}

// Runs `body`, drops what it throws (out of memory, an observer that broke its promise).
template <class F>
void quietly(F&& body) noexcept {
  try {
    body();
  } catch (...) {
    return;
  }
}

void FLOE_CALL set_error(floe_call* call, floe_status status, const char* message, std::size_t length) noexcept {
  if (call == nullptr) return;
  call->status = status;
  quietly([&] { call->message = call->core->redact(said(message, length)); });
}

void FLOE_CALL add_error_detail(floe_call* call, const char* key, const char* value, std::size_t length) noexcept {
  if (call == nullptr || key == nullptr || call->details.size() >= kMostDetails) return;
  quietly([&] { call->details.emplace_back(key, call->core->redact(said(value, length, kDetailLimit))); });
}

// Growing a string leaves its old bytes in freed memory, so a secret moves by hand.
void append_secret(floe_sink& sink, const char* data, std::size_t length) {
  std::string grown;
  grown.reserve(sink.bytes.size() + length);
  grown.append(sink.bytes).append(data, length);
  sink.bytes.swap(grown);
  OPENSSL_cleanse(grown.data(), grown.size());
}

floe_status FLOE_CALL write(floe_sink* sink, const void* data, std::size_t length) noexcept {
  if (sink == nullptr) return FLOE_INVALID_ARGUMENT;
  if (length > sink->limit - sink->bytes.size()) {
    sink->is_full = true;
    return FLOE_EXHAUSTED;
  }
  if (length == 0) return FLOE_OK;
  try {
    if (sink->is_secret) {
      append_secret(*sink, static_cast<const char*>(data), length);
    } else {
      sink->bytes.append(static_cast<const char*>(data), length);
    }
  } catch (...) {
    return FLOE_EXHAUSTED;
  }
  return FLOE_OK;
}

std::int32_t FLOE_CALL is_cancelled(floe_call* call) noexcept {
  return call != nullptr && call->cancel->is_cancelled.load(std::memory_order_relaxed) ? 1 : 0;
}

floe_status FLOE_CALL on_cancel(floe_call* call, void(FLOE_CALL* wake)(void*), void* arg) noexcept {
  if (call == nullptr) return FLOE_INVALID_ARGUMENT;
  try {
    if (wake == nullptr) {
      call->cancel->remove(call, arg);
    } else {
      call->cancel->add({call, call->depth, wake, arg});
      call->has_hooks = true;
    }
  } catch (...) {
    return FLOE_EXHAUSTED;
  }
  return FLOE_OK;
}

std::int64_t FLOE_CALL deadline_unix_ns(floe_call* call) noexcept {
  return call == nullptr ? INT64_MAX : call->deadline_unix_ns;
}

std::int32_t FLOE_CALL progress(floe_call* call, double done, double total, const char* message,
                                std::size_t length) noexcept {
  if (call == nullptr) return 0;
  quietly([&] {
    const std::string text = call->core->redact(said(message, length));
    const std::string_view plugin = call->running == nullptr ? std::string_view() : call->running->plugin_id();
    observer_of(*call->core).progress({done, total, text, plugin, call->scope});
  });
  return is_cancelled(call);
}

void FLOE_CALL log(floe_host_ctx* ctx, floe_call* call, std::int32_t level, const char* target, const char* message,
                   std::size_t length) noexcept {
  if (ctx == nullptr) return;
  quietly([&] { ctx->core->log(*ctx, call, level, target == nullptr ? "" : target, said(message, length)); });
}

std::uint64_t FLOE_CALL begin_span(floe_call* call, const char* name) noexcept {
  if (call == nullptr || name == nullptr) return 0;
  std::uint64_t made = 0;
  quietly([&] {
    const std::string_view plugin = call->running == nullptr ? std::string_view() : call->running->plugin_id();
    SpanHandle handle = observer_of(*call->core).begin_span({name, plugin, call->traceparent, call->scope});
    if (handle.token == 0) return;
    auto span = std::make_unique<OpenSpan>(
        OpenSpan{call->core, call, handle.token, call->traceparent, std::move(handle.traceparent)});
    if (!span->current.empty()) call->traceparent = span->current;
    made = reinterpret_cast<std::uintptr_t>(span.release());
  });
  return made;
}

void FLOE_CALL span_attr(std::uint64_t span, const char* key, const char* value, std::size_t length) noexcept {
  if (span == 0 || key == nullptr) return;
  OpenSpan& open = *span_of(span);
  quietly([&] { observer_of(*open.core).span_attribute(open.token, key, open.core->redact(view(value, length))); });
}

void FLOE_CALL end_span(std::uint64_t span, floe_status outcome) noexcept {
  if (span == 0) return;
  const std::unique_ptr<OpenSpan> open(span_of(span));
  quietly([&] {
    observer_of(*open->core).end_span(open->token, outcome);
    if (!open->current.empty() && open->call->traceparent == open->current) open->call->traceparent = open->parent;
  });
}

floe_status FLOE_CALL traceparent(floe_call* call, char out[56]) noexcept {
  out[0] = '\0';
  if (call == nullptr || call->traceparent.size() != 55) return FLOE_NOT_FOUND;
  std::memcpy(out, call->traceparent.c_str(), 56);
  return FLOE_OK;
}

const void* FLOE_CALL get_service(floe_host_ctx* ctx, const char* service_id) noexcept {
  if (ctx == nullptr || service_id == nullptr) return nullptr;
  const floe_service* service = nullptr;
  quietly([&] { service = ctx->core->service(*ctx, service_id); });
  return service;
}

floe_call* FLOE_CALL fork_call(floe_call* parent) noexcept {
  if (parent == nullptr) return nullptr;
  floe_call* forked = nullptr;
  quietly([&] {
    auto made = std::make_unique<floe_call>();
    made->core = parent->core;
    made->cancel = parent->cancel;
    made->deadline_unix_ns = parent->deadline_unix_ns;
    made->traceparent = parent->traceparent;
    made->baggage = parent->baggage;
    made->scope = parent->scope;
    made->running = parent->running;
    forked = made.release();
  });
  return forked;
}

floe_status FLOE_CALL call_error(floe_call* call, floe_sink* out) noexcept {
  if (call == nullptr) return FLOE_INVALID_ARGUMENT;
  if (out != nullptr) {
    quietly([&] {
      const std::string document = error_to_document({ErrorCode::kInternal, call->message, {}, call->details});
      write(out, document.data(), document.size());
    });
  }
  return call->status;
}

void FLOE_CALL clear_error(floe_call* call) noexcept {
  if (call != nullptr) call->clear_error();
}

floe_sink* FLOE_CALL make_sink(floe_host_ctx* ctx) noexcept {
  auto* sink = new (std::nothrow) floe_sink;
  if (sink != nullptr) sink->limit = ctx->core->options.result_limit;
  return sink;
}

void FLOE_CALL sink_bytes(floe_sink* sink, const void** data, std::size_t* length) noexcept {
  *data = sink == nullptr ? nullptr : sink->bytes.data();
  *length = sink == nullptr ? 0 : sink->bytes.size();
}

void FLOE_CALL drop_sink(floe_sink* sink) noexcept {
  if (sink != nullptr && sink->is_secret) OPENSSL_cleanse(sink->bytes.data(), sink->bytes.size());
  delete sink;
}

}  // namespace

floe_host make_host_table(floe_host_ctx* ctx) {
  floe_host host{};
  host.struct_size = sizeof(floe_host);
  host.abi_version = FLOE_ABI_VERSION;
  host.ctx = ctx;
  host.set_error = set_error;
  host.add_error_detail = add_error_detail;
  host.write = write;
  host.is_cancelled = is_cancelled;
  host.on_cancel = on_cancel;
  host.deadline_unix_ns = deadline_unix_ns;
  host.progress = progress;
  host.log = log;
  host.begin_span = begin_span;
  host.span_attr = span_attr;
  host.end_span = end_span;
  host.traceparent = traceparent;
  host.get_service = get_service;
  host.fork_call = fork_call;
  host.release_call = drop_call;
  host.call_error = call_error;
  host.clear_error = clear_error;
  host.make_sink = make_sink;
  host.sink_bytes = sink_bytes;
  host.drop_sink = drop_sink;
  return host;
}

floe_call* make_call(std::shared_ptr<HostCore> core, CallOptions options) {
  auto call = std::make_unique<floe_call>();
  call->core = std::move(core);
  call->cancel = options.cancel.state();
  call->deadline_unix_ns = options.deadline_unix_ns;
  call->traceparent = std::move(options.traceparent);
  call->baggage = std::move(options.baggage);
  call->scope = std::move(options.scope);
  return call.release();
}

void drop_call(floe_call* call) noexcept {
  if (call == nullptr) return;
  if (call->has_hooks) quietly([&] { call->cancel->remove_from(call, 0); });
  delete call;
}

HostCall::HostCall(HostCall&& other) noexcept : call_(std::exchange(other.call_, nullptr)) {}

HostCall& HostCall::operator=(HostCall&& other) noexcept {
  if (this != &other) {
    drop_call(call_);
    call_ = std::exchange(other.call_, nullptr);
  }
  return *this;
}

HostCall::~HostCall() { drop_call(call_); }

}  // namespace floe
