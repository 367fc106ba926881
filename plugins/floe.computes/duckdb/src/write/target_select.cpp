#include "write/target_select.hpp"

#include "sql/sql_text.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <map>

namespace floe::duckdb_compute {
namespace {

constexpr std::size_t kMaxShown = 80;

bool holds_null_type(const DuckType& type) {
  return type.id == DUCKDB_TYPE_SQLNULL || std::any_of(type.children.begin(), type.children.end(),
                                                       [](const DuckType& child) { return holds_null_type(child); });
}

bool holds_nanoseconds(const DuckType& type) {
  return type.id == DUCKDB_TYPE_TIMESTAMP_NS || type.id == DUCKDB_TYPE_TIME_NS ||
         std::any_of(type.children.begin(), type.children.end(),
                     [](const DuckType& child) { return holds_nanoseconds(child); });
}

// A chain of casts, each of which may fail.
struct Casts {
  std::string hard;
  std::string soft;
  bool may_fail = false;

  void add(const std::string& type) {
    hard = "CAST(" + hard + " AS " + type + ")";
    soft = "TRY_CAST(" + soft + " AS " + type + ")";
    may_fail = true;
  }
};

TargetColumn convert(const Column& column, const QueryColumn& source) {
  const std::string from = sql_name(source.type);
  TargetColumn target;
  target.column = &column;
  target.input = quote_name(source.name);
  Casts casts{target.input, target.input};
  if (from != column.sql_type || holds_null_type(source.type)) casts.add(column.sql_type);
  if (column.sql_type != column.storage) casts.add(column.storage);
  target.expression = casts.hard;
  if (casts.may_fail) target.fitting = casts.soft;
  if (holds_nanoseconds(source.type)) {
    // Iceberg v2 keeps microseconds: a finer value must not be cut without a word.
    const std::string back = "CAST(" + casts.soft + " AS " + from + ")";
    const std::string exact = back + " IS NOT DISTINCT FROM " + target.input;
    target.expression = "CASE WHEN " + exact + " THEN " + casts.hard + " ELSE error('finer than microseconds') END";
    target.fitting = "CASE WHEN " + exact + " THEN " + casts.soft + " END";
  }
  return target;
}

std::string shorten(std::string text) {
  if (text.size() <= kMaxShown) return text;
  std::size_t end = kMaxShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  return text.substr(0, end) + "...";
}

std::string stored_as(const Column& column) {
  if (column.sql_type == column.storage) return column.sql_type;
  return column.sql_type + ", stored as " + column.type.name;
}

}  // namespace

Result<std::vector<TargetColumn>> target_columns(const std::vector<Column>& columns, const Source& source) {
  std::map<std::string, const QueryColumn*> by_name;
  for (const QueryColumn& column : source.columns)
    by_name.emplace(lower_name(column.name), &column);
  std::vector<TargetColumn> targets;
  targets.reserve(columns.size());
  for (const Column& column : columns) {
    const auto found = by_name.find(lower_name(column.name));
    if (found == by_name.end()) {
      if (column.required) {
        return failf(ErrorCode::kData, "the query lacks the column `{}`, which the table requires", column.name);
      }
      targets.push_back({&column, "CAST(NULL AS " + column.storage + ")", "", ""});
      continue;
    }
    FLOE_TRY(storable_type(found->second->type, found->second->name));
    targets.push_back(convert(column, *found->second));
  }
  return targets;
}

std::string select_list(const std::vector<TargetColumn>& targets) {
  std::string list;
  for (const TargetColumn& target : targets) {
    if (!list.empty()) list += ", ";
    list += target.expression + " AS " + quote_name(target.column->name);
  }
  return list;
}

Error row_error(Runner& runner, const Source& source, const TargetColumn& target, const std::string& predicate,
                std::string_view what) {
  const std::string value = target.input.empty() ? "NULL" : target.input;
  const auto rows = runner.run(
      "SELECT floe_row_number, CAST(floe_value AS VARCHAR) FROM (SELECT row_number() OVER () AS "
      "floe_row_number, " +
      value + " AS floe_value, (" + predicate + ") AS floe_bad FROM " + source.from + ") WHERE floe_bad LIMIT 1");
  if (!rows) return rows.error();
  if (rows->row_count() == 0) return failf(ErrorCode::kData, "column `{}`: a value {}", target.column->name, what);
  if (rows->is_null(1, 0)) {
    return failf(ErrorCode::kData, "column `{}`, row {}: the value {}", target.column->name, rows->integer(0, 0), what);
  }
  return failf(ErrorCode::kData, "column `{}`, row {}: the value {} {}", target.column->name, rows->integer(0, 0),
               shorten(rows->text(1, 0)), what);
}

Error explain_misfit(Runner& runner, const std::vector<TargetColumn>& targets, const Source& source, Error error) {
  const bool about_values = error.code == ErrorCode::kData || error.code == ErrorCode::kInvalidArgument;
  if (!about_values || !runner.check()) return error;
  for (const TargetColumn& target : targets) {
    if (target.fitting.empty()) continue;
    const std::string predicate = target.input + " IS NOT NULL AND (" + target.fitting + ") IS NULL";
    const auto rows = runner.run("SELECT 1 FROM " + source.from + " WHERE " + predicate + " LIMIT 1");
    if (!rows) return error;  // the query itself fails: its own error says more
    if (rows->row_count() == 0) continue;
    return row_error(runner, source, target, predicate, "does not fit " + stored_as(*target.column));
  }
  return error;
}

}  // namespace floe::duckdb_compute
