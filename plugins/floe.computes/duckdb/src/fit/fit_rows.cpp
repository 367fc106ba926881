#include "fit/fit_rows.hpp"

#include "convert/conversion.hpp"
#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/row_numbers.hpp"
#include "fit/converted_rows.hpp"
#include "fit/row_keys.hpp"
#include "sql/iceberg_type.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

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

// One column of the rows that were read, and what the table has under its name.
struct Fitting {
  std::string name;
  std::string stored;  // SQL of the value in the staged table
  DuckType type;       // of that value
  DuckType own_type;   // that the files have
  const FileColumn* target = nullptr;
  DuckType target_type;
  Conversion conversion;
  Conversion own_conversion;  // for a value that does not fit
  std::int64_t misfits = 0;

  [[nodiscard]] std::string is_misfit() const { return is_lost(conversion); }

  [[nodiscard]] bool differs() const { return target != nullptr && sql_name(target_type) != sql_name(type); }
};

class Fit {
 public:
  Fit(Statement& statement, const FileRequest& files, const FitRequest& request,
      const std::vector<QueryColumn>& own_columns, std::string staged, std::vector<PartialColumn> partial)
      : statement_(statement),
        files_(files),
        request_(request),
        own_columns_(own_columns),
        staged_(std::move(staged)),
        partial_(std::move(partial)) {}

  // The staged table that has the result.
  [[nodiscard]] const std::string& table() const { return fitted_; }

  // Its columns, without those that mark rows.
  Result<std::vector<QueryColumn>> columns() {
    auto columns = FLOE_TRY(table_columns(runner(), fitted_));
    std::erase_if(columns, [&](const QueryColumn& column) { return is_marker(column.name); });
    return columns;
  }

  Result<json::object> run() {
    FLOE_TRY(fit());
    FLOE_TRY(keep_last_rows());
    return json::object{{"unknown", std::move(unknown_)}, {"misfits", std::move(misfits_)}, {"dropped_rows", dropped_},
                        {"keyless", std::move(keyless_)}, {"superseded_rows", superseded_}, {"partial", partial()}};
  }

 private:
  Runner& runner() { return statement_.runner(); }

  Status fit() {
    RowNumbers numbers(runner(), staged_);
    const auto columns = FLOE_TRY(table_columns(runner(), staged_));
    FLOE_TRY(numbers.show(columns));
    FLOE_TRY(match(columns, numbers));
    if (request_.is_exact) std::erase_if(partial_, [&](const PartialColumn& one) { return is_unknown(one.name); });
    if (is_as_it_was()) {
      fitted_ = staged_;
      return ok();
    }
    if (const auto fitted = FLOE_TRY(make_unless(statement_, staged_, select_list(), conditions()))) {
      fitted_ = *fitted;
      runner().run_always("DROP TABLE " + quote_name(staged_));
      return ok();
    }
    FLOE_TRY(find_misfits());
    return make_table();
  }

  [[nodiscard]] bool is_marker(const std::string& name) const {
    return std::any_of(partial_.begin(), partial_.end(),
                       [&](const PartialColumn& column) { return column.marker == name; });
  }

  [[nodiscard]] bool is_unknown(const std::string& name) const {
    return std::any_of(unknown_.begin(), unknown_.end(),
                       [&](const json::value& unknown) { return to_view(unknown.as_string()) == name; });
  }

  // Nothing is converted and nothing left out.
  [[nodiscard]] bool is_as_it_was() const {
    return !request_.is_exact &&
           std::none_of(columns_.begin(), columns_.end(), [](const Fitting& column) { return column.differs(); });
  }

  // Of each column, when it is not what the table has.
  [[nodiscard]] std::vector<std::string> conditions() const {
    std::vector<std::string> list;
    list.reserve(columns_.size());
    for (const Fitting& column : columns_)
      list.push_back(column.differs() ? column.is_misfit() : "false");
    return list;
  }

  [[nodiscard]] std::string select_list() const {
    std::string list = request_.is_exact ? exact_list() : all_list();
    for (const PartialColumn& column : partial_)
      list += ", " + quote_name(column.marker);
    return list;
  }

  Status match(const std::vector<QueryColumn>& columns, const RowNumbers& numbers) {
    const std::vector<DuckType> targets = FLOE_TRY(column_types(runner(), request_.columns));
    for (const QueryColumn& column : columns) {
      if (is_marker(column.name)) continue;
      const std::string stored = quote_name(numbers.name_of(column.name));
      Fitting fitting{column.name, stored, column.type, own_type(column), nullptr, {}, {}, {}};
      for (std::size_t i = 0; i < targets.size(); ++i) {
        if (lower_name(request_.columns[i].name) != lower_name(column.name)) continue;
        fitting.target = &request_.columns[i];
        fitting.target_type = targets[i];
      }
      if (fitting.target == nullptr && !request_.columns.empty()) unknown_.emplace_back(column.name);
      if (fitting.differs()) fitting.conversion = FLOE_TRY(conversion_to(fitting, fitting.target_type));
      columns_.push_back(std::move(fitting));
    }
    return ok();
  }

  [[nodiscard]] DuckType own_type(const QueryColumn& column) const {
    for (const QueryColumn& own : own_columns_) {
      if (lower_name(own.name) == lower_name(column.name)) return own.type;
    }
    return column.type;
  }

