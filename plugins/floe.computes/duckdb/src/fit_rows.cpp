#include "fit_rows.hpp"

#include "engine.hpp"
#include "iceberg_type.hpp"
#include "methods.hpp"
#include "number_changes.hpp"
#include "row_numbers.hpp"
#include "sql_text.hpp"
#include "text_kinds.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <array>

namespace floe::duckdb_compute {
namespace {

constexpr const char* kMostExamples = "3";
constexpr const char* kLongestValue = "40";

Result<FileColumn> parse_fit_column(const json::value& value) {
  const json::object* column = value.if_object();
  if (column == nullptr) return fail(ErrorCode::kInvalidArgument, "a column of `fit` is not an object");
  FileColumn parsed;
  parsed.name = FLOE_TRY(require_string(*column, "name"));
  parsed.sql_type = get_string_or(*column, "sql_type", "");
  if (!parsed.sql_type.empty()) return parsed;
  const json::value* type = column->if_contains("type");
  if (type == nullptr) return failf(ErrorCode::kInvalidArgument, "column `{}` of `fit` has no type", parsed.name);
  const IcebergType iceberg = FLOE_TRY(parse_iceberg_type(*type));
  parsed.sql_type = FLOE_TRY(storage_sql(iceberg));
  return parsed;
}

bool is_moment(const std::string& type) { return type == "timestamptz" || type == "timestamp with time zone"; }

// Dates and times of some place, which no moment is without knowing the place.
bool is_local(const std::string& type) {
  return type == "date" || type == "time" || (type.starts_with("timestamp") && !is_moment(type));
}

// One column of the rows that were read, and what the table has under its name.
struct Fitting {
  std::string name;
  std::string stored_name;  // in the staged table
  std::string own_type;
  const FileColumn* target = nullptr;
  std::int64_t misfits = 0;
  bool has_cast = true;  // DuckDB has none from a struct to one without a member of it

  // Of a value that is JSON the text of a string, and no quotes around it.
  [[nodiscard]] std::string source() const {
    return is_json() ? "json_extract_string(" + stored() + ", '$')" : stored();
  }

  [[nodiscard]] std::string stored() const { return quote_name(stored_name); }

  // The value as the table would have it; NULL when it cannot be that.
  [[nodiscard]] std::string cast() const {
    const std::string type = lower_name(target->sql_type);
    if (type == "json") return "to_json(" + stored() + ")";
    if (!has_cast) return "CAST(NULL AS " + target->sql_type + ")";
    return "TRY_CAST(" + source() + " AS " + target->sql_type + ")";
  }

  // DuckDB rounds 1.5 to an integer and cuts a time off a date; what comes out has to be what went in.
  [[nodiscard]] std::string is_misfit() const {
    const std::string type = lower_name(target->sql_type);
    std::string same = "true";
    if (!has_cast || loses_zone()) return "(" + stored() + " IS NOT NULL)";
    if (!is_text()) {
      same = "TRY_CAST(" + cast() + " AS " + own_type + ") IS NOT DISTINCT FROM " + stored();
    } else if (const auto scale = scale_of(text::to_upper_ascii(type))) {
      same = "NOT coalesce(" + decimal_changes("trim(" + source() + ")", cast(), *scale) + ", false)";
    } else if (type == "double" || type == "float") {
      same = "NOT coalesce(" + float_changes("trim(" + source() + ")", cast()) + ", false)";
    } else if (is_local(type) || is_moment(type)) {
      same = is_same_time(type);
    }
    return "(" + stored() + " IS NOT NULL AND (" + cast() + " IS NULL OR NOT (" + same + ")))";
  }

  [[nodiscard]] bool differs() const {
    return target != nullptr && lower_name(target->sql_type) != lower_name(own_type);
  }

  // Everything can be said in JSON.
  [[nodiscard]] bool needs_check() const { return differs() && lower_name(target->sql_type) != "json"; }

 private:
  // A moment without its offset is the time of another place, and a local time no moment.
  [[nodiscard]] bool loses_zone() const {
    const std::string own = lower_name(own_type);
    const std::string type = lower_name(target->sql_type);
    return (is_moment(own) && is_local(type)) || (is_local(own) && is_moment(type));
  }

  // Of texts.
  [[nodiscard]] std::string is_same_time(const std::string& type) const {
    std::string same = "NOT " + is_finer_than_micros(source());
    same += (is_moment(type) ? " AND " : " AND NOT ") + says_offset(source());
    if (type == "time") same += " AND NOT regexp_matches(" + source() + ", '^[0-9]+-')";  // a date would be cut off
    if (type == "date") {
      same += " AND CAST(" + cast() + " AS TIMESTAMP) IS NOT DISTINCT FROM TRY_CAST(" + source() + " AS TIMESTAMP)";
    }
    return same;
  }

  [[nodiscard]] bool is_json() const { return own_type == "JSON"; }

