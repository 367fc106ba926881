#include "scan_sql.hpp"

#include "sql_text.hpp"
#include "stored_value.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace floe::duckdb_compute {
namespace {

// Files that one read_parquet can read.
struct FileGroup {
  std::vector<std::string> paths;
  const FileLayout* layout = nullptr;  // null: as the columns say
  const std::vector<Constant>* constants = nullptr;
};

bool is_missing(const FileLayout* layout, const Column& column) {
  return layout != nullptr && find_field(layout->columns, column.id) == nullptr;
}

const Constant* find_constant(const FileGroup& group, const Column& column) {
  const auto found = std::find_if(group.constants->begin(), group.constants->end(),
                                  [&](const Constant& constant) { return constant.field_id == column.id; });
  return found == group.constants->end() ? nullptr : &*found;
}

// Equal for files of one layout that need the same SELECT.
std::string fingerprint(const std::vector<Column>& columns, const FileGroup& file) {
  std::string key;
  for (const Column& column : columns) {
    if (!is_missing(file.layout, column)) continue;
    const Constant* constant = find_constant(file, column);
    if (constant != nullptr) key += std::to_string(column.id) + (constant->is_null ? "~" : "=" + constant->text) + '\n';
  }
  return key;
}

// DuckDB would take folders named `x=1` for columns.
constexpr std::string_view kReaderOptions = ", hive_partitioning = false, union_by_name = false";

class ScanWriter {
 public:
  ScanWriter(const std::vector<Column>& columns, Positions positions) : columns_(columns), positions_(positions) {}

  Result<std::string> select(const FileGroup& group) {
    std::string map;
    std::string list;
    for (const Column& column : columns_) {
      if (!list.empty()) list += ", ";
      const std::string item = FLOE_TRY(item_of(column, group, &map).with_context("the column `" + column.name + "`"));
      list += item + " AS " + quote_name(column.name);
    }
    if (positions_ == Positions::kFileAndRow) list += ", filename AS floe_file, file_row_number AS floe_row";
    std::string sql = "SELECT " + list + " FROM read_parquet(" + quote_paths(group.paths);
    sql += kReaderOptions;
    // Without any column by id (all are constants) the file gives only its row count.
    if (!map.empty()) sql += ", schema = MAP {" + map + "}";
    return sql + ")";
  }

  std::string empty() {
    std::string list;
    for (const Column& column : columns_) {
      if (!list.empty()) list += ", ";
      list += "CAST(NULL AS " + column.sql_type + ") AS " + quote_name(column.name);
    }
    if (positions_ == Positions::kFileAndRow) {
      list += ", CAST(NULL AS VARCHAR) AS floe_file, CAST(NULL AS BIGINT) AS floe_row";
    }
    return "SELECT " + list + " WHERE false";
  }

 private:
  static std::string cast_back(const Column& column, std::string expression) {
    if (column.sql_type == column.storage) return expression;
    return "CAST(" + expression + " AS " + column.sql_type + ")";
  }

  static Result<std::string> missing_item(const Column& column, const FileGroup& group) {
    const Constant* constant = find_constant(group, column);
    if (constant == nullptr) return missing_value(column.type, column.initial_default);
    if (constant->is_null) return missing_value(column.type, std::nullopt);
    return value_literal(column.type, constant->text);
  }

  Result<std::string> item_of(const Column& column, const FileGroup& group, std::string* map) {
    if (is_missing(group.layout, column)) {
      const std::string value = FLOE_TRY(missing_item(column, group));
      return cast_back(column, value);
    }
    StoredValue value{column.storage, quote_name(column.name)};
    bool by_name = false;
    if (group.layout != nullptr) {
      const IcebergField& field = *find_field(group.layout->columns, column.id);
      const auto& unsafe = group.layout->nan_unsafe;
      by_name = group.layout->by_name;
      const StoredColumn stored{&column.type, &field.type, by_name,
                                std::find(unsafe.begin(), unsafe.end(), column.id) != unsafe.end()};
      value = FLOE_TRY(stored_value(stored, quote_name(by_name ? field.name : column.name)));
    }
    if (!by_name) {
      if (!map->empty()) *map += ", ";
      *map += fmt::format("{}: {{name: {}, type: {}, default_value: NULL}}", column.id, quote_text(column.name),
                          quote_text(value.read_type));
    }
    return cast_back(column, std::move(value.expression));
  }

  const std::vector<Column>& columns_;
  Positions positions_;
};

Status check_columns(const std::vector<Column>& columns) {
  std::map<std::string, const Column*> names;
  for (const Column& column : columns) {
    if (column.id < 0) return failf(ErrorCode::kInvalidArgument, "the column `{}` has no field id", column.name);
    if (!names.emplace(lower_name(column.name), &column).second) {
      return failf(ErrorCode::kUnsupported,
                   "two columns are named `{}` but for case; DuckDB cannot tell them apart: rename one", column.name);
    }
  }
  return ok();
}

std::vector<FileGroup> group_files(const std::vector<Column>& columns, const std::vector<DataFile>& files) {
  std::vector<FileGroup> groups;
  std::map<std::pair<const FileLayout*, std::string>, std::size_t> known;
  for (const DataFile& file : files) {
    FileGroup group{{}, file.layout.get(), &file.constants};
    const auto [found, is_new] = known.emplace(std::pair(group.layout, fingerprint(columns, group)), groups.size());
    if (is_new) groups.push_back(std::move(group));
    groups[found->second].paths.push_back(file.path);
  }
  return groups;
}

}  // namespace

Result<std::string> iceberg_scan_sql(const std::vector<Column>& columns, const std::vector<DataFile>& files,
                                     Positions positions) {
  FLOE_TRY(check_columns(columns));
  ScanWriter writer(columns, positions);
  if (files.empty()) return writer.empty();
  std::string sql;
  for (const FileGroup& group : group_files(columns, files)) {
    if (!sql.empty()) sql += "\nUNION ALL\n";
    sql += FLOE_TRY(writer.select(group));
  }
  return sql;
}

}  // namespace floe::duckdb_compute
