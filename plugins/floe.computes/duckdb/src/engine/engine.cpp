#include "engine/engine.hpp"

#include "engine/json_guard.hpp"
#include "engine/json_key_fault.hpp"
#include "engine/json_levels.hpp"
#include "engine/session.hpp"
#include "engine/transform_functions.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::duckdb_compute {
namespace {

struct ConfigHandle {
  duckdb_config value = nullptr;

  ~ConfigHandle() {
    if (value != nullptr) duckdb_destroy_config(&value);
  }
};

Status run_plain(duckdb_connection connection, const std::string& sql) {
  duckdb_result result{};
  const duckdb_state state = duckdb_query(connection, sql.c_str(), &result);
  const Rows owner(result);
  if (state == DuckDBSuccess) return ok();
  return duckdb_failure(duckdb_result_error_type(&result), duckdb_result_error(&result));
}

Status set(duckdb_config config, const std::string& name, const std::string& value) {
  if (duckdb_set_config(config, name.c_str(), value.c_str()) == DuckDBSuccess) return ok();
  return failf(ErrorCode::kInvalidConfig, "DuckDB does not take `{}` for its setting `{}`", value, name);
}

}  // namespace

Engine::Engine(Config config) : config_(std::move(config)), watcher_(config_.statement_timeout) {}

Engine::~Engine() {
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions;
  {
    const std::lock_guard lock(mutex_);
    sessions.swap(sessions_);
  }
  for (auto& [handle, session] : sessions)
    session->close();
}

Status Engine::open() {
  if (database_) return ok();
  ConfigHandle config;
  if (duckdb_create_config(&config.value) != DuckDBSuccess) return fail(ErrorCode::kExhausted, "out of memory");
  FLOE_TRY(set(config.value, "autoinstall_known_extensions", "false"));
  FLOE_TRY(set(config.value, "autoload_known_extensions", "false"));
  for (const auto& [name, value] : config_.options)
    FLOE_TRY(set(config.value, name, value));
  Database database;
  char* message = nullptr;
  if (duckdb_open_ext(":memory:", database.out(), config.value, &message) != DuckDBSuccess) {
    return failf(ErrorCode::kInvalidConfig, "DuckDB did not start: {}", take_text(message));
  }
  Connection connection;
  if (duckdb_connect(database.get(), connection.out()) != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, "DuckDB gave no connection");
  }
  FLOE_TRY(run_plain(connection.get(), "ATTACH ':memory:' AS floe"));
  // Data files never change under their name, so a footer that was read stays right.
  FLOE_TRY(run_plain(connection.get(), "SET GLOBAL parquet_metadata_cache = true"));
  FLOE_TRY(start_json_guard(connection.get(), config_.json_depth));
  FLOE_TRY(register_json_levels(connection.get()));
  FLOE_TRY(register_json_key_fault(connection.get()));
  FLOE_TRY(outlines_.register_function(connection.get()));
  FLOE_TRY(register_transform_functions(connection.get()));
  database_ = std::move(database);
  return ok();
}

Result<Connection> Engine::connect() {
  Connection connection;
  {
    const std::lock_guard lock(mutex_);
    FLOE_TRY(open());
    if (duckdb_connect(database_.get(), connection.out()) != DuckDBSuccess) {
      return fail(ErrorCode::kInternal, "DuckDB gave no connection");
    }
  }
  FLOE_TRY(run_plain(connection.get(), "USE floe"));
  for (const auto& [name, value] : config_.settings) {
    const Status done = run_plain(connection.get(), "SET " + quote_name(name) + " = " + quote_text(value));
    if (!done) return failf(ErrorCode::kInvalidConfig, "settings.{}: {}", name, done.error().message);
  }
  return connection;
}

Result<std::uint64_t> Engine::open_session(std::string_view options) {
  Connection connection = FLOE_TRY(connect());
  if (!options.empty()) {
    const json::value parsed = FLOE_TRY(parse_json(options));
    const json::object* object = parsed.if_object();
    if (const json::object* settings = object != nullptr ? get_object(*object, "settings") : nullptr) {
      for (const auto& [key, value] : *settings) {
        const std::string text = value.is_string() ? quote_text(to_view(value.get_string())) : to_json(value);
        FLOE_TRY(run_plain(connection.get(), "SET " + quote_name({key.data(), key.size()}) + " = " + text));
      }
    }
  }
  const std::uint64_t handle = next_number();
  auto session = std::make_shared<Session>(*this, std::move(connection), handle);
  const std::lock_guard lock(mutex_);
  sessions_.emplace(handle, std::move(session));
  return handle;
}

Result<std::shared_ptr<Session>> Engine::session(std::uint64_t handle) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(handle);
  if (found == sessions_.end()) return failf(ErrorCode::kInvalidArgument, "session {} is not open", handle);
  return found->second;
}

Status Engine::close_session(std::uint64_t handle) {
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(handle);
    if (found == sessions_.end()) return failf(ErrorCode::kInvalidArgument, "session {} is not open", handle);
    session = std::move(found->second);
    sessions_.erase(found);
  }
  session->close();
  return ok();
}

Result<std::string> Engine::decimal_truncate_function(duckdb_connection connection, int precision, int scale) {
  const std::string name = fmt::format("floe_truncate_decimal_{}_{}", precision, scale);
  const std::lock_guard lock(mutex_);
  if (!decimal_functions_.contains(name)) {
    FLOE_TRY(register_decimal_truncate(connection, name, precision, scale));
    decimal_functions_.emplace(name, true);
  }
  return name;
}

}  // namespace floe::duckdb_compute