  [[nodiscard]] bool is_text() const { return own_type == "VARCHAR" || is_json(); }
};

class Fit {
 public:
  Fit(Statement& statement, const FitRequest& request, std::string staged)
      : statement_(statement), request_(request), staged_(std::move(staged)) {}

  // The staged table that has the result.
  [[nodiscard]] const std::string& table() const { return fitted_; }

  Result<json::object> run() {
    FLOE_TRY(fit());
    FLOE_TRY(examine_keys());
    return json::object{{"unknown", std::move(unknown_)},
                        {"misfits", std::move(misfits_)},
                        {"dropped_rows", dropped_},
                        {"keyless", std::move(keyless_)},
                        {"superseded_rows", superseded_}};
  }

 private:
  Runner& runner() { return statement_.runner(); }

  Status fit() {
    RowNumbers numbers(runner(), staged_);
    const auto columns = FLOE_TRY(table_columns(runner(), staged_));
    FLOE_TRY(numbers.show(columns));
    match(columns, numbers);
    FLOE_TRY(find_misfits());
    return make_table();
  }

  void match(const std::vector<QueryColumn>& columns, const RowNumbers& numbers) {
    for (const QueryColumn& column : columns) {
      Fitting fitting{column.name, numbers.name_of(column.name), sql_name(column.type), nullptr, 0};
      for (const FileColumn& target : request_.columns) {
        if (lower_name(target.name) == lower_name(column.name)) fitting.target = &target;
      }
      if (fitting.target == nullptr && !request_.columns.empty()) unknown_.emplace_back(column.name);
      columns_.push_back(std::move(fitting));
    }
  }

  Status find_misfits() {
    for (Fitting& column : columns_) {
      if (!column.needs_check()) continue;
      const auto bound = query_columns(runner(), "SELECT " + column.cast() + " FROM " + quote_name(staged_));
      FLOE_TRY(runner().check());
      column.has_cast = bound.has_value();
      json::object misfit = FLOE_TRY(rows_with_examples(statement_, staged_, column.is_misfit(), column.source()));
      column.misfits = get_int(misfit, "rows").value_or(0);
      if (column.misfits == 0) continue;
      misfits_.push_back(json::object{{"column", column.name},
                                      {"sql_type", column.own_type},
                                      {"table_type", column.target->sql_type},
                                      {"rows", column.misfits},
                                      {"examples", std::move(misfit.at("examples"))}});
    }
    return ok();
  }

  // A column in the type of the table where all its values fit, or where those that do not are left out.
  [[nodiscard]] std::string value_of(const Fitting& column) const {
    const bool is_cast = column.differs() && (column.misfits == 0 || request_.is_exact);
    return (is_cast ? column.cast() : column.stored()) + " AS " + quote_name(column.name);
  }

  [[nodiscard]] std::string exact_list() const {
    const bool is_stranger =
        std::none_of(columns_.begin(), columns_.end(), [](const Fitting& column) { return column.target != nullptr; });
    std::string list;
    for (const FileColumn& target : request_.columns) {
      const auto found = std::find_if(columns_.begin(), columns_.end(),
                                      [&](const Fitting& column) { return column.target == &target; });
      if (found == columns_.end() && !request_.is_complete && !is_stranger) continue;
      if (!list.empty()) list += ", ";
      list += found == columns_.end() ? "CAST(NULL AS " + target.sql_type + ") AS " + quote_name(target.name)
                                      : value_of(*found);
    }
    return list;
  }

  Status make_table() {
    std::string list = request_.is_exact ? exact_list() : std::string();
    std::string where;
    for (const Fitting& column : columns_) {
      if (!request_.is_exact) list += (list.empty() ? "" : ", ") + value_of(column);
      if (request_.is_exact && column.misfits > 0)
        where += (where.empty() ? " WHERE NOT " : " AND NOT ") + column.is_misfit();
    }
    const bool is_same =
        std::none_of(columns_.begin(), columns_.end(), [](const Fitting& column) { return column.differs(); });
    if (!request_.is_exact && is_same) {
      fitted_ = staged_;
      return ok();
    }
    fitted_ = fresh_name(statement_.engine(), "floe_stage_");
    FLOE_TRY(runner().run("CREATE TEMP TABLE " + quote_name(fitted_) + " AS SELECT " + list + " FROM " +
                          quote_name(staged_) + where + " ORDER BY " + quote_name(staged_) + ".rowid"));
    if (!where.empty()) {
      const Rows left_out = FLOE_TRY(runner().run("SELECT (SELECT count(*) FROM " + quote_name(staged_) +
                                                  ") - (SELECT count(*) FROM " + quote_name(fitted_) + ")"));
      dropped_ = left_out.integer(0, 0);
    }
    runner().run_always("DROP TABLE " + quote_name(staged_));
    return ok();
  }

