#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/parameters.hpp"
#include "engine/row_stream.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <chrono>

namespace floe::duckdb_compute {
namespace {

// Statements that give rows and change nothing that the guard of execute protects.
bool only_reads(duckdb_statement_type type) {
  switch (type) {
    case DUCKDB_STATEMENT_TYPE_SELECT:
    case DUCKDB_STATEMENT_TYPE_EXPLAIN:
    case DUCKDB_STATEMENT_TYPE_PRAGMA:
    case DUCKDB_STATEMENT_TYPE_CALL:
    case DUCKDB_STATEMENT_TYPE_RELATION:
    case DUCKDB_STATEMENT_TYPE_SET:
    case DUCKDB_STATEMENT_TYPE_VARIABLE_SET:
      return true;
    default:
      return false;
  }
}

Result<Rows> start(Runner& runner, duckdb_prepared_statement prepared) {
  FLOE_TRY(runner.check());
  const Running running(runner.watched());
  Pending pending;
  if (duckdb_pending_prepared_streaming(prepared, pending.out()) != DuckDBSuccess) {
    const char* message = duckdb_pending_error(pending.get());
    return runner.failure(message != nullptr ? message : "DuckDB failed without a message");
  }
  duckdb_result result{};
  const duckdb_state state = duckdb_execute_pending(pending.get(), &result);
  Rows rows(result);
  if (state == DuckDBSuccess) return rows;
  const char* message = duckdb_result_error(&result);
  return runner.failure(duckdb_result_error_type(&result),
                        message != nullptr ? message : "DuckDB failed without a message");
}

}  // namespace

Result<QueryAnswer> query(Statement& statement, std::string_view sql, ArrowStream parameters) {
  const auto begin = std::chrono::steady_clock::now();
  Runner& runner = statement.runner();
  const Prepared prepared = FLOE_TRY(runner.prepare(std::string(sql)));
  if (!only_reads(duckdb_prepared_statement_type(prepared.get()))) {
    return fail(ErrorCode::kInvalidArgument, "the statement is not a query; use execute");
  }
  if (parameters.has_value()) FLOE_TRY(bind_parameters(runner, prepared.get(), std::move(parameters)));
  Rows rows = FLOE_TRY(start(runner, prepared.get()));
  auto stream = std::make_shared<RowStream>(statement.session(), runner.call(), std::move(rows));
  QueryAnswer answer;
  answer.rows = RowStream::arrow(stream);
  statement.session().set_stream(std::move(stream));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  answer.stats = to_json(json::object{{"seconds", seconds.count()}});
  return answer;
}

}  // namespace floe::duckdb_compute
