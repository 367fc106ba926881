// Every call of a plugin in the process of one command, for people who look for where its time went.
#pragma once

#include "floe/plugin.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace floe {

struct TracedCall {
  std::string plugin;         // id
  std::string method;         // catalog.load_table
  std::string scope;          // a node id, or ""
  std::int64_t begin_ns = 0;  // monotonic
  std::int64_t end_ns = 0;
  floe_status status = FLOE_OK;
  std::uint32_t thread = 0;  // counted from 1; set by the trace
};

// Thread-safe.
class CallTrace {
 public:
  void add(TracedCall call);

  [[nodiscard]] std::vector<TracedCall> calls() const;

  // The Trace Event Format that chrome://tracing and ui.perfetto.dev open: complete events in microseconds, one row per
  // thread, sorted by time.
  [[nodiscard]] std::string chrome_json() const;

 private:
  mutable std::mutex mutex_;
  std::vector<TracedCall> calls_;
  std::map<std::thread::id, std::uint32_t> threads_;
};

}  // namespace floe
