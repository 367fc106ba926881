// A host and one call on it: what every method of the ABI is given and forwards to catalog and storage.
#pragma once

#include "base/result.hpp"
#include "floe/plugin.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace floe::iceberg {

struct Session {
  const floe_host* host = nullptr;
  floe_call* call = nullptr;

  [[nodiscard]] bool is_cancelled() const { return call != nullptr && host->is_cancelled(call) != 0; }
};

// Receives the result of one call; the bytes stay in the host's memory.
class HostSink {
 public:
  explicit HostSink(const floe_host* host) : host_(host), sink_(host->make_sink(host->ctx)) {}

  HostSink(HostSink&& other) noexcept : host_(other.host_), sink_(std::exchange(other.sink_, nullptr)) {}

  HostSink& operator=(HostSink&& other) noexcept {
    std::swap(host_, other.host_);
    std::swap(sink_, other.sink_);
    return *this;
  }

  HostSink(const HostSink&) = delete;
  HostSink& operator=(const HostSink&) = delete;

  ~HostSink() {
    if (sink_ != nullptr) host_->drop_sink(sink_);
  }

  [[nodiscard]] floe_sink* get() const { return sink_; }

  [[nodiscard]] std::string_view view() const {
    const void* data = nullptr;
    std::size_t length = 0;
    host_->sink_bytes(sink_, &data, &length);
    return {static_cast<const char*>(data), length};
  }

 private:
  const floe_host* host_;
  floe_sink* sink_;
};

// A call for another thread (own error slot, cancelled with its parent).
class ForkedSession {
 public:
  explicit ForkedSession(const Session& parent) : session_{parent.host, parent.host->fork_call(parent.call)} {}

  ForkedSession(const ForkedSession&) = delete;
  ForkedSession& operator=(const ForkedSession&) = delete;

  ~ForkedSession() {
    if (session_.call != nullptr) session_.host->release_call(session_.call);
  }

  [[nodiscard]] const Session& get() const { return session_; }

 private:
  Session session_;
};

// The outcome of a call on a table: takes the error out of the slot, so that a handled one leaves no trace.
Status take_status(const Session& session, floe_status status);

// Puts an error into the slot and gives the status to return.
floe_status report_error(const Session& session, const Error& error);

// Runs `work` for 0..count-1 on up to `threads` threads; the error with the lowest index wins.
Status parallel_for(const Session& session, std::size_t count, std::size_t threads,
                    const std::function<Status(const Session&, std::size_t)>& work);

// For people who wait; `total` 0 = not known.
void report_progress(const Session& session, std::size_t done, std::size_t total, std::string_view message);

void log_warning(const Session& session, std::string_view message);

}  // namespace floe::iceberg
