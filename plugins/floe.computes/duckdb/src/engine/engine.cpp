#include "engine/engine.hpp"

#include "engine/json_guard.hpp"
#include "engine/json_key_fault.hpp"
#include "engine/json_levels.hpp"
#include "engine/latin1_text.hpp"
#include "engine/session.hpp"
#include "engine/transform_functions.hpp"
#include "sandbox/settings.hpp"
#include "sandbox/sql_monitor.hpp"
#include "sql/sql_limits.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <filesystem>
#include <thread>

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

std::string list_of(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts)
    list += (list.empty() ? "" : ", ") + quote_text(text);
  return "[" + list + "]";
}

// Nobody can make a directory below a device, so no extension is fetched: DuckDB makes it before it asks the network.
constexpr const char* kNoExtensions = "/dev/null/floe";

std::string temporary_place(const Config& config) {
  for (const auto& [name, value] : config.options) {
    if (name == "temp_directory") return value;
  }
  std::error_code code;
  const std::filesystem::path place = std::filesystem::temp_directory_path(code);
  return code ? "/tmp" : place.string();
}

std::int64_t most_threads(const Config& config) {
  for (const auto& [name, value] : config.options) {
    if (name == "threads") return std::stoll(value);
  }
  return std::max(1U, std::thread::hardware_concurrency());
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
  FLOE_TRY(register_latin1_text(connection.get()));
  FLOE_TRY(outlines_.register_function(connection.get()));
  FLOE_TRY(register_transform_functions(connection.get()));
  FLOE_TRY(lock_settings(connection.get()));
  database_ = std::move(database);
  return ok();
}

Status Engine::apply_settings(duckdb_connection connection) const {
  for (const auto& [name, value] : config_.settings) {
    const Status done = run_plain(connection, "SET " + quote_name(name) + " = " + quote_text(value));
    if (!done) return failf(ErrorCode::kInvalidConfig, "settings.{}: {}", name, done.error().message);
  }
  return ok();
}

// The second lock of the sandbox, in the order that DuckDB needs: what cannot be changed afterwards comes before it.
Status Engine::lock_settings(duckdb_connection connection) const {
  FLOE_TRY(run_plain(connection, "SET GLOBAL extension_directory = " + quote_text(kNoExtensions)));
  FLOE_TRY(run_plain(connection, "SET GLOBAL custom_extension_repository = " + quote_text(kNoExtensions)));
  FLOE_TRY(run_plain(connection, "SET GLOBAL allow_community_extensions = false"));
  FLOE_TRY(run_plain(connection, "SET GLOBAL allow_persistent_secrets = false"));
  if (!grants_.is_limited) return ok();
  AllowedPaths allowed = allowed_paths(grants_);
  const std::string temporary = temporary_place(config_);
  allowed.directories.push_back(temporary);
  FLOE_TRY(run_plain(connection, "SET GLOBAL temp_directory = " + quote_text(temporary)));
  FLOE_TRY(run_plain(connection, "SET GLOBAL allowed_directories = " + list_of(allowed.directories)));
  if (!allowed.files.empty()) FLOE_TRY(run_plain(connection, "SET GLOBAL allowed_paths = " + list_of(allowed.files)));
  FLOE_TRY(apply_settings(connection));  // one that DuckDB does not know is told by its name
  std::vector<std::string> settings(kOrdinarySettings.begin(), kOrdinarySettings.end());
  for (const auto& [name, value] : config_.settings)
    settings.push_back(name);
  FLOE_TRY(run_plain(connection, "SET GLOBAL allowed_configs = " + list_of(settings)));
  FLOE_TRY(run_plain(connection, "SET GLOBAL enable_external_access = false"));
  return run_plain(connection, "SET GLOBAL lock_configuration = true");
}

Status Engine::take_grants(Grants grants) {
  grants.threads = most_threads(config_);
  const std::lock_guard lock(mutex_);
  if (!has_grants_ && !database_) {
    grants_ = std::move(grants);
    has_grants_ = true;
    return ok();
  }
  const bool is_same = has_grants_ ? grants == grants_ : !grants.is_limited;
  return is_same ? ok()
                 : Status(fail(ErrorCode::kInvalidState, "DuckDB is open with other grants for SQL; make an instance"));
}

Status Engine::check_sql(Runner& runner, std::string_view sql, FileUses* uses) {
  FLOE_TRY(duckdb_compute::check_sql(sql));
  const auto is_built_in = [&runner](const std::string& name) -> Result<bool> {
    const Rows rows =
        FLOE_TRY(runner.run("SELECT count(*) FROM duckdb_functions() WHERE internal AND "
                            "lower(function_name) = " +
                            quote_text(name)));
    return rows.integer(0, 0) > 0;
  };
  return check_statements(grants_, sql, is_built_in, uses);
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
  FLOE_TRY(apply_settings(connection.get()));
  return connection;
}

Result<std::uint64_t> Engine::open_session(std::string_view options) {
  Grants grants = FLOE_TRY(parse_grants(options));
  FLOE_TRY(take_grants(std::move(grants)));
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
