#include "convert/conversion.hpp"
#include "convert/key_spelling.hpp"
#include "csv/csv_dialect.hpp"
#include "csv/declared_columns.hpp"
#include "engine/compressed_files.hpp"
#include "engine/file_reader.hpp"
#include "engine/methods.hpp"
#include "fit/converted_rows.hpp"
#include "fit/fit_rows.hpp"
#include "fit/inexact_values.hpp"
#include "fit/partial_columns.hpp"
#include "read/csv_rows.hpp"
#include "read/inferred_types.hpp"
#include "read/json_lines.hpp"
#include "read/parquet_mixtures.hpp"
#include "read/parquet_schemas.hpp"
#include "read/staged_rows.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

Result<json::object> split_result(Statement& statement, const FileRequest& request) {
  const SplitLines split = FLOE_TRY(split_json_lines(statement, request));
  json::object result = FLOE_TRY(staged_result(statement, split.rows));
  // A row has an error for each value that cannot be converted.
  const Rows count =
      FLOE_TRY(statement.runner().run("SELECT count(DISTINCT (file, line)) FROM " + quote_name(split.rejects)));
  result["rejects"] = json::object{{"name", split.rejects}, {"rows", count.integer(0, 0)}};
  return result;
}

// Of the columns that DuckDB inferred. Of declared ones this is known before they are read.
Result<bool> is_oddly_spelled(Statement& statement, const FileRequest& request, const json::object& staged) {
  if (!request.columns.empty()) return false;
  return may_hide_keys(FLOE_TRY(table_columns(statement.runner(), get_string_or(staged, "name", ""))));
}

Result<json::object> read_json_lines(Statement& statement, const FileRequest& request) {
  FLOE_TRY(check_columns(statement, request));
  const FileRequest matched = FLOE_TRY(match_columns(statement, request));
  if (request.rejects) return split_result(statement, matched);
  auto result = read_plain(statement, matched);
  if (!statement.runner().check()) return result;
  if (result && !FLOE_TRY(is_oddly_spelled(statement, matched, *result))) return result;
  const auto rows = bad_json_lines(statement, matched);
  if (rows && rows->row_count() > 0) return rejects_error(*rows);
  if (result || says_key_spelling(result.error())) return result;
  if (!rows) return rows.error().code == ErrorCode::kData ? rows.error() : without_advice(std::move(result).error());
  // All lines are good: what DuckDB does not take is a byte order mark before the first.
  json::object split = FLOE_TRY(split_result(statement, matched));
  split["rejects"] = nullptr;
  return split;
}

Result<json::object> read_parquet(Statement& statement, const FileRequest& request) {
  FLOE_TRY(check_parquet_schemas(statement, request));
  FLOE_TRY(check_columns(statement, request));
  const FileRequest matched = FLOE_TRY(match_columns(statement, request));
  auto staged = read_plain(statement, matched);
  if (!staged) return without_advice(std::move(staged).error());
  if (!request.text_columns) FLOE_TRY(check_parquet_mixtures(statement, matched, *staged));
  return staged;
}

Result<json::object> read_any_names(Statement& statement, const FileRequest& request) {
  switch (request.format) {
    case FileFormat::kCsv:
      return read_csv(statement, request);
    case FileFormat::kJsonLines:
      return read_json_lines(statement, request);
    case FileFormat::kParquet:
      break;
  }
  return read_parquet(statement, request);
}

Result<json::object> read_by_format(Statement& statement, const FileRequest& request) {
  json::object staged = FLOE_TRY(read_any_names(statement, request));
  FLOE_TRY(check_name_lengths(request, staged));
  return staged;
}

// Of files that one reader reads; a table of the rows takes their memory once more.
Result<std::vector<QueryColumn>> kept_types_of_reader(Statement& statement, const FileRequest& request,
                                                      const FileRequest& texts,
                                                      const std::vector<QueryColumn>& doubtful) {
  FileRequest known = texts;
  if (request.format == FileFormat::kCsv) known = FLOE_TRY(with_delimiter(statement, texts));
  if (!has_one_layout(known) || request.rejects) return fail(ErrorCode::kUnsupported, "more than one reader");
  const std::string reader = FLOE_TRY(reader_sql(known, nullptr));
  return kept_types(statement, request, doubtful, reader);
}

