#include "parquet_mixtures.hpp"

#include "methods.hpp"
#include "sql_text.hpp"

#include "base/fail.hpp"

#include <map>

namespace floe::duckdb_compute {
namespace {

// A file for each type that a column has.
using FilesOfTypes = std::map<std::string, std::string>;

const std::string* file_of(const FilesOfTypes& files, std::initializer_list<const char*> types) {
  for (const char* type : types) {
    if (const auto found = files.find(type); found != files.end()) return &found->second;
  }
  return nullptr;
}

Error mixture(const std::string& column, const std::string& one, const std::string& other, std::string_view what) {
  return failf(ErrorCode::kData,
               "column `{}` of `{}` and of `{}` has {}; write the files with one type, or load them as two sources",
               column, one, other, what)
      .with_detail("floe.column", column);
}

Result<std::map<std::string, FilesOfTypes>> types_of_columns(Statement& statement, const FileRequest& request) {
  std::map<std::string, FilesOfTypes> columns;
  FileRequest one = request;
  for (const std::string& path : request.paths) {
    one.paths = {path};
    const std::string reader = FLOE_TRY(reader_sql(one, nullptr));
    for (const QueryColumn& column : FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader)))
      columns[lower_name(column.name)].emplace(sql_name(column.type), path);
  }
  return columns;
}

Status check_numbers(Statement& statement, const std::string& table, const std::string& column,
                     const FilesOfTypes& files) {
  constexpr const char* kFirstLarge = "9007199254740992";  // 2^53: from here on a DOUBLE lacks whole numbers
  const std::string* whole = file_of(files, {"BIGINT", "UBIGINT", "HUGEINT"});
  const std::string* real = file_of(files, {"DOUBLE", "FLOAT"});
  if (whole == nullptr || real == nullptr) return ok();
  const Rows large = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + quote_name(table) + " WHERE abs(" +
                                                     quote_name(column) + ") >= " + kFirstLarge));
  if (large.integer(0, 0) == 0) return ok();
  return mixture(column, *whole, *real, "whole numbers that a DOUBLE does not have, and DOUBLE");
}

}  // namespace

Status check_parquet_mixtures(Statement& statement, const FileRequest& request, const json::object& staged) {
  if (request.paths.size() == 1 || !request.columns.empty()) return ok();
  const auto columns = FLOE_TRY(types_of_columns(statement, request));
  for (const auto& [column, files] : columns) {
    const std::string* moment = file_of(files, {"TIMESTAMP WITH TIME ZONE"});
    const std::string* local = file_of(files, {"TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S", "DATE"});
    if (moment != nullptr && local != nullptr)
      return mixture(column, *moment, *local, "timestamps with and without a time zone");
    FLOE_TRY(check_numbers(statement, get_string_or(staged, "name", ""), column, files));
  }
  return ok();
}

}  // namespace floe::duckdb_compute