  // Of several rows with one key the last one stays: the table is the same as if each file had come on its own.
  Status examine_keys() {
    std::string names;
    std::string without;
    RowNumbers numbers(runner(), fitted_);
    const auto columns = FLOE_TRY(table_columns(runner(), fitted_));
    FLOE_TRY(numbers.show(columns));
    for (const std::string& key : request_.keys) {
      const std::string name = quote_name(numbers.name_of(key));
      names += (names.empty() ? "" : ", ") + name;
      without += (without.empty() ? "" : " OR ") + name + " IS NULL";
      const bool is_there = std::any_of(columns.begin(), columns.end(), [&](const QueryColumn& column) {
        return lower_name(column.name) == lower_name(key);
      });
      if (!is_there) return ok();  // the caller sees it in `columns`
    }
    if (names.empty()) return ok();
    const Rows found = FLOE_TRY(runner().run("SELECT rowid + 1, count(*) OVER () FROM " + quote_name(fitted_) +
                                             " WHERE " + without + " ORDER BY rowid LIMIT " + kMostExamples));
    if (found.row_count() > 0) {
      json::array examples;
      for (idx_t row = 0; row < found.row_count(); ++row)
        examples.emplace_back(found.integer(0, row));
      keyless_ = json::object{{"rows", found.integer(1, 0)}, {"examples", std::move(examples)}};
      return ok();
    }
    const Rows removed =
        FLOE_TRY(runner().run("DELETE FROM " + quote_name(fitted_) + " WHERE rowid NOT IN (SELECT max(rowid) FROM " +
                              quote_name(fitted_) + " GROUP BY " + names + ")"));
    superseded_ = removed.rows_changed();
    return ok();
  }

  Statement& statement_;
  const FitRequest& request_;
  std::string staged_;
  std::string fitted_;
  std::vector<Fitting> columns_;
  json::array unknown_;
  json::array misfits_;
  std::int64_t dropped_ = 0;
  json::value keyless_ = nullptr;
  std::int64_t superseded_ = 0;
};

}  // namespace

Result<json::object> rows_with_examples(Statement& statement, const std::string& table, const std::string& condition,
                                        const std::string& value) {
  const std::string from = " FROM " + quote_name(table) + " WHERE " + condition;
  const Rows count = FLOE_TRY(statement.runner().run("SELECT count(*)" + from));
  const std::int64_t rows = count.integer(0, 0);
  json::array examples;
  if (rows == 0) return json::object{{"rows", rows}, {"examples", std::move(examples)}};
  const Rows found =
      FLOE_TRY(statement.runner().run("SELECT rowid + 1, left(CAST(" + value + " AS VARCHAR), " + kLongestValue + ")" +
                                      from + " ORDER BY rowid LIMIT " + kMostExamples));
  for (idx_t row = 0; row < found.row_count(); ++row)
    examples.push_back(json::object{{"row", found.integer(0, row)}, {"value", found.text(1, row)}});
  return json::object{{"rows", rows}, {"examples", std::move(examples)}};
}

Result<std::optional<FitRequest>> parse_fit(const json::object& request) {
  const json::object* object = get_object(request, "fit");
  if (object == nullptr) return std::optional<FitRequest>();
  FitRequest fit;
  if (const json::array* columns = get_array(*object, "columns")) {
    for (const json::value& column : *columns)
      fit.columns.push_back(FLOE_TRY(parse_fit_column(column)));
  }
  if (const json::array* keys = get_array(*object, "keys")) {
    for (const json::value& key : *keys) {
      if (!key.is_string()) return fail(ErrorCode::kInvalidArgument, "`keys` is a list of names");
      fit.keys.emplace_back(to_view(key.get_string()));
    }
  }
  fit.is_complete = get_bool_or(*object, "complete", false);
  fit.is_exact = fit.is_complete || get_bool_or(*object, "exact", false);
  if (fit.is_exact && fit.columns.empty()) {
    return fail(ErrorCode::kInvalidArgument, "an exact `fit` needs `columns`");
  }
  return std::optional<FitRequest>(std::move(fit));
}

std::vector<std::string> text_columns(const FitRequest& fit) {
  std::vector<std::string> names;
  for (const FileColumn& column : fit.columns) {
    if (lower_name(column.sql_type) == "varchar") names.push_back(column.name);
  }
  return names;
}

Result<json::object> fit_rows(Statement& statement, const FitRequest& fit, json::object staged) {
  const std::string name = FLOE_TRY(require_string(staged, "name"));
  Fit fitting(statement, fit, name);
  json::object fitted = FLOE_TRY(fitting.run());
  const auto columns = FLOE_TRY(table_columns(statement.runner(), fitting.table()));
  const Rows count = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + quote_name(fitting.table())));
  staged["name"] = fitting.table();
  staged["columns"] = FLOE_TRY(columns_to_json(columns));
  staged["rows"] = count.integer(0, 0);
  staged["fit"] = std::move(fitted);
  return staged;
}

}  // namespace floe::duckdb_compute
