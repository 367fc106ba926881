#include "write/merge_sql.hpp"

#include "sql/sql_text.hpp"
#include "sql/unused_name.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <utility>

namespace floe::duckdb_compute {
namespace {

// dbt's aliases, so that users' conditions mean what they mean in dbt.
constexpr std::string_view kDest = "DBT_INTERNAL_DEST";
constexpr std::string_view kSource = "DBT_INTERNAL_SOURCE";

std::string dest(const std::string& column) { return std::string(kDest) + "." + quote_name(column); }

std::string source(const std::string& column) { return std::string(kSource) + "." + quote_name(column); }

bool names_source(const std::string& predicate) {
  return lower_name(predicate).find("dbt_internal_source") != std::string::npos;
}

// An expression of the user on lines of its own: it may end in a comment.
std::string embed(const std::string& expression) { return "(\n" + expression + "\n)"; }

}  // namespace

MergeNames merge_names(const RewriteRequest& request, const std::vector<QueryColumn>& staged_columns) {
  std::vector<std::string> taken;
  taken.reserve(request.columns.size() + staged_columns.size());
  for (const Column& column : request.columns)
    taken.push_back(column.name);
  for (const QueryColumn& column : staged_columns)
    taken.push_back(column.name);
  MergeNames names;
  for (std::string* name : {&names.file, &names.row, &names.clause, &names.source, &names.hit})
    *name = unused_name(*name, taken);
  return names;
}

MergeSql::MergeSql(const RewriteRequest& request, const std::vector<QueryColumn>& staged_columns,
                   MergeRelations relations)
    : request_(request),
      staged_(staged_columns),
      target_(quote_name(relations.target)),
      affected_(quote_name(relations.affected)),
      hits_(quote_name(relations.hits)),
      staged_rows_(std::move(relations.staged_rows)),
      file_(quote_name(relations.names.file)),
      row_(quote_name(relations.names.row)),
      clause_(quote_name(relations.names.clause)),
      source_row_(quote_name(relations.names.source)),
      hit_(quote_name(relations.names.hit)) {}

std::string MergeSql::source_column(const std::string& name) const {
  const std::string lower = lower_name(name);
  for (const QueryColumn& column : staged_) {
    if (lower_name(column.name) == lower) return column.name;
  }
  return {};
}

bool MergeSql::has(ClauseWhen when) const {
  return std::any_of(request_.clauses.begin(), request_.clauses.end(),
                     [&](const Clause& clause) { return clause.when == when; });
}

Status MergeSql::check() const {
  if (request_.mode == RewriteMode::kDelete) return ok();
  for (const std::string& key : request_.unique_key) {
    const bool in_target = std::any_of(request_.columns.begin(), request_.columns.end(), [&](const Column& column) {
      return lower_name(column.name) == lower_name(key);
    });
    if (!in_target)
      return failf(ErrorCode::kInvalidArgument, "the table has no column `{}`, which unique_key names", key);
    if (source_column(key).empty()) {
      return failf(ErrorCode::kInvalidArgument, "the new rows have no column `{}`, which unique_key names", key);
    }
  }
  return ok();
}

std::string MergeSql::duplicate_keys() const {
  std::string list;
  std::string present;
  for (const std::string& key : request_.unique_key) {
    const std::string column = quote_name(source_column(key));
    if (!list.empty()) {
      list += ", ";
      present += " AND ";
    }
    list += column;
    present += column + " IS NOT NULL";
  }
  return "SELECT " + list + ", count(*) FROM " + staged_rows_ + " WHERE " + present + " GROUP BY " + list +
         " HAVING count(*) > 1 ORDER BY ALL LIMIT 1";
}

// Equality, so a NULL key matches nothing.
std::string MergeSql::join_condition() const {
  std::string condition;
  for (const std::string& key : request_.unique_key) {
    if (!condition.empty()) condition += " AND ";
    condition += dest(key) + " = " + source(source_column(key));
  }
  return condition.empty() ? "true" : condition;
}

// Over one row of the target; predicates that name the source are asked of each pair.
std::string MergeSql::delete_condition() const {
  std::string own;
  std::string pairs;
  for (const std::string& predicate : request_.predicates) {
    std::string& list = request_.mode != RewriteMode::kDelete && names_source(predicate) ? pairs : own;
    if (!list.empty()) list += " AND ";
    list += embed(predicate);
  }
  if (request_.mode == RewriteMode::kDelete || (request_.unique_key.empty() && pairs.empty())) {
    return own.empty() ? "false" : own;
  }
  std::string condition =
      "EXISTS (SELECT 1 FROM " + staged_rows_ + " AS " + std::string(kSource) + " WHERE " + join_condition();
  if (!pairs.empty()) condition += " AND " + pairs;
  condition += ")";
  if (!own.empty()) condition += " AND " + own;
  return condition;
}

// The number (from 1) of the first clause that takes a row; 0 when none does.
std::string MergeSql::clause_number(ClauseWhen when) const {
  std::string sql = "CASE";
  bool any = false;
  for (std::size_t i = 0; i < request_.clauses.size(); ++i) {
    const Clause& clause = request_.clauses[i];
    if (clause.when != when) continue;
    any = true;
    const bool nothing = clause.action == ClauseAction::kNothing;
    sql += " WHEN " + (clause.condition.empty() ? "true" : embed(clause.condition)) + " THEN " +
           std::to_string(nothing ? 0 : i + 1);
  }
  return any ? sql + " ELSE 0 END" : "0";
}

std::string MergeSql::merge_hits() const {
  std::string on = join_condition();
  for (const std::string& predicate : request_.predicates)
    on += " AND " + embed(predicate);
  const std::string staged = staged_rows_ + " AS " + std::string(kSource);
  std::string sql = "SELECT " + std::string(kDest) + "." + file_ + ", " + std::string(kDest) + "." + row_ + ", " +
                    clause_number(ClauseWhen::kMatched) + " AS " + clause_ + ", " + std::string(kSource) + "." +
                    source_row_ + " FROM " + target_ + " AS " + std::string(kDest) + " JOIN " + staged + " ON " + on;
  if (has(ClauseWhen::kNotMatchedBySource)) {
    sql += " UNION ALL SELECT " + file_ + ", " + row_ + ", " + clause_ + ", NULL FROM (SELECT " + file_ + ", " + row_ +
           ", " + clause_number(ClauseWhen::kNotMatchedBySource) + " AS " + clause_ + " FROM " + target_ + " AS " +
           std::string(kDest) + " WHERE NOT EXISTS (SELECT 1 FROM " + staged + " WHERE " + on + ")) WHERE " + clause_ +
           " <> 0";
  }
  return sql;
}

std::string MergeSql::hits() const {
  if (request_.mode == RewriteMode::kMerge) return merge_hits();
  return "SELECT " + file_ + ", " + row_ + ", 1 AS " + clause_ + ", CAST(NULL AS BIGINT) AS " + source_row_ + " FROM " +
         target_ + " AS " + std::string(kDest) + " WHERE " + delete_condition();
}

std::string MergeSql::clause_list(ClauseAction action) const {
  std::string list;
  for (std::size_t i = 0; i < request_.clauses.size(); ++i) {
    if (request_.clauses[i].action != action) continue;
    if (!list.empty()) list += ", ";
    list += std::to_string(i + 1);
  }
  return list.empty() ? "-1" : list;
}

std::string MergeSql::inserts() const {
  return "SELECT *, " + clause_number(ClauseWhen::kNotMatched) + " AS " + clause_ + " FROM " + staged_rows_ + " AS " +
         std::string(kSource) + " WHERE " + source_row_ + " NOT IN (SELECT " + source_row_ + " FROM " + hits_ +
         " WHERE " + source_row_ + " IS NOT NULL)";
}

std::string MergeSql::refused() const {
  if (request_.mode != RewriteMode::kMerge) return {};
  const std::string errors = clause_list(ClauseAction::kError);
  if (errors == "-1") return {};
  return "SELECT (SELECT count(*) FROM " + hits_ + " WHERE " + clause_ + " IN (" + errors +
         ")) + (SELECT count(*) FROM (" + inserts() + ") WHERE " + clause_ + " IN (" + errors + "))";
}

std::string MergeSql::counts() const {
  if (request_.mode != RewriteMode::kMerge) {
    const std::string inserted = request_.staged.empty() || request_.mode == RewriteMode::kDelete
                                     ? "0"
                                     : "(SELECT count(*) FROM " + staged_rows_ + ")";
    return "SELECT " + inserted + ", 0, count(*) FROM " + hits_;
  }
  return "SELECT (SELECT count(*) FROM (" + inserts() + ") WHERE " + clause_ + " IN (" +
         clause_list(ClauseAction::kInsert) + ")), count(*) FILTER (" + clause_ + " IN (" +
         clause_list(ClauseAction::kUpdate) + ")), count(*) FILTER (" + clause_ + " IN (" +
         clause_list(ClauseAction::kDelete) + ")) FROM " + hits_;
}

// Empty when the new rows do not have the column; rows of a file without it keep what the table has.
std::string MergeSql::taken_value(const Column& column) const {
  const std::string name = source_column(column.name);
  if (name.empty()) return {};
  for (const PartialColumn& partial : request_.partial) {
    if (lower_name(partial.name) != lower_name(name)) continue;
    return "CASE WHEN " + source(partial.marker) + " THEN CAST(" + source(name) + " AS " + column.sql_type + ") ELSE " +
           dest(column.name) + " END";
  }
  return source(name);
}

std::string MergeSql::updated_value(const Column& column) const {
  std::string sql = "CASE " + hit_ + "." + clause_;
  bool any = false;
  for (std::size_t i = 0; i < request_.clauses.size(); ++i) {
    const Clause& clause = request_.clauses[i];
    if (clause.action != ClauseAction::kUpdate) continue;
    std::string value;
    if (clause.all_columns) {
      value = taken_value(column);
    } else {
      for (const auto& [name, expression] : clause.set) {
        if (name == lower_name(column.name)) value = embed(expression);
      }
    }
    if (value.empty()) continue;
    any = true;
    sql += " WHEN " + std::to_string(i + 1) + " THEN CAST(" + value + " AS " + column.sql_type + ")";
  }
  return any ? sql + " ELSE " + dest(column.name) + " END" : dest(column.name);
}

std::string MergeSql::survivors() const {
  std::string list;
  const bool merges = request_.mode == RewriteMode::kMerge;
  for (const Column& column : request_.columns) {
    if (!list.empty()) list += ", ";
    list += (merges ? updated_value(column) : dest(column.name)) + " AS " + quote_name(column.name);
  }
  const std::string from = " FROM " + affected_ + " AS " + std::string(kDest);
  const std::string same_row = hit_ + "." + file_ + " = " + std::string(kDest) + "." + file_ + " AND " + hit_ + "." +
                               row_ + " = " + std::string(kDest) + "." + row_;
  if (!merges) return "SELECT " + list + from + " ANTI JOIN " + hits_ + " AS " + hit_ + " ON " + same_row;
  return "SELECT " + list + from + " LEFT JOIN " + hits_ + " AS " + hit_ + " ON " + same_row + " LEFT JOIN " +
         staged_rows_ + " AS " + std::string(kSource) + " ON " + hit_ + "." + source_row_ + " = " +
         std::string(kSource) + "." + source_row_ + " WHERE " + hit_ + "." + clause_ + " IS NULL OR " + hit_ + "." +
         clause_ + " NOT IN (" + clause_list(ClauseAction::kDelete) + ")";
}

std::string MergeSql::inserted_value(const Column& column) const {
  const std::string name = source_column(column.name);
  const std::string same = name.empty() ? "NULL" : source(name);
  if (request_.mode != RewriteMode::kMerge) return "CAST(" + same + " AS " + column.sql_type + ")";
  std::string sql = "CASE " + clause_;
  for (std::size_t i = 0; i < request_.clauses.size(); ++i) {
    const Clause& clause = request_.clauses[i];
    if (clause.action != ClauseAction::kInsert) continue;
    std::string value = clause.all_columns ? same : "NULL";
    for (const auto& [set_name, expression] : clause.set) {
      if (set_name == lower_name(column.name)) value = embed(expression);
    }
    sql += " WHEN " + std::to_string(i + 1) + " THEN CAST(" + value + " AS " + column.sql_type + ")";
  }
  return sql + " END";
}

std::string MergeSql::rows(bool has_affected) const {
  std::string sql = has_affected ? survivors() : std::string();
  const bool merges = request_.mode == RewriteMode::kMerge;
  const bool comes =
      request_.mode == RewriteMode::kDeleteInsert || (merges && clause_list(ClauseAction::kInsert) != "-1");
  if (!comes) return sql;
  std::string list;
  for (const Column& column : request_.columns) {
    if (!list.empty()) list += ", ";
    list += inserted_value(column) + " AS " + quote_name(column.name);
  }
  if (!sql.empty()) sql += " UNION ALL ";
  sql += "SELECT " + list + " FROM ";
  if (!merges) return sql + staged_rows_ + " AS " + std::string(kSource);
  return sql + "(" + inserts() + ") AS " + std::string(kSource) + " WHERE " + clause_ + " IN (" +
         clause_list(ClauseAction::kInsert) + ")";
}

}  // namespace floe::duckdb_compute
