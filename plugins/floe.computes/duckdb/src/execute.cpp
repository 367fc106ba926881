#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <chrono>
#include <map>
#include <optional>

namespace floe::duckdb_compute {
namespace {

// Tables and views of the bound database as the current transaction sees them: name -> definition.
using Catalog = std::map<std::string, std::string>;

constexpr const char* kCatalogQuery =
    "SELECT schema_name || '.' || table_name, 'table' FROM duckdb_tables() WHERE database_name = 'floe' "
    "UNION ALL SELECT schema_name || '.' || view_name, sql FROM duckdb_views() "
    "WHERE database_name = 'floe' AND NOT internal";

Result<Catalog> read_catalog(Runner& runner) {
  const Rows rows = FLOE_TRY(runner.run(kCatalogQuery));
  Catalog catalog;
  const idx_t count = rows.row_count();
  for (idx_t row = 0; row < count; ++row)
    catalog.emplace(rows.text(0, row), rows.text(1, row));
  return catalog;
}

Status compare(const Catalog& before, const Catalog& after) {
  for (const auto& [name, definition] : before) {
    const auto found = after.find(name);
    if (found == after.end()) {
      return failf(ErrorCode::kUnsupported,
                   "the statement drops `{}`, which stands for an Iceberg table; use adapter.drop_relation", name);
    }
    if (found->second != definition) {
      return failf(ErrorCode::kUnsupported,
                   "the statement replaces `{}`, which stands for an Iceberg table; use a model, or adapter.write",
                   name);
    }
  }
  for (const auto& [name, definition] : after) {
    if (before.contains(name)) continue;
    const bool table = definition == "table";
    return failf(
        ErrorCode::kUnsupported,
        "the statement creates the {} `{}` in DuckDB only, where it would vanish with the run; use a {} model, "
        "adapter.write, or CREATE TEMP {}",
        table ? "table" : "view", name, table ? "table" : "view", table ? "TABLE" : "VIEW");
  }
  return ok();
}

// DuckDB's refusals of writes into a view, which is what a bound table is to it.
bool refuses_view(std::string_view message) {
  for (const std::string_view part :
       {"Can only update base table", "Can only delete from base table", "Can only merge into base tables",
        "is not an table", "Can only modify view with ALTER VIEW", "is not a table", "Existing object",
        "View with name", "can only create an index on a base table"}) {
    if (message.find(part) != std::string_view::npos) return true;
  }
  return false;
}

// A statement that names a relation as a table, when it exists as a bound view.
bool names_bound_view(const std::string& message, const Catalog& catalog) {
  constexpr std::string_view kStart = "Table with name ";
  const std::size_t start = message.find(kStart);
  const std::size_t end = message.find(" does not exist", start);
  if (start == std::string::npos || end == std::string::npos) return false;
  const std::string name = lower_name(message.substr(start + kStart.size(), end - start - kStart.size()));
  for (const auto& [bound, definition] : catalog) {
    const std::string lower = lower_name(bound);
    if (definition != "table" && (lower == name || lower.ends_with("." + name))) return true;
  }
  return false;
}

Error explain(Error error, const Catalog& catalog) {
  if (error.code != ErrorCode::kInvalidArgument) return error;
  if (!refuses_view(error.message) && !names_bound_view(error.message, catalog)) return error;
  Error refused = failf(ErrorCode::kUnsupported,
                        "INSERT, UPDATE, DELETE, MERGE, TRUNCATE and ALTER are not supported on Iceberg tables; use an "
                        "incremental model (append, delete+insert, merge), or adapter.write ({})",
                        error.message);
  return refused;
}

struct Outcome {
  std::int64_t rows = 0;
};

bool may_change_catalog(duckdb_statement_type type) {
  return type != DUCKDB_STATEMENT_TYPE_SELECT && type != DUCKDB_STATEMENT_TYPE_EXPLAIN &&
         type != DUCKDB_STATEMENT_TYPE_SET && type != DUCKDB_STATEMENT_TYPE_VARIABLE_SET;
}

class StatementRunner {
 public:
  StatementRunner(Runner& runner, bool guard) : runner_(runner), guard_(guard) {}

  // The catalog before the first statement that may change it; none when there was none.
  [[nodiscard]] const std::optional<Catalog>& before() const { return before_; }

