#include "csv/declared_columns.hpp"

#include "csv/csv_dialect.hpp"
#include "engine/methods.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::duckdb_compute {
namespace {

// What is near a misspelt type is looked for among these.
constexpr std::array<std::string_view, 24> kTypes = {
    "BIGINT", "BLOB",    "BOOLEAN", "DATE", "DECIMAL",   "DOUBLE",      "FLOAT", "HUGEINT",
    "INT",    "INTEGER", "JSON",    "LIST", "MAP",       "NUMERIC",     "REAL",  "SMALLINT",
    "STRING", "STRUCT",  "TEXT",    "TIME", "TIMESTAMP", "TIMESTAMPTZ", "UUID",  "VARCHAR"};

// DECIMAL of `DECIMAL(9, 2)`.
std::string base_type(std::string_view type) {
  return text::to_upper_ascii(text::trim(type.substr(0, type.find('('))));
}

Error unknown_type(const FileColumn& column) {
  const std::vector<std::string> known(kTypes.begin(), kTypes.end());
  const std::string base = base_type(column.sql_type);
  const auto near = text::nearest(base, known);
  return failf(
      ErrorCode::kInvalidArgument, "column `{}` has the type `{}`, which DuckDB does not have; {}", column.name,
      column.sql_type,
      near && *near != base ? "write `" + *near + "`" : "known are such as BIGINT, DECIMAL(38, 2), VARCHAR, DATE");
}

std::string names_list(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 10;
  std::vector<std::string> shown(names.begin(), names.begin() + std::min(names.size(), kMost));
  return text::quoted_list(shown) + (names.size() > kMost ? ", ..." : "");
}

const std::string* find_name(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const std::string& one) { return lower_name(one) == lower_name(name); });
  return found == names.end() ? nullptr : &*found;
}

// Columns are found by names, not by the order that they have in the file.
bool has_names(const FileRequest& request) {
  return request.format != FileFormat::kCsv || (!request.by_position && has_header(request));
}

// Whether `names` has all of the columns that are asked for.
bool has_all(const std::vector<std::string>& names, const FileRequest& request) {
  return std::all_of(request.columns.begin(), request.columns.end(),
                     [&](const FileColumn& column) { return find_name(names, column.name) != nullptr; });
}

// Names of Parquet files, or keys of JSON lines: of all lines where the first ones do not have all that are asked for.
Result<std::vector<std::string>> described_names(Statement& statement, const FileRequest& request,
                                                 const FileRequest& bare) {
  FileRequest first = bare;
  const bool is_sampled = request.format == FileFormat::kJsonLines && !has_option(bare, "sample_size");
  if (is_sampled) first.options.emplace_back("sample_size", "20480");
  const std::string reader = FLOE_TRY(reader_sql(first, nullptr));
  std::vector<std::string> names = column_names(FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader)));
  if (!is_sampled || has_all(names, request)) return names;
  const std::string all = FLOE_TRY(reader_sql(bare, nullptr));
  return column_names(FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + all)));
}

}  // namespace

Result<std::vector<std::string>> file_names(Statement& statement, const FileRequest& request) {
  FileRequest bare = request;
  bare.columns.clear();
  bare.types.clear();
  std::vector<std::string> names;
  if (request.format != FileFormat::kCsv) return described_names(statement, request, bare);
  bare.text_columns = true;
  for (const FileRequest& part : by_header(request)) {
    bare.paths = {part.paths.front()};
    bare.heads = {part.heads.front()};
    bare.options = part.options;
    // With tables for rejects rows of another length do not keep DuckDB from naming the columns.
    const RejectTables none{"floe_no_errors", "floe_no_scans"};
    const std::string reader = FLOE_TRY(reader_sql(bare, &none));
    const auto columns = query_columns(statement.runner(), "SELECT * FROM " + reader);
    for (const std::string& name : columns ? column_names(*columns) : FLOE_TRY(header_names(statement, bare))) {
      if (find_name(names, name) == nullptr) names.push_back(name);
    }
  }
  return names;
}

namespace {

// A name that no file has, next to one that nobody asked for.
Status check_spelling(const FileRequest& request, const std::vector<std::string>& names) {
  std::vector<std::string> free;
  for (const std::string& name : names) {
    const bool is_taken = std::any_of(request.columns.begin(), request.columns.end(), [&](const FileColumn& column) {
      return lower_name(column.name) == lower_name(name);
    });
    if (!is_taken) free.push_back(name);
  }
  bool has_any = false;
  for (const FileColumn& column : request.columns) {
    if (find_name(names, column.name) != nullptr) {
      has_any = true;
    } else if (const auto near = text::nearest(column.name, free)) {
      return failf(ErrorCode::kData, "`columns` has `{}`, `{}` has no such column; write `{}`", column.name,
                   request.paths.front(), *near)
          .with_detail("floe.column", column.name);
    }
  }
  if (has_any || request.format == FileFormat::kJsonLines) return ok();
  return failf(
      ErrorCode::kData, "`{}` has none of the `columns`; it has {}{}", request.paths.front(), names_list(names),
      request.format == FileFormat::kCsv ? "; a file without a header is read with `options: {header: false}`" : "");
}

}  // namespace

