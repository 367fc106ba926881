#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <set>

namespace floe::duckdb_compute {

std::vector<std::string> column_names(const std::vector<QueryColumn>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const QueryColumn& column : columns)
    names.push_back(column.name);
  return names;
}

Result<std::vector<QueryColumn>> query_columns(Runner& runner, std::string_view sql) {
  const Prepared prepared = FLOE_TRY(runner.prepare(std::string(sql)));
  const duckdb_statement_type kind = duckdb_prepared_statement_type(prepared.get());
  if (kind != DUCKDB_STATEMENT_TYPE_SELECT) {
    return fail(ErrorCode::kInvalidArgument, "the statement is not a query; write a SELECT");
  }
  std::vector<QueryColumn> columns;
  const idx_t count = duckdb_prepared_statement_column_count(prepared.get());
  for (idx_t i = 0; i < count; ++i) {
    const LogicalType type(duckdb_prepared_statement_column_logical_type(prepared.get(), i));
    QueryColumn column;
    column.name = take_text(const_cast<char*>(duckdb_prepared_statement_column_name(prepared.get(), i)));
    column.type = read_type(type.get());
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<std::vector<QueryColumn>> table_columns(Runner& runner, const std::string& table) {
  return query_columns(runner, "SELECT * FROM " + quote_name(table));
}

Status check_columns(const std::vector<QueryColumn>& columns) {
  if (columns.size() > kMaxColumns) {
    return failf(ErrorCode::kUnsupported,
                 "there are {}, more than the {} that a table may have; keep some, or make rows of them with UNPIVOT",
                 text::counted(std::ssize(columns), "column"), kMaxColumns);
  }
  std::set<std::string> names;
  for (const QueryColumn& column : columns) {
    if (!names.insert(lower_name(column.name)).second) {
      return failf(ErrorCode::kData, "two columns are named `{}` (names compare without case); rename one with AS",
                   column.name);
    }
  }
  return ok();
}

Result<json::array> columns_to_json(const std::vector<QueryColumn>& columns) {
  json::array list;
  for (const QueryColumn& column : columns) {
    const IcebergType type = FLOE_TRY(storable_type(column.type, column.name));
    list.push_back(json::object{{"name", column.name},
                                {"type", iceberg_type_to_json(type)},
                                {"sql_type", sql_name(column.type)},
                                {"nullable", true}});
  }
  return list;
}

Result<std::string> describe_query(Statement& statement, std::string_view sql) {
  const std::uint64_t layout = statement.engine().bound_views().layout();
  auto columns = FLOE_TRY(query_columns(statement.runner(), sql));
  json::array list = FLOE_TRY(columns_to_json(columns));
  statement.session().described = {std::string(sql), layout, std::move(columns)};
  return to_json(json::object{{"columns", std::move(list)}});
}

std::string fresh_name(Engine& engine, std::string_view prefix) {
  return fmt::format("{}{}", prefix, engine.next_number());
}

}  // namespace floe::duckdb_compute