  Result<Outcome> run(const std::string& sql) {
    Extracted statements;
    const idx_t count = duckdb_extract_statements(runner_.connection(), sql.c_str(), statements.out());
    if (count == 0) {
      const char* message = duckdb_extract_statements_error(statements.get());
      if (message != nullptr) return runner_.failure(message);
    }
    Outcome outcome;
    for (idx_t i = 0; i < count; ++i)
      FLOE_TRY(run_one(statements.get(), i, &outcome));
    return outcome;
  }

 private:
  Status run_one(duckdb_extracted_statements statements, idx_t index, Outcome* outcome) {
    FLOE_TRY(runner_.check());
    Prepared prepared;
    const duckdb_state bound =
        duckdb_prepare_extracted_statement(runner_.connection(), statements, index, prepared.out());
    if (bound != DuckDBSuccess) {
      const char* message = duckdb_prepare_error(prepared.get());
      return runner_.failure(message != nullptr ? message : "DuckDB failed without a message");
    }
    const duckdb_statement_type type = duckdb_prepared_statement_type(prepared.get());
    if (guard_ && !before_ && may_change_catalog(type)) before_ = FLOE_TRY(read_catalog(runner_));
    // BEGIN and COMMIT mean nothing here: every Iceberg write commits by itself (run.md 2).
    if (guard_ && type == DUCKDB_STATEMENT_TYPE_TRANSACTION) return ok();
    return execute_one(prepared.get(), outcome);
  }

  Status execute_one(duckdb_prepared_statement prepared, Outcome* outcome) {
    const Running running(runner_.watched());
    duckdb_result result{};
    const duckdb_state state = duckdb_execute_prepared(prepared, &result);
    const Rows rows(result);
    if (state != DuckDBSuccess) {
      const char* message = duckdb_result_error(&result);
      return runner_.failure(duckdb_result_error_type(&result),
                             message != nullptr ? message : "DuckDB failed without a message");
    }
    if (duckdb_result_return_type(*rows.raw()) == DUCKDB_RESULT_TYPE_CHANGED_ROWS) outcome->rows += rows.rows_changed();
    return ok();
  }

  Runner& runner_;
  bool guard_;
  std::optional<Catalog> before_;
};

// Rolled back on every way out but commit, exceptions included: a transaction left open would spoil the session.
class Transaction {
 public:
  explicit Transaction(Runner& runner) : runner_(runner) {}

  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  ~Transaction() { rollback(); }

  Status begin() {
    FLOE_TRY(runner_.run("BEGIN TRANSACTION"));
    open_ = true;
    return ok();
  }

  Status commit() {
    FLOE_TRY(runner_.run("COMMIT"));
    open_ = false;
    return ok();
  }

  void rollback() {
    if (open_) runner_.run_always("ROLLBACK");
    open_ = false;
  }

 private:
  Runner& runner_;
  bool open_ = false;
};

Result<Outcome> guarded(Runner& runner, const std::string& sql) {
  Transaction transaction(runner);
  FLOE_TRY(transaction.begin());
  StatementRunner statements(runner, true);
  auto outcome = statements.run(sql);
  if (!outcome) {
    transaction.rollback();
    if (!runner.check()) return outcome;
    const auto catalog = read_catalog(runner);
    return catalog ? explain(std::move(outcome).error(), *catalog) : outcome;
  }
  if (statements.before()) {
    const Catalog after = FLOE_TRY(read_catalog(runner));
    FLOE_TRY(compare(*statements.before(), after));
  }
  FLOE_TRY(transaction.commit());
  return outcome;
}

}  // namespace

Result<std::string> execute(Statement& statement, std::string_view sql, std::string_view options) {
  const auto begin = std::chrono::steady_clock::now();
  bool guard = false;
  if (!options.empty()) {
    const json::value parsed = FLOE_TRY(parse_json(options));
    if (const json::object* object = parsed.if_object()) guard = get_bool_or(*object, "guard", false);
  }
  Runner& runner = statement.runner();
  statement.session().described = {};
  const std::string text(sql);
  const Outcome outcome = FLOE_TRY(guard ? guarded(runner, text) : StatementRunner(runner, false).run(text));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  return to_json(json::object{{"rows_affected", outcome.rows}, {"seconds", seconds.count()}});
}

}  // namespace floe::duckdb_compute
