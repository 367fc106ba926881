// The small host that embedders of libfloe-iceberg get: calls with an error slot, a cancel flag and a deadline, and
// byte sinks. No services, no spans.
#pragma once

#include "floe/plugin.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct floe_sink {
  std::string bytes;
};

struct floe_call {
  floe_call* parent = nullptr;
  std::atomic<bool> cancelled{false};
  std::int64_t deadline_unix_ns = INT64_MAX;
  std::mutex mutex;
  floe_status status = FLOE_OK;
  std::string message;
  std::vector<std::pair<std::string, std::string>> details;
  void(FLOE_CALL* wake)(void*) = nullptr;
  void* wake_argument = nullptr;
};

struct floe_host_ctx {
  std::function<void(int level, std::string_view target, std::string_view message)> log;
};

namespace floe::iceberg {

class EmbeddedHost {
 public:
  using Log = std::function<void(int level, std::string_view target, std::string_view message)>;
  explicit EmbeddedHost(Log log = {});
  EmbeddedHost(const EmbeddedHost&) = delete;  // its table points into it
  EmbeddedHost& operator=(const EmbeddedHost&) = delete;

  [[nodiscard]] const floe_host* table() const { return &table_; }

 private:
  floe_host_ctx context_;
  floe_host table_;
};

// Marks the call cancelled and wakes what waits in it.
void cancel_call(floe_call* call);

}  // namespace floe::iceberg
