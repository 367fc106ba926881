// An instance of the checked plugin, and its methods called with values that the specification gives.
#pragma once

#include "conformance/counted_stream.hpp"
#include "conformance/method_call.hpp"
#include "conformance/probe.hpp"

#include "floe/arrow.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace floe::conformance {

struct CallOutcome {
  floe_status status = FLOE_OK;
  CallError error;
  std::vector<std::string> texts;  // by result; "" for those of another kind
  std::vector<std::uint64_t> numbers;
  ArrowStream stream;
  bool is_stream_left = false;  // a failed call that did not empty its stream
  std::int64_t took_ns = 0;
};

struct CallPlan {
  CallOptions options;
  const ProbeHost* sink_host = nullptr;  // whose limit the results meet; nullptr = the instance's own
};

class ProbeInstance {
 public:
  // Leaves the trial out when none of the subject's configurations makes an instance.
  ProbeInstance(Trial& trial, ProbeHost& host);
  // The same instance for another thread, with handles of its own; `owner` outlives it.
  explicit ProbeInstance(ProbeInstance* owner);
  ProbeInstance(const ProbeInstance&) = delete;
  ProbeInstance& operator=(const ProbeInstance&) = delete;

  ~ProbeInstance() { destroy(); }

  [[nodiscard]] const Probe& probe() const { return probe_; }

  [[nodiscard]] ProbeHost& host() { return host_; }

  [[nodiscard]] void* self() const { return self_; }

  void destroy();
  // The instance, which the caller destroys; handles and calls stay as they are.
  void* forget();

  // The methods of the interface that the plugin has.
  [[nodiscard]] std::vector<const MethodSpec*> methods() const;
  // Those of them that the check is about.
  [[nodiscard]] std::vector<const MethodSpec*> checked_methods(const Trial& trial) const;

  // Values to call it with: handles are opened, `example` counts the examples of its JSON inputs (the last one stays
  // when there are no more). nullopt when a handle that it needs cannot be opened.
  std::optional<std::vector<InValue>> values(const MethodSpec& method, std::size_t example = 0);
  [[nodiscard]] static std::size_t example_count(const MethodSpec& method);
  // The stream parameters of `values`, for a method that has one.
  std::unique_ptr<CountedStream> add_stream(const MethodSpec& method, std::vector<InValue>& values) const;

  // What its stream parameters are missing comes from add_stream; a handle that comes out is closed at the end.
  CallOutcome call(const MethodSpec& method, std::vector<InValue>& values, CallPlan plan = {});
  // With the values of an example.
  std::optional<CallOutcome> call(const MethodSpec& method);

  floe_status health(std::string& text);
  floe_status describe(std::string& text);

  // The call of the last method with a stream stays until here.
  void close_handles();

 private:
  struct OpenHandle {
    const MethodSpec* closer;
    std::uint64_t number;
  };

  floe_status lifecycle_text(floe_status (*method)(void*, floe_call*, floe_sink*), std::string& text);
  std::optional<std::uint64_t> open_handle(const std::string& name);
  [[nodiscard]] const MethodSpec* find(std::string_view name) const;
  void remember_handles(const MethodSpec& method, const std::vector<InValue>& values, const CallOutcome& outcome);

  ProbeHost& host_;
  Probe probe_;
  void* self_ = nullptr;
  bool is_owner_ = true;
  std::vector<OpenHandle> open_;
  std::vector<HostCall> kept_calls_;  // of streams that may still be open
};

}  // namespace floe::conformance
