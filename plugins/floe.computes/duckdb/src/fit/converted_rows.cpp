#include "fit/converted_rows.hpp"

#include "convert/conversion.hpp"
#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/row_numbers.hpp"
#include "fit/fit_rows.hpp"
#include "sql/sql_text.hpp"
#include "sql/unused_name.hpp"

namespace floe::duckdb_compute {
namespace {

struct ConvertedColumn {
  std::string name;
  std::string stored;  // SQL of the value in the staged table
  DuckType from;
  DuckType to;
  Conversion conversion;
};

// DuckDB has no cast between some types, not even one that gives NULL.
Result<Conversion> bound_conversion(Runner& runner, const FileRequest& request, const std::string& staged,
                                    const DuckType& from, const DuckType& to, const std::string& stored) {
  const Conversion conversion = convert(request, from, to, stored, true);
  const auto bound =
      query_columns(runner, "SELECT " + conversion.cast + ", " + is_lost(conversion) + " FROM " + quote_name(staged));
  FLOE_TRY(runner.check());
  if (bound) return conversion;
  return Conversion{"CAST(NULL AS " + sql_name(to) + ")", "(" + stored + " IS NOT NULL)", "false"};
}

Result<std::vector<ConvertedColumn>> converted_columns(Runner& runner, const FileRequest& request,
                                                       const std::string& staged, const RowNumbers& numbers,
                                                       const std::vector<QueryColumn>& columns) {
  std::vector<ConvertedColumn> converted;
  for (const QueryColumn& column : columns) {
    const std::string stored = quote_name(numbers.name_of(column.name));
    const auto found = request.conversions.find(lower_name(column.name));
    const DuckType& to = found == request.conversions.end() ? column.type : found->second;
    converted.push_back({column.name, stored, column.type, to,
                         FLOE_TRY(bound_conversion(runner, request, staged, column.type, to, stored))});
  }
  return converted;
}

std::string list_of(const std::vector<ConvertedColumn>& columns) {
  std::string list;
  for (const ConvertedColumn& column : columns)
    list += (list.empty() ? "" : ", ") + column.conversion.cast + " AS " + quote_name(column.name);
  return list;
}

std::vector<std::string> conditions_of(const std::vector<ConvertedColumn>& columns) {
  std::vector<std::string> conditions;
  conditions.reserve(columns.size());
  for (const ConvertedColumn& column : columns)
    conditions.push_back(is_lost(column.conversion));
  return conditions;
}

Result<json::array> described(Statement& statement, const std::string& staged,
                              const std::vector<ConvertedColumn>& columns, std::string Conversion::* condition) {
  std::vector<std::string> conditions;
  conditions.reserve(columns.size());
  for (const ConvertedColumn& column : columns)
    conditions.push_back(column.conversion.*condition);
  const auto counts = FLOE_TRY(count_rows(statement.runner(), staged, conditions));
  json::array list;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (counts[i] == 0) continue;
    json::object found = FLOE_TRY(rows_with_examples(statement, staged, conditions[i], columns[i].stored));
    list.push_back(json::object{{"column", columns[i].name},
                                {"sql_type", sql_name(columns[i].from)},
                                {"table_type", sql_name(columns[i].to)},
                                {"rows", counts[i]},
                                {"examples", std::move(found.at("examples"))}});
  }
  return list;
}

}  // namespace

Result<std::vector<std::int64_t>> count_rows(Runner& runner, const std::string& table,
                                             const std::vector<std::string>& conditions) {
  std::vector<std::int64_t> counts(conditions.size(), 0);
  std::vector<std::size_t> asked;
  std::string list;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (conditions[i] == "false") continue;
    list += (list.empty() ? "" : ", ") + ("count(*) FILTER (" + conditions[i] + ")");
    asked.push_back(i);
  }
  if (asked.empty()) return counts;
  const Rows found = FLOE_TRY(runner.run("SELECT " + list + " FROM " + quote_name(table)));
  for (std::size_t i = 0; i < asked.size(); ++i)
    counts[asked[i]] = found.integer(i, 0);
  return counts;
}

Result<std::optional<std::string>> make_unless(Statement& statement, const std::string& staged, const std::string& list,
                                               const std::vector<std::string>& conditions) {
  Runner& runner = statement.runner();
  std::string any;
  for (const std::string& condition : conditions) {
    if (condition != "false") any += (any.empty() ? "" : " OR ") + condition;
  }
  const std::string name = fresh_name(statement.engine(), "floe_stage_");
  const std::string create = "CREATE TEMP TABLE " + quote_name(name) + " AS SELECT " + list;
  const std::string from = " FROM " + quote_name(staged);
  if (any.empty()) {
    FLOE_TRY(runner.run(create + from));
    return std::optional(name);
  }
  const auto columns = FLOE_TRY(query_columns(runner, "SELECT " + list + from));
  const std::string mark = unused_name("floe_is_lost", column_names(columns));
  FLOE_TRY(runner.run(create + ", " + any + " AS " + quote_name(mark) + from));
  const Rows lost = FLOE_TRY(
      runner.run("SELECT count(*) FROM (FROM " + quote_name(name) + " WHERE " + quote_name(mark) + " LIMIT 1)"));
  if (lost.integer(0, 0) > 0) {
    runner.run_always("DROP TABLE " + quote_name(name));
    return std::optional<std::string>();
  }
  FLOE_TRY(runner.run("ALTER TABLE " + quote_name(name) + " DROP COLUMN " + quote_name(mark)));
  return std::optional(name);
}

Result<ConvertedRows> convert_rows(Statement& statement, const FileRequest& request, const std::string& staged) {
  Runner& runner = statement.runner();
  RowNumbers numbers(runner, staged);
  const auto names = FLOE_TRY(table_columns(runner, staged));
  FLOE_TRY(numbers.show(names));
  const auto columns = FLOE_TRY(converted_columns(runner, request, staged, numbers, names));
  ConvertedRows result;
  const auto made = FLOE_TRY(make_unless(statement, staged, list_of(columns), conditions_of(columns)));
  if (!made) {
    result.misfits = FLOE_TRY(described(statement, staged, columns, &Conversion::fails));
    if (!result.misfits.empty()) return result;
    result.inexact = FLOE_TRY(described(statement, staged, columns, &Conversion::changes));
  }
  const auto anyway = made ? made : FLOE_TRY(make_unless(statement, staged, list_of(columns), {}));
  result.table = anyway.value_or("");
  runner.run_always("DROP TABLE " + quote_name(staged));
  return result;
}

}  // namespace floe::duckdb_compute
