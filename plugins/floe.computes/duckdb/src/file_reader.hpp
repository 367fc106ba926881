// Raw files (CSV, JSON lines, Parquet): the request, and the table function that reads them.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boost::json {
class object;
}  // namespace boost::json

namespace floe::duckdb_compute {

enum class FileFormat : std::uint8_t { kCsv, kJsonLines, kParquet };

struct FileColumn {
  std::string name;
  std::string sql_type;
};

struct FileRequest {
  FileFormat format = FileFormat::kCsv;
  std::vector<std::string> paths;
  std::vector<std::pair<std::string, std::string>> options;  // of the reader: name, SQL text
  std::vector<FileColumn> columns;                           // empty = inferred
  std::vector<std::string> text_names;                       // inferred columns that are text all the same; CSV
  bool text_columns = false;
  bool rejects = false;
};

Result<FileRequest> parse_file_request(const boost::json::object& request);

bool has_option(const FileRequest& request, std::string_view name);

// Where read_csv puts rows it cannot take.
struct RejectTables {
  std::string errors;
  std::string scans;
};

// `read_csv([...], ...)`; `rejects` only for CSV.
Result<std::string> reader_sql(const FileRequest& request, const RejectTables* rejects);

}  // namespace floe::duckdb_compute