Result<std::vector<QueryColumn>> kept_types_of_files(Statement& statement, const FileRequest& request,
                                                     const std::vector<QueryColumn>& doubtful) {
  const FileRequest texts = as_texts(request, doubtful);
  auto kept = kept_types_of_reader(statement, request, texts, doubtful);
  if (kept || !statement.runner().check()) return kept;
  const json::object staged = FLOE_TRY(read_by_format(statement, texts));
  kept = kept_types(statement, request, doubtful, quote_name(get_string_or(staged, "name", "")));
  drop_staged(statement, staged);
  return kept;
}

// DuckDB infers types that read as many texts as possible: where one would change a text, the column is read as what
// keeps them all.
Result<json::object> read_exactly(Statement& statement, const FileRequest& request) {
  json::object staged = FLOE_TRY(read_by_format(statement, request));
  if (!infers_types(request)) return staged;
  const std::string name = get_string_or(staged, "name", "");
  const auto inferred = FLOE_TRY(table_columns(statement.runner(), name));
  std::vector<QueryColumn> doubtful = doubtful_columns(request, inferred);
  const auto first_of_json = std::stable_partition(
      doubtful.begin(), doubtful.end(), [&](const QueryColumn& one) { return !doubts_json_only(request, one); });
  const std::vector<QueryColumn> of_json(first_of_json, doubtful.end());
  doubtful.erase(first_of_json, doubtful.end());
  auto kept = FLOE_TRY(kept_types(statement, request, of_json, quote_name(name)));
  if (!doubtful.empty()) {
    const auto others = FLOE_TRY(kept_types_of_files(statement, request, doubtful));
    kept.insert(kept.end(), others.begin(), others.end());
  }
  if (kept.empty()) return staged;
  drop_staged(statement, staged);
  const FileRequest typed = FLOE_TRY(with_types(statement, request, inferred, kept));
  return read_by_format(statement, typed);
}

// The files are read a second time: DuckDB says nothing of values that a conversion changes.
Result<json::array> find_inexact(Statement& statement, const FileRequest& request, const json::object& typed) {
  const auto plain = FLOE_TRY(unconverted(statement, request, typed));
  if (!plain) return json::array();
  const json::object source = FLOE_TRY(read_by_format(statement, *plain));
  json::array inexact = FLOE_TRY(inexact_values(statement, request, typed, source));
  drop_staged(statement, source);
  return inexact;
}

// All values have the type that was inferred.
bool infers_from_all(const FileRequest& request) { return !request.rejects && !has_option(request, "sample_size"); }

bool is_nested(const std::vector<DuckType>& types) {
  return std::any_of(types.begin(), types.end(), [](const DuckType& type) { return !type.children.empty(); });
}

// Columns of the files with their types; of JSON only the keys of the lines where no declared column is nested.
Result<std::vector<QueryColumn>> own_columns(Statement& statement, const FileRequest& request,
                                             const std::vector<DuckType>& targets) {
  FileRequest bare = request;
  bare.columns.clear();
  if (request.format == FileFormat::kJsonLines) {
    std::erase_if(bare.options, [](const auto& option) { return option.first == "sample_size"; });
    if (!is_nested(targets)) set_option(&bare, "maximum_depth", "1");
  }
  const std::string reader = FLOE_TRY(reader_sql(bare, nullptr));
  return query_columns(statement.runner(), "SELECT * FROM " + reader);
}

Status check_spelling_of_keys(Statement& statement, const FileRequest& source,
                              const Result<std::vector<QueryColumn>>& own) {
  if (own ? !may_hide_keys(*own) : !says_key_spelling(own.error())) return ok();
  const FileRequest matched = FLOE_TRY(match_columns(statement, source));
  const Rows rows = FLOE_TRY(bad_json_lines(statement, matched));
  return rows.row_count() == 0 ? ok() : Status(rejects_error(rows));
}

