// What a method of a C++ plugin works with: Call, Host, Sink, PluginError, CancelHook, TraceSpan, ForkedCall.
// Header-only C++17; nothing here is part of the ABI, so it lives in an inline namespace and two plugins built with
// different copies share nothing.
#pragma once

#include "floe/arrow.hpp"
#include "floe/plugin.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace floe {
inline namespace v1 {

// Thrown (or returned by way of a Result) by plugin methods; becomes the status and the error slot of the call.
class PluginError : public std::exception {
 public:
  using Details = std::vector<std::pair<std::string, std::string>>;

  PluginError(floe_status status, std::string message, Details details = {})
      : status_(status), message_(std::move(message)), details_(std::move(details)) {}

  [[nodiscard]] floe_status status() const noexcept { return status_; }

  [[nodiscard]] const std::string& message() const noexcept { return message_; }

  [[nodiscard]] const Details& details() const noexcept { return details_; }

  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  floe_status status_;
  std::string message_;
  Details details_;
};

// The host an instance was created by; outlives the instance.
class Host {
 public:
  Host() = default;

  explicit Host(const floe_host* host) : host_(host) {}

  [[nodiscard]] const floe_host* raw() const { return host_; }

  // Without a call: from a thread of the plugin's own.
  void log(std::int32_t level, const char* target, std::string_view message) const {
    host_->log(host_->ctx, nullptr, level, target, message.data(), message.size());
  }

  // nullptr when the host lacks it or did not grant it.
  [[nodiscard]] const floe_service* service(const char* id) const {
    return static_cast<const floe_service*>(host_->get_service(host_->ctx, id));
  }

 private:
  const floe_host* host_ = nullptr;
};

// One call of one method. Valid until the method returns or, when it returned an Arrow stream, until that is released.
class Call {
 public:
  Call(const floe_host* host, floe_call* call) : host_(host), call_(call) {}

  [[nodiscard]] Host host() const { return Host(host_); }

  [[nodiscard]] const floe_host* raw_host() const { return host_; }

  [[nodiscard]] floe_call* raw() const { return call_; }

  [[noreturn]] void fail(floe_status status, std::string message, PluginError::Details details = {}) const {
    throw PluginError(status, std::move(message), std::move(details));
  }

  [[nodiscard]] bool cancelled() const { return host_->is_cancelled(call_) != 0; }

  // For loops: throws FLOE_CANCELLED.
  void check_cancelled() const {
    if (cancelled()) throw PluginError(FLOE_CANCELLED, "cancelled");
  }

  // Nanoseconds since the Unix epoch; INT64_MAX = none.
  [[nodiscard]] std::int64_t deadline_unix_ns() const { return host_->deadline_unix_ns(call_); }

  // True when the call is cancelled, so a loop needs only this.
  bool progress(double done, double total, std::string_view message) const {
    return host_->progress(call_, done, total, message.data(), message.size()) != 0;
  }

  void log(std::int32_t level, const char* target, std::string_view message) const {
    host_->log(host_->ctx, call_, level, target, message.data(), message.size());
  }

  // W3C trace context; empty when there is none.
  [[nodiscard]] std::string traceparent() const {
    char text[56] = {};
    return host_->traceparent(call_, text) == FLOE_OK ? std::string(text) : std::string();
  }

  // Writes an error into the slot without leaving the method; what the guard does with a PluginError.
  floe_status set_error(floe_status status, std::string_view message) const {
    host_->set_error(call_, status, message.data(), message.size());
    return status;
  }

  void add_error_detail(const char* key, std::string_view value) const {
    host_->add_error_detail(call_, key, value.data(), value.size());
  }

 private:
  const floe_host* host_;
  floe_call* call_;
};

// A receiver of result bytes. A refusal (limit, cancelled) throws, so that the producer stops.
class Sink {
 public:
  Sink(const floe_host* host, floe_sink* sink) : host_(host), sink_(sink) {}

  void write(std::string_view bytes) const { write(bytes.data(), bytes.size()); }

  void write(const void* data, std::size_t length) const {
    const floe_status status = host_->write(sink_, data, length);
    if (status != FLOE_OK) throw PluginError(status, "the host refused more result bytes");
  }

  [[nodiscard]] floe_sink* raw() const { return sink_; }

 private:
  const floe_host* host_;
  floe_sink* sink_;
};

// Runs `wake` on the canceller's thread when the call is cancelled; not after this object is gone.
class CancelHook {
 public:
  template <class F, class = std::enable_if_t<std::is_invocable_v<F&>>>
  CancelHook(const Call& call, F wake)
      : host_(call.raw_host()), call_(call.raw()), wake_(new Holder<F>(std::move(wake))) {
    host_->on_cancel(call_, &CancelHook::run, wake_.get());
  }

  CancelHook(const CancelHook&) = delete;
  CancelHook& operator=(const CancelHook&) = delete;

  ~CancelHook() { host_->on_cancel(call_, nullptr, wake_.get()); }

 private:
  struct Wake {
    virtual ~Wake() = default;
    virtual void operator()() = 0;
  };

  template <class F>
  struct Holder : Wake {
    explicit Holder(F f) : function(std::move(f)) {}

    void operator()() override { function(); }

    F function;
  };

  static void FLOE_CALL run(void* arg) noexcept {
    try {
      (*static_cast<Wake*>(arg))();
    } catch (...) {  // NOLINT(bugprone-empty-catch): a hook only signals, nobody could take its error
    }
  }

  const floe_host* host_;
  floe_call* call_;
  std::unique_ptr<Wake> wake_;
};

// A span of the trace, ended with the scope: FLOE_OK unless set otherwise or left by an exception.
class TraceSpan {
 public:
  TraceSpan(const Call& call, const char* name)
      : host_(call.raw_host()), span_(host_->begin_span(call.raw(), name)), exceptions_(std::uncaught_exceptions()) {}

  TraceSpan(const TraceSpan&) = delete;
  TraceSpan& operator=(const TraceSpan&) = delete;

  ~TraceSpan() {
    if (outcome_ == FLOE_OK && std::uncaught_exceptions() > exceptions_) outcome_ = FLOE_INTERNAL;
    host_->end_span(span_, outcome_);
  }

  void attribute(const char* key, std::string_view value) const {
    host_->span_attr(span_, key, value.data(), value.size());
  }

  void set_outcome(floe_status outcome) { outcome_ = outcome; }

 private:
  const floe_host* host_;
  std::uint64_t span_;
  int exceptions_;
  floe_status outcome_ = FLOE_OK;
};

// A call for another thread: own error slot, cancelled with its parent. Must not outlive the parent.
class ForkedCall {
 public:
  explicit ForkedCall(const Call& parent) : call_(parent.raw_host(), parent.raw_host()->fork_call(parent.raw())) {}

  ForkedCall(const ForkedCall&) = delete;
  ForkedCall& operator=(const ForkedCall&) = delete;

  ~ForkedCall() { call_.raw_host()->release_call(call_.raw()); }

  [[nodiscard]] Call& get() { return call_; }

 private:
  Call call_;
};

namespace plugin_detail {

template <template <class> class Expression, class T, class = void>
struct Detected : std::false_type {};

template <template <class> class Expression, class T>
struct Detected<Expression, T, std::void_t<Expression<T>>> : std::true_type {};

// Whether `Expression<T>` names a type: what a requires-expression says in C++20.
template <template <class> class Expression, class T>
inline constexpr bool kDetected = Detected<Expression, T>::value;

template <class R>
using ResultExpression = std::void_t<decltype(static_cast<bool>(std::declval<R&>().has_value())),
                                     decltype(static_cast<floe_status>(std::declval<R&>().error().code)),
                                     decltype(std::string(std::declval<R&>().error().message))>;

template <class E>
using ToStringExpression = decltype(std::string(std::declval<const E&>().to_string()));

template <class E>
using DetailsExpression = decltype(std::declval<const E&>().details.begin());

template <class R>
using ValueExpression = decltype(*std::declval<R>());

}  // namespace plugin_detail

// What has_value() and error() {code, message, details} looks like: floe's own Result, std::expected of such an error.
template <class R>
inline constexpr bool kResultLike = plugin_detail::kDetected<plugin_detail::ResultExpression, R>;

// Status and slot of `call` from an error {code, message, details?, to_string()?}.
template <class E>
floe_status report(const Call& call, const E& error) {
  // An error is never a success, whatever code its maker gave it.
  const auto code = static_cast<floe_status>(error.code);
  const floe_status status = code == FLOE_OK ? FLOE_INTERNAL : code;
  if constexpr (plugin_detail::kDetected<plugin_detail::ToStringExpression, E>) {
    call.set_error(status, error.to_string());
  } else {
    call.set_error(status, error.message);
  }
  if constexpr (plugin_detail::kDetected<plugin_detail::DetailsExpression, E>) {
    for (const auto& [key, value] : error.details)
      call.add_error_detail(key.c_str(), value);
  }
  return status;
}

// The value of a Result, or a PluginError thrown.
template <class R, class = std::enable_if_t<kResultLike<std::remove_reference_t<R>>>>
auto value_or_throw(R&& result) {
  if (!result.has_value()) {
    const auto& error = result.error();
    using E = std::decay_t<decltype(error)>;
    PluginError::Details details;
    if constexpr (plugin_detail::kDetected<plugin_detail::DetailsExpression, E>) {
      details.assign(error.details.begin(), error.details.end());
    }
    std::string message;
    if constexpr (plugin_detail::kDetected<plugin_detail::ToStringExpression, E>) {
      message = error.to_string();
    } else {
      message = error.message;
    }
    throw PluginError(static_cast<floe_status>(error.code), std::move(message), std::move(details));
  }
  if constexpr (plugin_detail::kDetected<plugin_detail::ValueExpression, R&&>) return *std::forward<R>(result);
}

}  // namespace v1
}  // namespace floe
