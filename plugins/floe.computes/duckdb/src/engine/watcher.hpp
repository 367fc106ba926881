// Watcher: interrupts statements whose call was cancelled or is past its deadline, again and again until they stop.
// One interrupt is not enough: DuckDB loses it when the statement has not started.
#pragma once

#include "base/result.hpp"

#include <duckdb.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace floe::duckdb_compute {

class Watcher;

// One statement (or open stream) of one connection. Registered for its whole life.
class Watched {
 public:
  Watched(Watcher& watcher, duckdb_connection connection, std::int64_t deadline_unix_ns);
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched();

  void cancel();                       // any thread
  void set_running(bool);              // inside a call of DuckDB that an interrupt can end
  [[nodiscard]] Status check() const;  // kCancelled or kTimeout once that is so

 private:
  friend class Watcher;
  Watcher& watcher_;
  duckdb_connection connection_;
  std::int64_t deadline_unix_ns_;  // the earlier one of the call's and of the watcher's limit
  bool is_limited_ = false;        // it is that of the limit
  bool cancelled_ = false;         // these three under the watcher's mutex
  bool timed_out_ = false;
  bool running_ = false;
};

class Watcher {
 public:
  // No statement takes more than `limit_seconds`; 0: as long as it likes.
  explicit Watcher(std::int64_t limit_seconds) : limit_seconds_(limit_seconds) {}

  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher();

 private:
  friend class Watched;
  void run();
  // Interrupts what must stop; returns the next deadline, INT64_MAX when none. `urgent`: something is being stopped.
  std::int64_t sweep(bool* urgent);

  const std::int64_t limit_seconds_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Watched*> watched_;
  std::thread thread_;  // started with the first statement
  bool stopping_ = false;
};

}  // namespace floe::duckdb_compute
