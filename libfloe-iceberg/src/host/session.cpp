#include "host/session.hpp"

#include "base/fail.hpp"
#include "base/json/error_document.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace floe::iceberg {

Status take_status(const Session& session, floe_status status) {
  if (status == FLOE_OK) return ok();
  if (session.call == nullptr) return error_from_document(status, {});
  HostSink sink(session.host);
  session.host->call_error(session.call, sink.get());
  auto error = error_from_document(status, sink.view());
  session.host->clear_error(session.call);
  if (error.message.empty()) error.message = fmt::format("the call failed with status {}", status);
  return error;
}

floe_status report_error(const Session& session, const Error& error) {
  const auto status = static_cast<floe_status>(error.code);
  if (session.call == nullptr) return status;
  const std::string message = error.to_string();
  session.host->set_error(session.call, status, message.data(), message.size());
  for (const auto& [key, value] : error.details) {
    session.host->add_error_detail(session.call, key.c_str(), value.data(), value.size());
  }
  return status;
}

namespace {

struct ParallelState {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::size_t first_failure = 0;
  std::optional<Error> error;

  void record(std::size_t index, Error failure) {
    const std::lock_guard lock(mutex);
    if (!error.has_value() || index < first_failure) {
      first_failure = index;
      error = std::move(failure);
    }
    failed = true;
  }
};

void drain(const Session& session, std::size_t count, ParallelState* state,
           const std::function<Status(const Session&, std::size_t)>& work) {
  for (std::size_t index = state->next++; index < count && !state->failed; index = state->next++) {
    try {
      auto status = work(session, index);
      if (!status.has_value()) state->record(index, std::move(status).error());
    } catch (const std::exception& exception) {
      state->record(index, fail(ErrorCode::kPanic, exception.what()));
    } catch (...) {
      state->record(index, fail(ErrorCode::kPanic, "unknown exception"));
    }
  }
}

}  // namespace

Status parallel_for(const Session& session, std::size_t count, std::size_t threads,
                    const std::function<Status(const Session&, std::size_t)>& work) {
  threads = std::min(threads, count);
  ParallelState state;
  if (threads <= 1) {
    drain(session, count, &state, work);
  } else {
    std::vector<std::thread> pool;
    pool.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
      pool.emplace_back([&] {
        const ForkedSession forked(session);
        drain(forked.get(), count, &state, work);
      });
    }
    for (auto& thread : pool)
      thread.join();
  }
  if (state.error.has_value()) return *std::move(state.error);
  return ok();
}

void report_progress(const Session& session, std::size_t done, std::size_t total, std::string_view message) {
  if (session.call == nullptr) return;
  session.host->progress(session.call, static_cast<double>(done), static_cast<double>(total), message.data(),
                         message.size());
}

void log_warning(const Session& session, std::string_view message) {
  session.host->log(session.host->ctx, session.call, FLOE_LOG_WARN, "iceberg", message.data(), message.size());
}

}  // namespace floe::iceberg
