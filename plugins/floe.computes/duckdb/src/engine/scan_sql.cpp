#include "engine/scan_sql.hpp"

#include "sql/sql_text.hpp"
#include "sql/stored_value.hpp"
#include "sql/unused_name.hpp"

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
  ScanWriter(const std::vector<Column>& columns, const std::optional<PositionNames>& positions)
      : columns_(columns), positions_(positions) {}

  Result<std::string> select(const FileGroup& group) {
    std::string map;
    std::string list;
    for (const Column& column : columns_) {
      if (!list.empty()) list += ", ";
      const std::string item = FLOE_TRY(item_of(column, group, &map).with_context("the column `" + column.name + "`"));
      list += item + " AS " + quote_name(column.name);
    }
    const std::string path_name = free_path_name(group);
    std::string sql = "SELECT " + list + position_items(quote_name(path_name), std::string(kRowNumber)) +
                      " FROM read_parquet(" + quote_paths(group.paths);
    sql += kReaderOptions;
    if (positions_) {
      FLOE_TRY(check_row_numbers(group));
      if (map.empty() && (group.layout == nullptr || !group.layout->by_name)) map = no_columns();
      sql += ", filename = " + quote_text(path_name);
    }
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
    return "SELECT " + list + position_items("CAST(NULL AS VARCHAR)", "CAST(NULL AS BIGINT)") + " WHERE false";
  }

 private:
  // DuckDB gives the numbers of a file's rows under this name, unless a column that is read has it.
  static constexpr std::string_view kRowNumber = "file_row_number";

  [[nodiscard]] std::string position_items(const std::string& file, const std::string& row) const {
    if (!positions_) return {};
    return ", " + file + " AS " + quote_name(positions_->file) + ", " + row + " AS " + quote_name(positions_->row);
  }

  [[nodiscard]] std::vector<std::string> column_names() const {
    std::vector<std::string> names;
    names.reserve(columns_.size());
    for (const Column& column : columns_)
      names.push_back(column.name);
    return names;
  }

  // Of the column that says the file: neither a column of the table nor one of the files has it.
  [[nodiscard]] std::string free_path_name(const FileGroup& group) const {
    std::vector<std::string> taken = column_names();
    if (group.layout != nullptr) {
      for (const IcebergField& field : group.layout->columns)
        taken.push_back(field.name);
    }
    return unused_name("floe_path", taken);
  }

  // A column that the file lacks is all that is read of it: one that it has could hide the row numbers.
  [[nodiscard]] std::string no_columns() const {
    return fmt::format("{}: {{name: {}, type: 'INTEGER', default_value: NULL}}", columns_.front().id,
                       quote_text(unused_name("floe_column", column_names())));
  }

  // What the file's column is named as it is read by id.
  [[nodiscard]] std::string read_name(const Column& column) const {
    if (!positions_ || lower_name(column.name) != kRowNumber) return column.name;
    return unused_name("floe_column", column_names());
  }

  static Status check_row_numbers(const FileGroup& group) {
    if (group.layout == nullptr || !group.layout->by_name) return ok();
    for (const IcebergField& field : group.layout->columns) {
      if (lower_name(field.name) != kRowNumber) continue;
      return failf(ErrorCode::kUnsupported,
                   "`{}` has a column `{}` and no field ids, so DuckDB cannot number its rows; write the table anew "
                   "(`floe run --full-refresh`) or rename the column",
                   group.paths.front(), field.name);
    }
    return ok();
  }

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
    const std::string name = read_name(column);
    StoredValue value{column.storage, quote_name(name)};
    bool by_name = false;
    if (group.layout != nullptr) {
      const IcebergField& field = *find_field(group.layout->columns, column.id);
      const auto& unsafe = group.layout->nan_unsafe;
      by_name = group.layout->by_name;
      const StoredColumn stored{&column.type, &field.type, by_name,
                                std::find(unsafe.begin(), unsafe.end(), column.id) != unsafe.end()};
      value = FLOE_TRY(stored_value(stored, quote_name(by_name ? field.name : name)));
    }
    if (!by_name) {
      if (!map->empty()) *map += ", ";
      *map += fmt::format("{}: {{name: {}, type: {}, default_value: NULL}}", column.id, quote_text(name),
                          quote_text(value.read_type));
    }
    return cast_back(column, std::move(value.expression));
  }

  const std::vector<Column>& columns_;
  const std::optional<PositionNames>& positions_;
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
                                     const std::optional<PositionNames>& positions) {
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
