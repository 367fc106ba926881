// Calls: what travels with every call of a plugin method. The C struct floe_call is one of these.
#pragma once

#include "base/result.hpp"
#include "floe/plugin.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace floe {

class HostCore;

// A cancel request shared by many calls: a run has one, SIGINT triggers it. Thread-safe; copies share the state.
class CancelSource {
 public:
  CancelSource();

  // Idempotent. Runs the hooks of the calls that are under way on this thread.
  void cancel();
  [[nodiscard]] bool is_cancelled() const;

  struct State;

  [[nodiscard]] const std::shared_ptr<State>& state() const { return state_; }

 private:
  std::shared_ptr<State> state_;
};

struct CallOptions {
  CancelSource cancel;
  std::int64_t deadline_unix_ns = std::numeric_limits<std::int64_t>::max();
  std::string traceparent;  // W3C, 55 characters; "" = none
  std::string baggage;      // W3C: floe.product=..., percent-encoded; "" = none
  std::string scope;        // what this is about (a node id); passed to the observer
};

// A call object: one at a time per thread; reusable for several methods one after another; stays alive until streams
// that came from it are released.
class HostCall {
 public:
  HostCall() = default;
  HostCall(HostCall&& other) noexcept;
  HostCall& operator=(HostCall&& other) noexcept;
  ~HostCall();

  [[nodiscard]] floe_call* raw() const { return call_; }

 private:
  friend class PluginHost;

  explicit HostCall(floe_call* call) : call_(call) {}

  floe_call* call_ = nullptr;
};

struct LogRecord {
  std::int32_t level = FLOE_LOG_INFO;
  std::string_view plugin;  // id; "" = core or a library
  std::string_view target;
  std::string_view message;
  std::string_view traceparent;  // "" = none
  std::string_view scope;
};

struct SpanStart {
  std::string_view name;
  std::string_view plugin;
  std::string_view traceparent;  // of the parent; "" = none
  std::string_view scope;
};

struct SpanHandle {
  std::uint64_t token = 0;  // 0 = not recorded
  std::string traceparent;  // of the new span; "" keeps the parent's
};

struct ProgressReport {
  double done = 0;
  double total = 0;
  std::string_view message;
  std::string_view plugin;
  std::string_view scope;
};

// Where logs, spans and progress of plugins go. Called from any thread; must be fast and not throw.
class HostObserver {
 public:
  virtual ~HostObserver() = default;

  virtual void log(const LogRecord& /*record*/) {}

  virtual SpanHandle begin_span(const SpanStart& /*start*/) { return {}; }

  virtual void span_attribute(std::uint64_t /*token*/, std::string_view /*key*/, std::string_view /*value*/) {}

  virtual void end_span(std::uint64_t /*token*/, floe_status /*outcome*/) {}

  virtual void progress(const ProgressReport& /*report*/) {}
};

}  // namespace floe
