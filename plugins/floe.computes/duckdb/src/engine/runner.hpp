// Runner: statements on one connection on behalf of one call, stopped when the call is.
#pragma once

#include "engine/duckdb_api.hpp"
#include "engine/watcher.hpp"

#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <duckdb.h>

#include <optional>
#include <string>
#include <string_view>

namespace floe::duckdb_compute {

// Around calls into DuckDB that take time.
class Running {
 public:
  explicit Running(Watched& watched) : watched_(watched) { watched_.set_running(true); }

  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  ~Running() { watched_.set_running(false); }

 private:
  Watched& watched_;
};

class Runner {
 public:
  Runner(Watcher& watcher, duckdb_connection connection, const Call& call);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner() = default;

  [[nodiscard]] duckdb_connection connection() const { return connection_; }

  [[nodiscard]] const Call& call() const { return call_; }

  [[nodiscard]] Watched& watched() { return watched_; }

  [[nodiscard]] Status check() const { return watched_.check(); }

  // Runs SQL of one or more statements to its end; the result of the last one.
  Result<Rows> run(const std::string& sql);
  // The same also when the call is cancelled already: for clean-up. Errors are dropped.
  void run_always(const std::string& sql);
  // Binds the one statement in `sql` without running it. A PIVOT whose columns come from the data first looks them up.
  Result<Prepared> prepare(const std::string& sql);

  // An error of DuckDB, or kCancelled/kTimeout when that is why it stopped.
  [[nodiscard]] Error failure(duckdb_error_type type, std::string_view message) const;
  [[nodiscard]] Error failure(std::string_view message) const;

 private:
  Status run_extracted(duckdb_extracted_statements statements, idx_t index);

  duckdb_connection connection_;
  Call call_;
  Watched watched_;
  std::optional<CancelHook> hook_;
};

}  // namespace floe::duckdb_compute
