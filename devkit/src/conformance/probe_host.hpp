// The host that a checked plugin meets: the real one, without services, with ears, and with tables that a guard page
// follows.
#pragma once

#include "plugin/host.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace floe::conformance {

class ProbeHost final : public HostObserver {
 public:
  explicit ProbeHost(std::uint64_t result_limit = std::uint64_t{256} << 20);

  [[nodiscard]] const floe_host* table() const { return host_->raw(); }

  [[nodiscard]] HostCall make_call(CallOptions options = {}) const { return host_->make_call(std::move(options)); }

  // All that the plugin said beside its results: logs, names and attributes of spans, progress.
  [[nodiscard]] std::vector<std::string> heard();

  void log(const LogRecord& record) override { hear(record.message); }

  SpanHandle begin_span(const SpanStart& start) override;
  void span_attribute(std::uint64_t token, std::string_view key, std::string_view value) override;

  void progress(const ProgressReport& report) override { hear(report.message); }

 private:
  void hear(std::string_view text);

  std::mutex mutex_;
  std::vector<std::string> heard_;
  std::unique_ptr<PluginHost> host_;
};

struct CallError {
  floe_status status = FLOE_OK;
  std::string message;
  std::string details;  // JSON object
};

CallError call_error(const floe_host* host, floe_call* call);

// A copy of the first `size` bytes of `host` whose struct_size says so, right before a page that nobody may touch.
// Never freed.
const floe_host* guarded_copy(const floe_host& host, std::size_t size);

// sizeof(floe_host) of release 1.0, which every plugin of this major must be content with.
constexpr std::size_t kFirstHostSize = offsetof(floe_host, drop_sink) + sizeof(void*);

}  // namespace floe::conformance
