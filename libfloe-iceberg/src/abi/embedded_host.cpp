#include "abi/embedded_host.hpp"

#include "base/json/json.hpp"

#include <cstring>

namespace floe::iceberg {

namespace {

void FLOE_CALL set_error(floe_call* call, floe_status status, const char* message, size_t length) {
  if (call == nullptr) return;
  const std::lock_guard lock(call->mutex);
  call->status = status;
  call->message.assign(message, length);
}

void FLOE_CALL add_error_detail(floe_call* call, const char* key, const char* value, size_t length) {
  if (call == nullptr) return;
  const std::lock_guard lock(call->mutex);
  call->details.emplace_back(key, std::string(value, length));
}

floe_status FLOE_CALL write(floe_sink* sink, const void* data, size_t length) {
  if (sink == nullptr) return FLOE_INVALID_ARGUMENT;
  try {
    sink->bytes.append(static_cast<const char*>(data), length);
  } catch (...) {
    return FLOE_EXHAUSTED;
  }
  return FLOE_OK;
}

int32_t FLOE_CALL is_cancelled(floe_call* call) {
  for (; call != nullptr; call = call->parent) {
    if (call->cancelled) return 1;
  }
  return 0;
}

floe_status FLOE_CALL on_cancel(floe_call* call, void(FLOE_CALL* wake)(void*), void* argument) {
  if (call == nullptr) return FLOE_INVALID_ARGUMENT;
  {
    const std::lock_guard lock(call->mutex);
    call->wake = wake;
    call->wake_argument = argument;
  }
  if (is_cancelled(call) != 0 && wake != nullptr) wake(argument);
  return FLOE_OK;
}

int64_t FLOE_CALL deadline(floe_call* call) { return call == nullptr ? INT64_MAX : call->deadline_unix_ns; }

int32_t FLOE_CALL progress(floe_call* call, double /*done*/, double /*total*/, const char* /*message*/,
                           size_t /*length*/) {
  return is_cancelled(call);
}

void FLOE_CALL log(floe_host_ctx* context, floe_call* /*call*/, int32_t level, const char* target, const char* message,
                   size_t length) {
  if (context->log) context->log(level, target, std::string_view(message, length));
}

uint64_t FLOE_CALL begin_span(floe_call* /*call*/, const char* /*name*/) { return 0; }

void FLOE_CALL span_attr(uint64_t /*span*/, const char* /*key*/, const char* /*value*/, size_t /*length*/) {}

void FLOE_CALL end_span(uint64_t /*span*/, floe_status /*outcome*/) {}

floe_status FLOE_CALL traceparent(floe_call* /*call*/, char out[56]) {
  std::memset(out, 0, 56);
  return FLOE_UNSUPPORTED;
}

const void* FLOE_CALL get_service(floe_host_ctx* /*context*/, const char* /*id*/) { return nullptr; }

floe_call* FLOE_CALL fork_call(floe_call* parent) {
  auto* call = new (std::nothrow) floe_call();
  if (call == nullptr) return nullptr;
  call->parent = parent;
  if (parent != nullptr) call->deadline_unix_ns = parent->deadline_unix_ns;
  return call;
}

void FLOE_CALL release_call(floe_call* forked) { delete forked; }

floe_status FLOE_CALL call_error(floe_call* call, floe_sink* out) {
  if (call == nullptr) return FLOE_INVALID_ARGUMENT;
  const std::lock_guard lock(call->mutex);
  if (out != nullptr) {
    json::object details;
    for (const auto& [key, value] : call->details)
      details[key] = value;
    const std::string text = to_json(json::object{{"message", call->message}, {"details", std::move(details)}});
    write(out, text.data(), text.size());
  }
  return call->status;
}

void FLOE_CALL clear_error(floe_call* call) {
  if (call == nullptr) return;
  const std::lock_guard lock(call->mutex);
  call->status = FLOE_OK;
  call->message.clear();
  call->details.clear();
}

floe_sink* FLOE_CALL make_sink(floe_host_ctx* /*context*/) { return new (std::nothrow) floe_sink(); }

void FLOE_CALL sink_bytes(floe_sink* sink, const void** data, size_t* length) {
  *data = sink->bytes.data();
  *length = sink->bytes.size();
}

void FLOE_CALL drop_sink(floe_sink* sink) { delete sink; }

}  // namespace

EmbeddedHost::EmbeddedHost(Log log_receiver) : context_{std::move(log_receiver)}, table_{} {
  table_.struct_size = sizeof(table_);
  table_.abi_version = FLOE_ABI_VERSION;
  table_.ctx = &context_;
  table_.set_error = set_error;
  table_.add_error_detail = add_error_detail;
  table_.write = write;
  table_.is_cancelled = is_cancelled;
  table_.on_cancel = on_cancel;
  table_.deadline_unix_ns = deadline;
  table_.progress = progress;
  table_.log = log;
  table_.begin_span = begin_span;
  table_.span_attr = span_attr;
  table_.end_span = end_span;
  table_.traceparent = traceparent;
  table_.get_service = get_service;
  table_.fork_call = fork_call;
  table_.release_call = release_call;
  table_.call_error = call_error;
  table_.clear_error = clear_error;
  table_.make_sink = make_sink;
  table_.sink_bytes = sink_bytes;
  table_.drop_sink = drop_sink;
}

void cancel_call(floe_call* call) {
  void(FLOE_CALL * wake)(void*) = nullptr;
  void* argument = nullptr;
  {
    const std::lock_guard lock(call->mutex);
    call->cancelled = true;
    wake = std::exchange(call->wake, nullptr);
    argument = call->wake_argument;
  }
  if (wake != nullptr) wake(argument);
}

}  // namespace floe::iceberg
