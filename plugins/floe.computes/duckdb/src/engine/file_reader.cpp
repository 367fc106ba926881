#include "engine/file_reader.hpp"

#include "engine/raw_lines.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <array>
#include <string_view>

namespace floe::duckdb_compute {
namespace {

struct OptionName {
  std::string_view ours;
  std::string_view duckdb;
};

constexpr std::array kCsvOptions = {
    OptionName{"delimiter", "delim"},
    OptionName{"delim", "delim"},
    OptionName{"sep", "delim"},
    OptionName{"header", "header"},
    OptionName{"quote", "quote"},
    OptionName{"escape", "escape"},
    OptionName{"null_strings", "nullstr"},
    OptionName{"null_string", "nullstr"},
    OptionName{"nullstr", "nullstr"},
    OptionName{"encoding", "encoding"},
    OptionName{"skip", "skip"},
    OptionName{"comment", "comment"},
    OptionName{"compression", "compression"},
    OptionName{"date_format", "dateformat"},
    OptionName{"dateformat", "dateformat"},
    OptionName{"timestamp_format", "timestampformat"},
    OptionName{"timestampformat", "timestampformat"},
    OptionName{"decimal_separator", "decimal_separator"},
    OptionName{"thousands", "thousands"},
    OptionName{"null_padding", "null_padding"},
    OptionName{"strict_mode", "strict_mode"},
    OptionName{"sample_size", "sample_size"},
    OptionName{"max_line_size", "max_line_size"},
    OptionName{"new_line", "new_line"},
    OptionName{"union_by_name", "union_by_name"},
    OptionName{"allow_quoted_nulls", "allow_quoted_nulls"},
    OptionName{"force_not_null", "force_not_null"},
    OptionName{"normalize_names", "normalize_names"},
    OptionName{"hive_partitioning", "hive_partitioning"},
    OptionName{"filename", "filename"},
    OptionName{"auto_detect", "auto_detect"},
    OptionName{"parallel", "parallel"},
};

constexpr std::array kJsonOptions = {
    OptionName{"compression", "compression"},
    OptionName{"date_format", "dateformat"},
    OptionName{"dateformat", "dateformat"},
    OptionName{"timestamp_format", "timestampformat"},
    OptionName{"timestampformat", "timestampformat"},
    OptionName{"maximum_depth", "maximum_depth"},
    OptionName{"maximum_object_size", "maximum_object_size"},
    OptionName{"sample_size", "sample_size"},
    OptionName{"union_by_name", "union_by_name"},
    OptionName{"convert_strings_to_integers", "convert_strings_to_integers"},
    OptionName{"hive_partitioning", "hive_partitioning"},
    OptionName{"filename", "filename"},
};

constexpr std::array kParquetOptions = {
    OptionName{"union_by_name", "union_by_name"},
    OptionName{"hive_partitioning", "hive_partitioning"},
    OptionName{"filename", "filename"},
    OptionName{"binary_as_string", "binary_as_string"},
};

template <std::size_t N>
Result<std::string> option_name(std::string_view name, const std::array<OptionName, N>& known,
                                std::string_view format) {
  std::vector<std::string> names;
  for (const OptionName& option : known) {
    if (option.ours == name) return std::string(option.duckdb);
    names.emplace_back(option.ours);
  }
  const auto near = text::nearest(name, names);
  return failf(ErrorCode::kInvalidArgument, "{} files have no option `{}`; {}", format, name,
               near ? "write `" + *near + "`" : "known are " + text::join(names, ", "))
      .with_detail("floe.option", std::string(name));
}

Result<std::string> known_option(FileFormat format, std::string_view name) {
  switch (format) {
    case FileFormat::kCsv:
      return option_name(name, kCsvOptions, "CSV");
    case FileFormat::kJsonLines:
      return option_name(name, kJsonOptions, "JSON lines");
    case FileFormat::kParquet:
      break;
  }
  return option_name(name, kParquetOptions, "Parquet");
}

Result<std::string> option_value(std::string_view name, const json::value& value) {
  if (const json::string* text = value.if_string()) return quote_text(to_view(*text));
  if (value.is_bool() || value.is_number()) return to_json(value);
  const json::array* list = value.if_array();
  if (list == nullptr)
    return failf(ErrorCode::kInvalidArgument, "the option `{}` is a text, number, boolean or list", name);
  std::string sql = "[";
  for (const json::value& entry : *list) {
    if (!entry.is_string()) return failf(ErrorCode::kInvalidArgument, "the option `{}` is a list of texts", name);
    if (sql.size() > 1) sql += ", ";
    sql += quote_text(to_view(entry.get_string()));
  }
  return sql + "]";
}

Result<FileFormat> parse_format(const std::string& text) {
  if (text == "csv") return FileFormat::kCsv;
  if (text == "jsonl") return FileFormat::kJsonLines;
  if (text == "parquet") return FileFormat::kParquet;
  return failf(ErrorCode::kInvalidArgument, "unknown file format `{}`; known are csv, jsonl, parquet", text);
}

Status parse_file_columns(const json::object& request, FileRequest* out) {
  const json::array* columns = get_array(request, "columns");
  if (columns == nullptr) return ok();
  for (const json::value& entry : *columns) {
    const json::object* column = entry.if_object();
    if (column == nullptr) return fail(ErrorCode::kInvalidArgument, "a column is not an object");
    FileColumn parsed;
    parsed.name = FLOE_TRY(require_string(*column, "name"));
    parsed.sql_type = get_string_or(*column, "sql_type", "VARCHAR");
    if (out->text_columns) parsed.sql_type = "VARCHAR";
    out->columns.push_back(std::move(parsed));
  }
  return ok();
}

std::string column_map(const std::vector<FileColumn>& columns) {
  std::string sql = "{";
  for (const FileColumn& column : columns) {
    if (sql.size() > 1) sql += ", ";
    sql += quote_text(column.name) + ": " + quote_text(column.sql_type);
  }
  return sql + "}";
}

// DuckDB drops columns that the first of several files does not have.
std::string union_option(const FileRequest& request) {
  return request.paths.size() > 1 && !has_option(request, "union_by_name") ? ", union_by_name = true" : "";
}

// A type inferred from the first rows changes later values without a word: DuckDB rounds 1.5 to the BIGINT 2, cuts the
// time off a timestamp, and drops keys of JSON that come later.
bool infers_from_all_rows(const FileRequest& request) {
  return infers_types(request) && !has_option(request, "sample_size");
}

std::string written(const std::string& option, const std::string& value) {
  return fmt::format(", {} = {}", option, value);
}

std::string csv_reader(const FileRequest& request, const RejectTables* rejects) {
  std::string sql = "read_csv(" + quote_paths(request.paths);
  for (const auto& [name, value] : request.options) {
    // Files that are read together with rejects have the same columns; DuckDB refuses the two together.
    if (rejects != nullptr && name == "union_by_name") continue;
    // `auto` leaves the choice to DuckDB's sniffer; without an option a comma is a comma.
    if (lower_name(value) != "'auto'") sql += written(name, value);
  }
  // What is not written the sniffer would choose, so that as many rows as possible look well-formed: a row with one
  // field more would become the header, and the rows above it be skipped.
  if (!has_option(request, "delim")) sql += ", delim = ','";
  if (!has_option(request, "quote")) sql += ", quote = '\"'";
  if (!has_option(request, "escape")) sql += ", escape = '\"'";
  if (!has_option(request, "header")) sql += ", header = true";
  if (!has_option(request, "skip")) sql += ", skip = 0";
  if (!has_option(request, "comment")) sql += ", comment = ''";
  if (!request.columns.empty()) {
    sql += ", columns = " + column_map(request.columns);
  } else {
    if (request.text_columns) sql += ", all_varchar = true";
    if (infers_from_all_rows(request)) sql += ", sample_size = -1";
    if (!request.types.empty()) sql += ", types = " + column_map(request.types);
    // DuckDB keeps rejects only of files that all have the columns of the first.
    if (rejects == nullptr) sql += union_option(request);
  }
  if (rejects != nullptr) {
    sql += fmt::format(", store_rejects = true, rejects_limit = {}, rejects_table = {}, rejects_scan = {}",
                       rejects->most, quote_text(rejects->errors), quote_text(rejects->scans));
  }
  return sql + ")";
}

// DuckDB takes time by the square of the levels to infer a type, and Parquet's readers have limits of their own: deeper
// values are text.
constexpr const char* kInferredDepth = "32";

std::string json_reader(const FileRequest& request) {
  std::string sql = "read_json(" + quote_paths(request.paths) + ", format = 'newline_delimited', records = true";
  if (!has_option(request, "maximum_depth")) sql += std::string(", maximum_depth = ") + kInferredDepth;
  for (const auto& [name, value] : request.options)
    sql += written(name, value);
  if (!request.columns.empty()) sql += ", columns = " + column_map(request.columns);
  if (infers_from_all_rows(request)) sql += ", sample_size = -1, maximum_sample_files = -1";
  return sql + ")";
}

std::string parquet_reader(const FileRequest& request) {
  std::string sql = "read_parquet(" + quote_paths(request.paths);
  for (const auto& [name, value] : request.options)
    sql += written(name, value);
  return sql + union_option(request) + ")";
}

}  // namespace

bool has_option(const FileRequest& request, std::string_view name) {
  for (const auto& [option, value] : request.options) {
    if (option == name) return true;
  }
  return false;
}

std::string option_or(const FileRequest& request, std::string_view name, std::string fallback) {
  for (const auto& [option, value] : request.options) {
    if (option == name) return value;
  }
  return fallback;
}

void set_option(FileRequest* request, const std::string& name, std::string value) {
  std::erase_if(request->options, [&](const auto& option) { return option.first == name; });
  request->options.emplace_back(name, std::move(value));
}

bool has_header(const FileRequest& request) { return option_or(request, "header", "true") != "false"; }

bool infers_types(const FileRequest& request) {
  return request.columns.empty() && !request.text_columns && request.format != FileFormat::kParquet;
}

Result<FileRequest> parse_file_request(const json::object& request) {
  FileRequest result;
  const std::string format = FLOE_TRY(require_string(request, "format"));
  result.format = FLOE_TRY(parse_format(format));
  const json::array* paths = FLOE_TRY(require_array(request, "paths"));
  for (const json::value& path : *paths) {
    if (!path.is_string()) return fail(ErrorCode::kInvalidArgument, "`paths` is a list of paths");
    result.paths.emplace_back(to_view(path.get_string()));
  }
  if (result.paths.empty()) return fail(ErrorCode::kInvalidArgument, "`paths` is empty");
  if (const json::object* options = get_object(request, "options")) {
    for (const auto& [key, value] : *options) {
      if (value.is_null()) continue;
      const std::string name = FLOE_TRY(known_option(result.format, {key.data(), key.size()}));
      const std::string text = FLOE_TRY(option_value({key.data(), key.size()}, value));
      result.options.emplace_back(name, text);
    }
  }
  result.text_columns = get_bool_or(request, "text_columns", false);
  result.by_position = get_bool_or(request, "by_position", false);
  FLOE_TRY(parse_file_columns(request, &result));
  const std::string on_error = get_string_or(request, "on_error", "fail");
  if (on_error != "fail" && on_error != "rejects") {
    return failf(ErrorCode::kInvalidArgument, "unknown on_error `{}`; known are fail, rejects", on_error);
  }
  result.rejects = on_error == "rejects";
  result.finds_inexact = get_bool_or(request, "find_inexact", false);
  return result;
}

Result<std::string> reader_sql(const FileRequest& request, const RejectTables* rejects) {
  switch (request.format) {
    case FileFormat::kCsv:
      return csv_reader(request, rejects);
    case FileFormat::kJsonLines:
      return json_reader(request);
    case FileFormat::kParquet:
      break;
  }
  return parquet_reader(request);
}

}  // namespace floe::duckdb_compute