  // DuckDB has no cast between some types, not even one that gives NULL.
  Result<Conversion> conversion_to(const Fitting& column, const DuckType& type) {
    const Conversion conversion = convert(files_, column.type, type, column.stored, false);
    const auto bound = query_columns(
        runner(), "SELECT " + conversion.cast + ", " + is_lost(conversion) + " FROM " + quote_name(staged_));
    FLOE_TRY(runner().check());
    if (bound) return conversion;
    return Conversion{"CAST(NULL AS " + sql_name(type) + ")", "(" + column.stored + " IS NOT NULL)", "false"};
  }

  Status find_misfits() {
    const std::vector<std::string> conditions = this->conditions();
    const auto counts = FLOE_TRY(count_rows(runner(), staged_, conditions));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Fitting& column = columns_[i];
      column.misfits = counts[i];
      if (column.misfits == 0) continue;
      FLOE_TRY(keep_own_type(&column));
      json::object misfit = FLOE_TRY(rows_with_examples(statement_, staged_, conditions[i], column.stored));
      misfits_.push_back(json::object{{"column", column.name},
                                      {"sql_type", sql_name(column.own_type)},
                                      {"table_type", sql_name(column.target_type)},
                                      {"rows", column.misfits},
                                      {"examples", std::move(misfit.at("examples"))}});
    }
    return ok();
  }

  // The type that was inferred, where it has all the values.
  Status keep_own_type(Fitting* column) {
    Conversion own = FLOE_TRY(conversion_to(*column, column->own_type));
    const auto lost = FLOE_TRY(count_rows(runner(), staged_, {is_lost(own)}));
    if (lost.front() > 0) own = Conversion{column->stored, "false", "false"};
    column->own_conversion = std::move(own);
    return ok();
  }

  // A column in the type of the table where all its values fit, or where those that do not are left out.
  [[nodiscard]] std::string value_of(const Fitting& column) const {
    std::string value = column.stored;
    if (column.differs()) {
      const bool fits = column.misfits == 0 || request_.is_exact;
      value = fits ? column.conversion.cast : column.own_conversion.cast;
    }
    return value + " AS " + quote_name(column.name);
  }

  [[nodiscard]] std::string all_list() const {
    std::string list;
    for (const Fitting& column : columns_)
      list += (list.empty() ? "" : ", ") + value_of(column);
    return list;
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
    std::string where;
    for (const Fitting& column : columns_) {
      if (request_.is_exact && column.misfits > 0)
        where += (where.empty() ? " WHERE NOT " : " AND NOT ") + column.is_misfit();
    }
    fitted_ = fresh_name(statement_.engine(), "floe_stage_");
    FLOE_TRY(runner().run("CREATE TEMP TABLE " + quote_name(fitted_) + " AS SELECT " + select_list() + " FROM " +
                          quote_name(staged_) + where + " ORDER BY " + quote_name(staged_) + ".rowid"));
    if (!where.empty()) {
      const Rows left_out = FLOE_TRY(runner().run("SELECT (SELECT count(*) FROM " + quote_name(staged_) +
                                                  ") - (SELECT count(*) FROM " + quote_name(fitted_) + ")"));
      dropped_ = left_out.integer(0, 0);
    }
    runner().run_always("DROP TABLE " + quote_name(staged_));
    return ok();
  }

  Status keep_last_rows() {
    KeyedRows kept = FLOE_TRY(duckdb_compute::keep_last_rows(statement_, fitted_, request_.keys, partial_));
    keyless_ = std::move(kept.keyless);
    superseded_ = kept.superseded;
    if (has_table(request_)) return ok();
    return drop_markers();
  }

  // In a new table there is nothing that a file without a column could keep.
  Status drop_markers() {
    for (const PartialColumn& column : partial_)
      FLOE_TRY(runner().run("ALTER TABLE " + quote_name(fitted_) + " DROP COLUMN " + quote_name(column.marker)));
    partial_.clear();
    return ok();
  }

  [[nodiscard]] json::array partial() const {
    json::array list;
    for (const PartialColumn& column : partial_)
      list.push_back(json::object{{"column", column.name}, {"marker", column.marker}});
    return list;
  }

  Statement& statement_;
  const FileRequest& files_;
  const FitRequest& request_;
  const std::vector<QueryColumn>& own_columns_;
  std::string staged_;
  std::string fitted_;
  std::vector<PartialColumn> partial_;
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

bool has_table(const FitRequest& fit) { return !fit.columns.empty() && !fit.is_complete; }

Result<json::object> fit_rows(Statement& statement, const FileRequest& files, const FitRequest& fit,
                              const std::vector<QueryColumn>& own_columns, json::object staged,
                              std::vector<PartialColumn> partial) {
  const std::string name = FLOE_TRY(require_string(staged, "name"));
  Fit fitting(statement, files, fit, own_columns, name, std::move(partial));
  json::object fitted = FLOE_TRY(fitting.run());
  const auto columns = FLOE_TRY(fitting.columns());
  const Rows count = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + quote_name(fitting.table())));
  staged["name"] = fitting.table();
  staged["columns"] = FLOE_TRY(columns_to_json(columns));
  staged["rows"] = count.integer(0, 0);
  staged["fit"] = std::move(fitted);
  return staged;
}

}  // namespace floe::duckdb_compute
