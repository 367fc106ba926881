#include "read/path_columns.hpp"

#include "engine/methods.hpp"
#include "engine/raw_lines.hpp"
#include "sql/sql_text.hpp"

#include <fmt/format.h>

namespace floe::duckdb_compute {
namespace {

std::string option_text(const FileRequest& request, const char* name) {
  return has_option(request, name) ? fmt::format(", {} = {}", name, option_or(request, name, "")) : "";
}

}  // namespace

Result<std::vector<FileColumn>> path_columns(Statement& statement, const FileRequest& request) {
  const std::string reader = raw_lines(request, request.paths, longest_line(request),
                                       option_text(request, "filename") + option_text(request, "hive_partitioning"));
  std::vector<FileColumn> columns;
  for (const QueryColumn& column : FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader))) {
    if (column.name != "content") columns.push_back({column.name, sql_name(column.type)});
  }
  return columns;
}

// The types of one file alone may be others: `y=07` of a file beside `y=x`.
std::string path_options(const FileRequest& request, const std::vector<FileColumn>& columns) {
  if (columns.empty()) return ", hive_partitioning = false";
  return option_text(request, "filename") + option_text(request, "hive_partitioning") + ", hive_types_autocast = false";
}

}  // namespace floe::duckdb_compute
