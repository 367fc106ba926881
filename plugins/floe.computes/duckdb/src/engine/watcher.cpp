#include "engine/watcher.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <chrono>

namespace floe::duckdb_compute {
namespace {

// Between two interrupts of a statement that has not stopped yet.
constexpr std::chrono::milliseconds kResend{2};

std::int64_t unix_now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t limit_of(std::int64_t seconds) {
  return seconds == 0 ? INT64_MAX : unix_now_ns() + seconds * 1'000'000'000;
}

}  // namespace

Watched::Watched(Watcher& watcher, duckdb_connection connection, std::int64_t deadline_unix_ns)
    : watcher_(watcher), connection_(connection), deadline_unix_ns_(deadline_unix_ns) {
  const std::int64_t limit = limit_of(watcher_.limit_seconds_);
  is_limited_ = limit < deadline_unix_ns_;
  if (is_limited_) deadline_unix_ns_ = limit;
  const std::lock_guard lock(watcher_.mutex_);
  watcher_.watched_.push_back(this);
  if (!watcher_.thread_.joinable()) watcher_.thread_ = std::thread([owner = &watcher_] { owner->run(); });
  if (deadline_unix_ns_ != INT64_MAX) watcher_.wake_.notify_one();
}

Watched::~Watched() {
  const std::lock_guard lock(watcher_.mutex_);
  std::erase(watcher_.watched_, this);
}

void Watched::cancel() {
  const std::lock_guard lock(watcher_.mutex_);
  cancelled_ = true;
  if (running_) duckdb_interrupt(connection_);
  watcher_.wake_.notify_one();
}

void Watched::set_running(bool running) {
  const std::lock_guard lock(watcher_.mutex_);
  running_ = running;
  if (running && (cancelled_ || timed_out_)) watcher_.wake_.notify_one();
}

Status Watched::check() const {
  const std::lock_guard lock(watcher_.mutex_);
  if (cancelled_) return fail(ErrorCode::kCancelled, "cancelled");
  if (timed_out_ || (deadline_unix_ns_ != INT64_MAX && unix_now_ns() >= deadline_unix_ns_)) {
    if (is_limited_) {
      return failf(ErrorCode::kTimeout, "it took more than the {} of the compute's `statement_timeout`",
                   text::counted(watcher_.limit_seconds_, "second"));
    }
    return fail(ErrorCode::kTimeout, "the deadline of the call has passed");
  }
  return ok();
}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

std::int64_t Watcher::sweep(bool* urgent) {
  std::int64_t next = INT64_MAX;
  for (Watched* entry : watched_) {
    if (entry->deadline_unix_ns_ != INT64_MAX && !entry->timed_out_) {
      if (unix_now_ns() >= entry->deadline_unix_ns_) {
        entry->timed_out_ = true;
      } else {
        next = std::min(next, entry->deadline_unix_ns_);
      }
    }
    if (!entry->running_ || !(entry->cancelled_ || entry->timed_out_)) continue;
    duckdb_interrupt(entry->connection_);
    *urgent = true;
  }
  return next;
}

void Watcher::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    bool urgent = false;
    const std::int64_t next = sweep(&urgent);
    if (urgent) {
      wake_.wait_for(lock, kResend);
    } else if (next != INT64_MAX) {
      wake_.wait_until(
          lock, std::chrono::system_clock::time_point(
                    std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::nanoseconds(next))));
    } else {
      wake_.wait(lock);
    }
  }
}

}  // namespace floe::duckdb_compute