// Declared columns as what the files hold, to be converted then: of JSON lines texts, of Parquet files their own types.
Result<FileRequest> as_source(Statement& statement, const FileRequest& request) {
  FLOE_TRY(check_types(statement, request.columns));
  const std::vector<DuckType> targets = FLOE_TRY(column_types(statement.runner(), request.columns));
  const bool is_parquet = request.format == FileFormat::kParquet;
  // With rejects the lines are looked at one by one.
  const auto own = request.rejects ? std::vector<QueryColumn>() : own_columns(statement, request, targets);
  FLOE_TRY(statement.runner().check());
  if (!own && is_parquet) return own.error();
  FileRequest source = request;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    DuckType from = is_parquet ? targets[i] : source_type(targets[i]);
    for (const QueryColumn& column : own ? *own : std::vector<QueryColumn>()) {
      if (lower_name(column.name) == lower_name(request.columns[i].name))
        from = is_parquet ? column.type : source_type(targets[i], column.type);
    }
    source.columns[i].sql_type = sql_name(from);
    source.conversions[lower_name(request.columns[i].name)] = targets[i];
  }
  if (!is_parquet) FLOE_TRY(check_spelling_of_keys(statement, source, own));
  return source;
}

Error misfits_error(Statement& statement, const FileRequest& source, const json::array& misfits) {
  if (source.format == FileFormat::kJsonLines) {
    const auto matched = match_columns(statement, source);
    const auto rows = matched ? bad_json_lines(statement, *matched) : Result<Rows>(matched.error());
    if (!rows) return rows.error();
    if (rows->row_count() > 0) return rejects_error(*rows);
  }
  const json::object& first = misfits.front().as_object();
  return failf(ErrorCode::kData, "column `{}` has values that are no {}", get_string_or(first, "column", ""),
               get_string_or(first, "table_type", ""));
}

Result<json::object> read_converted(Statement& statement, const FileRequest& request) {
  const FileRequest source = FLOE_TRY(as_source(statement, request));
  json::object staged = FLOE_TRY(read_by_format(statement, source));
  ConvertedRows rows = FLOE_TRY(convert_rows(statement, source, get_string_or(staged, "name", "")));
  if (!rows.misfits.empty()) {
    const bool is_told = request.finds_inexact && request.format == FileFormat::kParquet;
    if (!is_told) return misfits_error(statement, source, rows.misfits);
    staged["inexact"] = std::move(rows.misfits);
    return staged;
  }
  json::object result = FLOE_TRY(staged_result(statement, rows.table));
  result["rejects"] = staged.at("rejects");
  if (request.finds_inexact) result["inexact"] = std::move(rows.inexact);
  return result;
}

Result<json::object> read_declared(Statement& statement, const FileRequest& request) {
  const bool is_converted = request.format != FileFormat::kCsv && !request.columns.empty() && !request.text_columns;
  if (is_converted) return read_converted(statement, request);
  json::object staged = FLOE_TRY(read_exactly(statement, request));
  if (request.finds_inexact) staged["inexact"] = FLOE_TRY(find_inexact(statement, request, staged));
  return staged;
}

// The type that an inferred column is read as so that it loses nothing before it has the table's.
DuckType type_to_fit(const FileRequest& request, const QueryColumn& column, const DuckType& target) {
  if (sql_name(target) == sql_name(column.type)) return column.type;
  if (request.format == FileFormat::kCsv) return scalar_type(DUCKDB_TYPE_VARCHAR);
  return infers_from_all(request) ? source_type(target, column.type) : source_type(target);
}

Result<std::vector<QueryColumn>> columns_to_fit(Statement& statement, const FileRequest& request, const FitRequest& fit,
                                                std::vector<QueryColumn> columns) {
  const std::vector<DuckType> targets = FLOE_TRY(column_types(statement.runner(), fit.columns));
  for (QueryColumn& column : columns) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (lower_name(fit.columns[i].name) == lower_name(column.name))
        column.type = type_to_fit(request, column, targets[i]);
    }
  }
  return columns;
}

Result<std::int64_t> count_rows(Statement& statement, const FileRequest& request) {
  const json::object staged = FLOE_TRY(read_by_format(statement, request));
  drop_staged(statement, staged);
  return get_int(staged, "rows").value_or(0);
}

