#include "engine/runner.hpp"

#include "sql/sql_text.hpp"

#include "base/fail.hpp"

namespace floe::duckdb_compute {
namespace {

constexpr const char* kNoMessage = "DuckDB failed without a message";

// DuckDB takes C strings, and would run what is before the NUL.
Status check_whole(const std::string& sql) {
  const std::size_t nul = sql.find('\0');
  if (nul == std::string::npos) return ok();
  return failf(
      ErrorCode::kInvalidArgument,
      "the SQL has a NUL character at byte {}, which DuckDB does not read; write chr(0) in an expression, names "
      "cannot have one",
      nul + 1);
}

}  // namespace

Runner::Runner(Watcher& watcher, duckdb_connection connection, const Call& call)
    : connection_(connection), call_(call), watched_(watcher, connection, call.deadline_unix_ns()) {
  hook_.emplace(call_, [watched = &watched_] { watched->cancel(); });
}

Error Runner::failure(duckdb_error_type type, std::string_view message) const {
  if (const Status stopped = check(); !stopped) return stopped.error();
  return duckdb_failure(type, message);
}

Error Runner::failure(std::string_view message) const {
  if (const Status stopped = check(); !stopped) return stopped.error();
  return duckdb_failure(message);
}

Result<Rows> Runner::run(const std::string& sql) {
  FLOE_TRY(check());
  FLOE_TRY(check_whole(sql));
  duckdb_result result{};
  duckdb_state state = DuckDBError;
  {
    const Running running(watched_);
    state = duckdb_query(connection_, sql.c_str(), &result);
  }
  Rows rows(result);
  if (state == DuckDBSuccess) return rows;
  const char* message = duckdb_result_error(&result);
  return failure(duckdb_result_error_type(&result), message != nullptr ? message : kNoMessage);
}

void Runner::run_always(const std::string& sql) {
  duckdb_result result{};
  duckdb_query(connection_, sql.c_str(), &result);
  duckdb_destroy_result(&result);
}

Status Runner::run_extracted(duckdb_extracted_statements statements, idx_t index) {
  Prepared prepared;
  if (duckdb_prepare_extracted_statement(connection_, statements, index, prepared.out()) != DuckDBSuccess) {
    const char* message = duckdb_prepare_error(prepared.get());
    return failure(message != nullptr ? message : kNoMessage);
  }
  duckdb_result result{};
  const duckdb_state state = duckdb_execute_prepared(prepared.get(), &result);
  const Rows rows(result);
  if (state == DuckDBSuccess) return ok();
  const char* message = duckdb_result_error(&result);
  return failure(duckdb_result_error_type(&result), message != nullptr ? message : kNoMessage);
}

Result<Prepared> Runner::prepare(const std::string& sql) {
  FLOE_TRY(check());
  FLOE_TRY(check_whole(sql));
  const Running running(watched_);
  Extracted statements;
  const idx_t count = duckdb_extract_statements(connection_, sql.c_str(), statements.out());
  if (count == 0) {
    const char* message = duckdb_extract_statements_error(statements.get());
    if (message != nullptr) return failure(message);
    return fail(ErrorCode::kInvalidArgument, "the SQL holds no statement");
  }
  // DuckDB turns one PIVOT into several statements: a type of the values found, then the query.
  if (count > 1 && !is_one_statement(sql)) {
    return fail(ErrorCode::kInvalidArgument, "the SQL holds " + std::to_string(count) + " statements; write one");
  }
  for (idx_t i = 0; i + 1 < count; ++i)
    FLOE_TRY(run_extracted(statements.get(), i));
  Prepared prepared;
  if (duckdb_prepare_extracted_statement(connection_, statements.get(), count - 1, prepared.out()) != DuckDBSuccess) {
    const char* message = duckdb_prepare_error(prepared.get());
    return failure(message != nullptr ? message : kNoMessage);
  }
  return prepared;
}

}  // namespace floe::duckdb_compute
