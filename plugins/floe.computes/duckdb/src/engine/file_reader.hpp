// Raw files (CSV, JSON lines, Parquet): the request, and the table function that reads them.
#pragma once

#include "engine/duck_type.hpp"

#include "base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boost::json {
class object;  // NOLINT(readability-identifier-naming): Boost names it
}  // namespace boost::json

namespace floe::duckdb_compute {

enum class FileFormat : std::uint8_t { kCsv, kJsonLines, kParquet };

struct FileColumn {
  std::string name;
  std::string sql_type;
};

// What a CSV file says before its first row.
struct CsvHead {
  std::string record;           // the header, or the first row; empty where it is not known
  std::size_t blank_lines = 0;  // before it
  // What else DuckDB must be told to find the end of the record: name and SQL text, or nothing.
  std::pair<std::string, std::string> option;
  bool is_open = false;           // a quote in the record is never closed
  bool has_mark = false;          // a byte order mark is before it
  bool is_empty = false;          // there is no record
  bool has_other_blanks = false;  // the blank lines end in another newline than the record
  std::string rows;               // the beginning of what follows a header that several delimiters may delimit
};

struct FileRequest {
  FileFormat format = FileFormat::kCsv;
  std::vector<std::string> paths;
  std::vector<CsvHead> heads;                                // of the CSV files, when they were looked at
  std::vector<std::pair<std::string, std::string>> options;  // of the reader: name, SQL text
  std::vector<FileColumn> columns;                           // empty = inferred
  std::vector<FileColumn> types;                             // of CSV columns by their names; the others are inferred
  std::vector<std::string> path_columns;                     // of JSON lines, taken besides `columns`
  // What `columns` are converted to after they were read as their types, by their names in lower case.
  std::map<std::string, DuckType> conversions;
  std::string select = "*";  // what is taken of the columns that the reader gives
  bool text_columns = false;
  bool by_position = false;  // `columns` are those of the file in its order, whatever its header says
  bool rejects = false;
  bool finds_inexact = false;  // values that the types of `columns` change
};

Result<FileRequest> parse_file_request(const boost::json::object& request);

bool has_option(const FileRequest& request, std::string_view name);
// SQL text.
std::string option_or(const FileRequest& request, std::string_view name, std::string fallback);
void set_option(FileRequest* request, const std::string& name, std::string value);  // SQL text
// Of a CSV file.
bool has_header(const FileRequest& request);
// Types are found out by looking at the values.
bool infers_types(const FileRequest& request);

// Where read_csv puts rows it cannot take.
struct RejectTables {
  std::string errors;
  std::string scans;
  std::int64_t most = 0;  // errors of a file that are kept; 0 for all
};

// `read_csv([...], ...)`; `rejects` only for CSV.
Result<std::string> reader_sql(const FileRequest& request, const RejectTables* rejects);

}  // namespace floe::duckdb_compute
