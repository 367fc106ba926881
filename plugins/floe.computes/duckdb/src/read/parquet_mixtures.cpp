#include "read/parquet_mixtures.hpp"

#include "convert/number_changes.hpp"
#include "engine/methods.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace floe::duckdb_compute {
namespace {

struct FilesOfType {
  DuckType type;
  std::vector<std::string> paths;
};

// Of a column, by the name of the type.
using FilesOfTypes = std::map<std::string, FilesOfType>;

const std::string* file_of(const FilesOfTypes& files, std::initializer_list<const char*> types) {
  for (const char* type : types) {
    if (const auto found = files.find(type); found != files.end()) return &found->second.paths.front();
  }
  return nullptr;
}

Error mixture(const std::string& column, const std::string& one, const std::string& other, std::string_view what) {
  return failf(ErrorCode::kData,
               "column `{}` of `{}` and of `{}` has {}; write the files with one type, or load them as two sources",
               column, one, other, what)
      .with_detail("floe.column", column);
}

void add_file(FilesOfType* files, const DuckType& type, const std::string& path) {
  files->type = type;
  files->paths.push_back(path);
}

Result<std::map<std::string, FilesOfTypes>> types_of_columns(Statement& statement, const FileRequest& request) {
  std::map<std::string, FilesOfTypes> columns;
  FileRequest one = request;
  for (const std::string& path : request.paths) {
    one.paths = {path};
    const std::string reader = FLOE_TRY(reader_sql(one, nullptr));
    for (const QueryColumn& column : FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader)))
      add_file(&columns[lower_name(column.name)][sql_name(column.type)], column.type, path);
  }
  return columns;
}

// Values of these files that are others in the type that DuckDB gives the column of all files, `common`.
Result<std::int64_t> count_changed(Statement& statement, FileRequest request, const std::string& column,
                                   const std::string& type, const std::string& common,
                                   const std::vector<std::string>& paths) {
  request.paths = paths;
  const std::string name = quote_name(column);
  const std::string back = "TRY_CAST(TRY_CAST(" + name + " AS " + common + ") AS " + type + ")";
  const std::string reader = FLOE_TRY(reader_sql(request, nullptr));
  const Rows changed = FLOE_TRY(statement.runner().run("SELECT count(*) FROM " + reader + " WHERE " + name +
                                                       " IS NOT NULL AND " + back + " IS DISTINCT FROM " + name));
  return changed.integer(0, 0);
}

// Values of one type are none of the other, whatever DuckDB's casts give: true is no 1, and neither bytes nor what is
// nested are the text that DuckDB writes for them.
bool is_another_kind(const DuckType& one, const DuckType& other) {
  const bool is_flag = one.id == DUCKDB_TYPE_BOOLEAN && is_number(other);
  const bool is_unlike_text = one.id == DUCKDB_TYPE_BLOB || !one.children.empty();
  // A FLOAT of 123.45 is 123.449997 to whoever reads it as a DOUBLE.
  const bool is_rounded = one.id == DUCKDB_TYPE_DECIMAL && other.id == DUCKDB_TYPE_FLOAT;
  return is_flag || is_rounded || (is_unlike_text && other.children.empty() && other.id == DUCKDB_TYPE_VARCHAR);
}

// Wherever the values lie in structs, lists and maps.
bool is_mixture(const DuckType& one, const DuckType& other) {
  if (is_another_kind(one, other) || is_another_kind(other, one)) return true;
  for (std::size_t i = 0; i < one.children.size(); ++i) {
    const DuckType* member = one.id == DUCKDB_TYPE_STRUCT ? member_named(other, one.names[i])
                             : one.id == other.id         ? &other.children[i]
                                                          : nullptr;
    if (member != nullptr && is_mixture(one.children[i], *member)) return true;
  }
  return false;
}

// DuckDB converts the files of other types before anybody sees the values.
Status check_common_type(Statement& statement, const FileRequest& request, const QueryColumn& column,
                         const FilesOfTypes& files) {
  const std::string common = sql_name(column.type);
  for (const auto& [type, own] : files) {
    if (type == common) continue;
    const bool is_lost = is_mixture(own.type, column.type) ||
                         FLOE_TRY(count_changed(statement, request, column.name, type, common, own.paths)) > 0;
    if (!is_lost) continue;
    const auto other = std::find_if(files.begin(), files.end(), [&](const auto& each) { return each.first != type; });
    return mixture(column.name, own.paths.front(), other->second.paths.front(),
                   fmt::format("{} and {}, and values that {} does not have", type, other->first, common));
  }
  return ok();
}

}  // namespace

Status check_parquet_mixtures(Statement& statement, const FileRequest& request, const json::object& staged) {
  if (request.paths.size() == 1) return ok();
  FileRequest bare = request;
  bare.columns.clear();
  bare.types.clear();
  const auto columns = FLOE_TRY(types_of_columns(statement, bare));
  const bool is_mixed =
      std::any_of(columns.begin(), columns.end(), [](const auto& column) { return column.second.size() > 1; });
  if (!is_mixed) return ok();
  const auto loaded = FLOE_TRY(table_columns(statement.runner(), get_string_or(staged, "name", "")));
  const std::string reader = FLOE_TRY(reader_sql(bare, nullptr));
  for (const QueryColumn& column : FLOE_TRY(query_columns(statement.runner(), "SELECT * FROM " + reader))) {
    const std::string name = lower_name(column.name);
    const bool is_loaded =
        std::any_of(loaded.begin(), loaded.end(), [&](const QueryColumn& one) { return lower_name(one.name) == name; });
    const auto files = columns.find(name);
    if (!is_loaded || files == columns.end() || files->second.size() == 1) continue;
    const std::string* moment = file_of(files->second, {"TIMESTAMP WITH TIME ZONE"});
    const std::string* local =
        file_of(files->second, {"TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S", "DATE"});
    if (moment != nullptr && local != nullptr)
      return mixture(name, *moment, *local, "timestamps with and without a time zone");
    FLOE_TRY(check_common_type(statement, bare, column, files->second));
  }
  return ok();
}

}  // namespace floe::duckdb_compute