Status check_types(Statement& statement, const std::vector<FileColumn>& columns) {
  for (const FileColumn& column : columns) {
    const auto bound = query_columns(statement.runner(), "SELECT CAST(NULL AS " + column.sql_type + ") AS x");
    if (!bound && !statement.runner().check()) return bound.error();
    if (!bound) return unknown_type(column).with_detail("floe.column", column.name);
  }
  return ok();
}

namespace {

// What the option `filename` adds; empty when nothing.
std::string name_of_path_column(const FileRequest& request) {
  const std::string option = option_or(request, "filename", "false");
  if (option == "true") return "filename";
  return option.starts_with('\'') ? option.substr(1, option.size() - 2) : std::string();
}

}  // namespace

namespace {

// By a format DuckDB reads a text of a CSV file as a TIMESTAMP; a TIMESTAMP WITH TIME ZONE of it is NULL without a
// word.
Result<bool> is_moment_by_format(Statement& statement, const FileRequest& request, const std::string& sql_type) {
  const std::string format = lower_name(option_or(request, "timestampformat", "'auto'"));
  if (request.format != FileFormat::kCsv || format == "'auto'" || format == "'iso'") return false;
  const auto column = FLOE_TRY(query_columns(statement.runner(), "SELECT CAST(NULL AS " + sql_type + ")"));
  return column.front().type.id == DUCKDB_TYPE_TIMESTAMP_TZ;
}

std::string as_moment(const std::string& name) { return "CAST(" + quote_name(name) + " AS TIMESTAMP WITH TIME ZONE)"; }

// Columns by their order.
Result<FileRequest> with_moments(Statement& statement, const FileRequest& request) {
  FileRequest read = request;
  std::string moments;
  for (FileColumn& column : read.columns) {
    if (!FLOE_TRY(is_moment_by_format(statement, request, column.sql_type))) continue;
    column.sql_type = "TIMESTAMP";
    moments += (moments.empty() ? "" : ", ") + as_moment(column.name) + " AS " + quote_name(column.name);
  }
  if (!moments.empty()) read.select = "* REPLACE (" + moments + ")";
  return read;
}

}  // namespace

Result<FileRequest> match_columns(Statement& statement, const FileRequest& request) {
  const bool is_csv = request.format == FileFormat::kCsv;
  if (request.columns.empty() && request.types.empty()) return request;
  if (!has_names(request)) return with_moments(statement, request);
  const auto found = file_names(statement, request);
  // Of lines that are no objects nothing can be said; reading them says what is wrong.
  if (!found && request.format == FileFormat::kJsonLines) return request;
  const std::vector<std::string> names = FLOE_TRY(found);
  FileRequest matched = request;
  std::erase_if(matched.types, [&](const FileColumn& column) { return find_name(names, column.name) == nullptr; });
  if (request.columns.empty()) return matched;
  matched.columns.clear();
  matched.select.clear();
  for (const FileColumn& column : request.columns) {
    const std::string* name = find_name(names, column.name);
    const std::string as = " AS " + quote_name(column.name);
    std::string value = "CAST(" + (name == nullptr ? "NULL" : quote_name(*name)) + " AS " + column.sql_type + ")";
    const bool is_key = name == nullptr || lower_name(*name) != lower_name(name_of_path_column(request));
    if (request.format == FileFormat::kJsonLines && is_key) {
      // With the option `sample_size` the names are those of the first lines: others may come.
      matched.columns.push_back({name == nullptr ? column.name : *name, column.sql_type});
      value = quote_name(matched.columns.back().name);
    } else if (is_csv && name != nullptr) {
      const bool is_moment = FLOE_TRY(is_moment_by_format(statement, request, column.sql_type));
      matched.types.push_back({*name, is_moment ? "TIMESTAMP" : column.sql_type});
      value = is_moment ? as_moment(*name) : quote_name(*name);
    }
    if (!matched.select.empty()) matched.select += ", ";
    matched.select += value + as;
  }
  for (const std::string& name : request.path_columns)
    matched.select += ", " + quote_name(name);
  if (is_csv) matched.text_columns = true;
  return matched;
}

Status check_columns(Statement& statement, const FileRequest& request) {
  FLOE_TRY(check_types(statement, request.columns));
  if (!has_names(request) || request.columns.empty()) return ok();
  const auto names = file_names(statement, request);
  // Of lines that are no objects nothing can be said; reading them says what is wrong.
  if (!names && request.format == FileFormat::kJsonLines) return ok();
  return check_spelling(request, FLOE_TRY(names));
}

Status check_name_lengths(const FileRequest& request, const json::object& staged) {
  constexpr std::size_t kMaxName = 1024;  // bytes
  constexpr std::size_t kMaxNameShown = 40;
  for (const json::value& item : staged.at("columns").as_array()) {
    const std::string name = get_string_or(item.as_object(), "name", "");
    if (name.size() <= kMaxName) continue;
    const std::string others =
        request.paths.size() == 1 ? "" : fmt::format(" or one of the {} files with it", request.paths.size() - 1);
    return failf(ErrorCode::kData, "`{}`{} has a column whose name `{}` is {} bytes long; a name has at most {}",
                 request.paths.front(), others, text::shortened(name, kMaxNameShown), name.size(), kMaxName);
  }
  return ok();
}

}  // namespace floe::duckdb_compute
