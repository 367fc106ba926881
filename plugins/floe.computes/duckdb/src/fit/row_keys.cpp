#include "fit/row_keys.hpp"

#include "engine/methods.hpp"
#include "engine/row_numbers.hpp"
#include "sql/sql_text.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

bool has_columns(const std::vector<QueryColumn>& columns, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const QueryColumn& column) { return lower_name(column.name) == lower_name(name); });
  });
}

Result<json::value> rows_without_key(Runner& runner, const std::string& table, const std::vector<std::string>& keys) {
  const std::string condition = text::join(keys, " IS NULL OR ") + " IS NULL";
  const Rows found = FLOE_TRY(runner.run("SELECT rowid + 1, count(*) OVER () FROM " + table + " WHERE " + condition +
                                         " ORDER BY rowid LIMIT " + kMostExamples));
  if (found.row_count() == 0) return json::value(nullptr);
  json::array examples;
  for (idx_t row = 0; row < found.row_count(); ++row)
    examples.emplace_back(found.integer(0, row));
  return json::value(json::object{{"rows", found.integer(1, 0)}, {"examples", std::move(examples)}});
}

// The last row of each key gets what earlier rows say in columns that its file lacks.
Status gather_values(Runner& runner, const RowNumbers& numbers, const std::string& table, const std::string& keys,
                     const std::vector<PartialColumn>& partial) {
  std::string values = "max(rowid) AS floe_last";
  std::string set;
  for (std::size_t i = 0; i < partial.size(); ++i) {
    const std::string name = quote_name(numbers.name_of(partial[i].name));
    const std::string marker = quote_name(partial[i].marker);
    values +=
        fmt::format(", last({0} ORDER BY rowid) FILTER (WHERE {1}) AS floe_value_{2}, bool_or({1}) AS floe_marker_{2}",
                    name, marker, i);
    set += fmt::format("{}{} = floe_value_{}, {} = floe_marker_{}", set.empty() ? "" : ", ", name, i, marker, i);
  }
  FLOE_TRY(runner.run("UPDATE " + table + " SET " + set + " FROM (SELECT " + values + " FROM " + table + " GROUP BY " +
                      keys + " HAVING count(*) > 1) AS floe_keys WHERE " + table + ".rowid = floe_last"));
  return ok();
}

}  // namespace

Result<KeyedRows> keep_last_rows(Statement& statement, const std::string& staged, const std::vector<std::string>& keys,
                                 const std::vector<PartialColumn>& partial) {
  Runner& runner = statement.runner();
  RowNumbers numbers(runner, staged);
  const auto columns = FLOE_TRY(table_columns(runner, staged));
  KeyedRows result;
  if (keys.empty() || !has_columns(columns, keys)) return result;
  FLOE_TRY(numbers.show(columns));
  const std::string table = quote_name(staged);
  std::vector<std::string> names;
  names.reserve(keys.size());
  for (const std::string& key : keys)
    names.push_back(quote_name(numbers.name_of(key)));
  result.keyless = FLOE_TRY(rows_without_key(runner, table, names));
  if (!result.keyless.is_null()) return result;
  const std::string list = text::join(names, ", ");
  if (!partial.empty()) FLOE_TRY(gather_values(runner, numbers, table, list, partial));
  const Rows removed = FLOE_TRY(runner.run("DELETE FROM " + table + " WHERE rowid NOT IN (SELECT max(rowid) FROM " +
                                           table + " GROUP BY " + list + ")"));
  result.superseded = removed.rows_changed();
  return result;
}

}  // namespace floe::duckdb_compute