// Of rows that are merged: what a file without a column does not say must not erase what an earlier one says.
Result<std::vector<PartialColumn>> partial_columns(Statement& statement, const FileRequest& request,
                                                   const json::object& staged) {
  return mark_partial_columns(statement, request, get_string_or(staged, "name", ""),
                              [&](const FileRequest& part) { return count_rows(statement, part); });
}

// `own`: the columns with the types that the files have.
Result<json::object> fit_staged(Statement& statement, const FileRequest& request, const FitRequest& fit,
                                const std::vector<QueryColumn>& own, json::object staged) {
  std::vector<PartialColumn> partial;
  if (!fit.keys.empty()) partial = FLOE_TRY(partial_columns(statement, request, staged));
  return fit_rows(statement, request, fit, own, std::move(staged), std::move(partial));
}

bool has_same_types(const std::vector<QueryColumn>& some, const std::vector<QueryColumn>& others) {
  return std::equal(
      some.begin(), some.end(), others.begin(), others.end(),
      [](const QueryColumn& one, const QueryColumn& other) { return sql_name(one.type) == sql_name(other.type); });
}

// JSON lines whose columns all have the types of the table: of the inferred types only the names are needed.
Result<json::object> read_and_fit_exactly(Statement& statement, const FileRequest& request, const FitRequest& fit) {
  const std::string reader = FLOE_TRY(reader_sql(request, nullptr));
  const auto inferred = FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader));
  if (may_hide_keys(inferred)) return fail(ErrorCode::kUnsupported, "names that may stand for other keys");
  auto sources = FLOE_TRY(columns_to_fit(statement, request, fit, inferred));
  for (QueryColumn& column : sources) {
    if (!doubtful_columns(request, {column}).empty()) column.type = source_type(column.type);
  }
  const FileRequest texts = FLOE_TRY(with_types(statement, request, inferred, sources));
  json::object staged = FLOE_TRY(read_by_format(statement, texts));
  return fit_staged(statement, request, fit, inferred, std::move(staged));
}

// Rows whose columns have types to be inferred, which the table may have others for.
Result<json::object> read_inferred_and_fit(Statement& statement, const FileRequest& request, const FitRequest& fit) {
  if (fit.is_exact && !request.rejects) {
    auto fitted = read_and_fit_exactly(statement, request, fit);
    if (fitted || !statement.runner().check()) return fitted;
  }
  json::object staged = FLOE_TRY(read_declared(statement, request));
  const std::string name = get_string_or(staged, "name", "");
  const auto inferred = FLOE_TRY(table_columns(statement.runner(), name));
  const auto sources = FLOE_TRY(columns_to_fit(statement, request, fit, inferred));
  if (!has_same_types(sources, inferred)) {
    drop_staged(statement, staged);
    const FileRequest texts = FLOE_TRY(with_types(statement, request, inferred, sources));
    staged = FLOE_TRY(read_by_format(statement, texts));
  }
  return fit_staged(statement, request, fit, inferred, std::move(staged));
}

Result<json::object> read_and_fit(Statement& statement, FileRequest request, const FitRequest& fit) {
  FLOE_TRY(check_types(statement, fit.columns));
  // No column has another type than the table's: that of the texts of a CSV file need not be known.
  if (fit.is_exact && request.format == FileFormat::kCsv && request.columns.empty()) request.text_columns = true;
  if (infers_types(request)) return read_inferred_and_fit(statement, request, fit);
  json::object staged = FLOE_TRY(read_declared(statement, request));
  const auto columns = FLOE_TRY(table_columns(statement.runner(), get_string_or(staged, "name", "")));
  return fit_staged(statement, request, fit, columns, std::move(staged));
}

}  // namespace

Result<std::string> read_files(Statement& statement, std::string_view request) {
  const json::object object = FLOE_TRY(parse_json_object(request));
  const FileRequest parsed = FLOE_TRY(parse_file_request(object));
  FLOE_TRY(check_compressed_files(statement.runner(), parsed));
  const auto fit = FLOE_TRY(parse_fit(object));
  const json::object result = FLOE_TRY(fit ? read_and_fit(statement, parsed, *fit) : read_declared(statement, parsed));
  return to_json(result);
}

}  // namespace floe::duckdb_compute
