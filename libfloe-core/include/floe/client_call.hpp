// The caller's side of the interface tables, for the three libraries of floe: what the generated clients
// (floe/client/<name>.hpp) share. Uses base/, so it is not installed; plugins use floe/plugin.hpp.
#pragma once

#include "base/json/error_document.hpp"
#include "base/result.hpp"
#include "floe/arrow.hpp"
#include "floe/plugin.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace floe {

// Text on its way into a method: the ABI wants a NUL behind it, which a string_view cannot promise, so that one is
// copied and the others are only pointed at.
class TextArgument {
 public:
  TextArgument(const std::string& text) : data_(text.data()), size_(text.size()) {}  // NOLINT: implicit

  TextArgument(const char* text) : data_(text), size_(std::char_traits<char>::length(text)) {}  // NOLINT: implicit

  TextArgument(std::string_view text) : copy_(text), data_(copy_.data()), size_(copy_.size()) {}  // NOLINT: implicit

  TextArgument(const TextArgument&) = delete;
  TextArgument& operator=(const TextArgument&) = delete;

  [[nodiscard]] const char* data() const { return data_; }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::string copy_;
  const char* data_;
  std::size_t size_;
};

// A host-owned receiver for one result.
class SinkBuffer {
 public:
  explicit SinkBuffer(const floe_host* host) : host_(host), sink_(host->make_sink(host->ctx)) {}

  SinkBuffer(const SinkBuffer&) = delete;
  SinkBuffer& operator=(const SinkBuffer&) = delete;

  ~SinkBuffer() { host_->drop_sink(sink_); }

  [[nodiscard]] floe_sink* raw() const { return sink_; }

  // Until the next write or the end of the buffer.
  [[nodiscard]] std::string_view view() const {
    const void* data = nullptr;
    std::size_t length = 0;
    host_->sink_bytes(sink_, &data, &length);
    return length == 0 ? std::string_view() : std::string_view(static_cast<const char*>(data), length);
  }

  [[nodiscard]] std::string take() const { return std::string(view()); }

 private:
  const floe_host* host_;
  floe_sink* sink_;
};

// Error of a call that returned `status`; empties the slot, so that the call can be used again. `method` is for a
// callee that gave no message ("catalog.load_table").
inline Error take_call_error(const floe_host* host, floe_call* call, floe_status status, std::string_view method) {
  SinkBuffer slot(host);
  const floe_status recorded = host->call_error(call, slot.raw());
  Error error =
      error_from_document(static_cast<std::int32_t>(status), recorded == FLOE_OK ? std::string_view() : slot.view());
  host->clear_error(call);
  if (error.message.empty()) {
    error.message =
        std::string(method) + " failed: " + std::string(error_code_name(error.code)) + " (no message given)";
  }
  return error;
}

// The other direction: writes `error` into the slot of `call`, with its context and details, and returns its status.
inline floe_status report_error(const floe_host* host, floe_call* call, const Error& error) {
  const std::string message = error.to_string();
  host->set_error(call, static_cast<floe_status>(error.code), message.data(), message.size());
  for (const auto& [key, value] : error.details)
    host->add_error_detail(call, key.c_str(), value.data(), value.size());
  return static_cast<floe_status>(error.code);
}

// A call for another thread, cancelled with its parent; must not outlive it.
class CallFork {
 public:
  CallFork(const floe_host* host, floe_call* parent) : host_(host), call_(host->fork_call(parent)) {}

  CallFork(const CallFork&) = delete;
  CallFork& operator=(const CallFork&) = delete;

  ~CallFork() { host_->release_call(call_); }

  [[nodiscard]] floe_call* raw() const { return call_; }

 private:
  const floe_host* host_;
  floe_call* call_;
};

}  // namespace floe
