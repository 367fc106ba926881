// Engine: one DuckDB instance, its sessions and what is bound in it. Opened at first use (16 ms).
#pragma once

#include "engine/bound_views.hpp"
#include "engine/config.hpp"
#include "engine/duckdb_api.hpp"
#include "engine/function_names.hpp"
#include "engine/outlines.hpp"
#include "engine/watcher.hpp"
#include "sandbox/file_references.hpp"
#include "sandbox/grants.hpp"

#include "base/result.hpp"

#include <duckdb.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace floe::duckdb_compute {

class Session;

// The attached in-memory database that bound relations live in.
inline constexpr std::string_view kBoundDatabase = "floe";

class Engine {
 public:
  explicit Engine(Config config);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  // A connection that stands in the bound database. Opens the instance.
  Result<Connection> connect();

  Result<std::uint64_t> open_session(std::string_view options);
  Result<std::shared_ptr<Session>> session(std::uint64_t handle);
  Status close_session(std::uint64_t handle);

  // What SQL that comes from outside of the plugin may do (sandbox/sql_monitor.hpp); also refuses SQL that DuckDB
  // cannot be given. `uses`, when it is there, gets the files that it names and may use.
  Status check_sql(Runner& runner, std::string_view sql, FileUses* uses = nullptr);

  BoundViews& bound_views() { return bound_views_; }

  Outlines& outlines() { return outlines_; }

  FunctionCache& functions() { return functions_; }

  Watcher& watcher() { return watcher_; }

  // For names of staged tables and the like; never the same twice.
  std::uint64_t next_number() { return ++numbers_; }

  // Registers floe_truncate for DECIMAL(precision, scale), once.
  Result<std::string> decimal_truncate_function(duckdb_connection connection, int precision, int scale);

 private:
  Status open();  // under mutex_
  Status lock_settings(duckdb_connection connection) const;
  Status apply_settings(duckdb_connection connection) const;
  Status take_grants(Grants grants);

  Config config_;
  Grants grants_;  // of all sessions, from the first one
  bool has_grants_ = false;
  std::mutex mutex_;
  Database database_;
  std::map<std::string, bool> decimal_functions_;
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions_;
  std::atomic<std::uint64_t> numbers_{0};
  Watcher watcher_;
  FunctionCache functions_;
  Outlines outlines_;
  BoundViews bound_views_{*this};
};

}  // namespace floe::duckdb_compute
