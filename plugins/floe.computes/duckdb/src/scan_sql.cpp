#include "scan_sql.hpp"

#include "nested_projection.hpp"
#include "sql_text.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <map>

namespace floe::duckdb_compute {
namespace {

// Files that one read_parquet can read.
struct FileGroup {
  std::vector<std::string> paths;
  const FileLayout* layout = nullptr;  // null: nothing of it matters
  const std::vector<Constant>* constants = nullptr;
};

const LayoutNode* find_column(const FileLayout& layout, std::int32_t id) {
  const auto found = std::find_if(layout.begin(), layout.end(), [&](const LayoutNode& node) { return node.id == id; });
  return found == layout.end() ? nullptr : &*found;
}

const Constant* find_constant(const FileGroup& group, const Column& column) {
  if (group.constants == nullptr || group.layout == nullptr) return nullptr;
  if (find_column(*group.layout, column.id) != nullptr) return nullptr;
  const auto found = std::find_if(group.constants->begin(), group.constants->end(),
                                  [&](const Constant& constant) { return constant.field_id == column.id; });
  return found == group.constants->end() ? nullptr : &*found;
}

void append_shape(const LayoutNode& node, std::string* out) {
  *out += std::to_string(node.id);
  *out += ':';
  *out += node.name;
  *out += '(';
  for (const LayoutNode& child : node.children)
    append_shape(child, out);
  *out += ')';
}

// Equal for files that need the same SELECT.
std::string fingerprint(const std::vector<Column>& columns, const FileGroup& file) {
  std::string key;
  for (const Column& column : columns) {
    if (const Constant* constant = find_constant(file, column)) {
      key += std::to_string(column.id) + (constant->is_null ? "~" : "=" + constant->text) + '\n';
    } else if (const LayoutNode* node = find_column(*file.layout, column.id); node != nullptr && column.type.nested()) {
      append_shape(*node, &key);
    }
  }
  return key;
}

bool layouts_matter(const std::vector<Column>& columns, const std::vector<DataFile>& files) {
  return std::any_of(columns.begin(), columns.end(), [](const Column& column) { return column.type.nested(); }) ||
         std::any_of(files.begin(), files.end(), [](const DataFile& file) { return !file.constants.empty(); });
}

class ScanWriter {
 public:
  ScanWriter(const std::vector<Column>& columns, Positions positions) : columns_(columns), positions_(positions) {}

  Result<std::string> select(const FileGroup& group) {
    std::string map;
    std::string list;
    for (const Column& column : columns_) {
      if (!list.empty()) list += ", ";
      const std::string item = FLOE_TRY(item_of(column, group, &map));
      list += item + " AS " + quote_name(column.name);
    }
    if (positions_ == Positions::kFileAndRow) list += ", filename AS floe_file, file_row_number AS floe_row";
    std::string sql = "SELECT " + list + " FROM read_parquet(" + quote_paths(group.paths);
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

  Result<std::string> item_of(const Column& column, const FileGroup& group, std::string* map) {
    if (const Constant* constant = find_constant(group, column)) {
      return cast_back(column, constant_literal(column, *constant));
    }
    const LayoutNode* node = group.layout != nullptr ? find_column(*group.layout, column.id) : nullptr;
    std::string read_type = column.storage;
    std::string expression = quote_name(column.name);
    if (node != nullptr && column.type.nested() && !same_by_name(column.type, *node)) {
      Projection projection = FLOE_TRY(project_nested(column.type, *node, quote_name(column.name)));
      read_type = std::move(projection.read_type);
      expression = std::move(projection.expression);
    }
    if (!map->empty()) *map += ", ";
    *map += fmt::format("{}: {{name: {}, type: {}, default_value: NULL}}", column.id, quote_text(column.name),
                        quote_text(read_type));
    return cast_back(column, std::move(expression));
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

}  // namespace

std::string constant_literal(const Column& column, const Constant& constant) {
  if (constant.is_null) return "CAST(NULL AS " + column.storage + ")";
  if (column.storage == "BLOB") return "from_hex(" + quote_text(constant.text) + ")";
  return "CAST(" + quote_text(constant.text) + " AS " + column.storage + ")";
}

Result<std::string> iceberg_scan_sql(Runner& runner, LayoutCache& layouts, const std::vector<Column>& columns,
                                     const std::vector<DataFile>& files, Positions positions) {
  FLOE_TRY(check_columns(columns));
  ScanWriter writer(columns, positions);
  if (files.empty()) return writer.empty();
  std::vector<std::string> paths;
  paths.reserve(files.size());
  for (const DataFile& file : files)
    paths.push_back(file.path);
  if (!layouts_matter(columns, files)) return writer.select(FileGroup{std::move(paths), nullptr, nullptr});

  const auto known = FLOE_TRY(layouts.load(runner, paths));
  std::vector<FileGroup> groups;
  std::map<std::string, std::size_t> by_shape;
  for (std::size_t i = 0; i < files.size(); ++i) {
    FileGroup file{{}, known[i].get(), &files[i].constants};
    const auto [found, is_new] = by_shape.emplace(fingerprint(columns, file), groups.size());
    if (is_new) groups.push_back(std::move(file));
    groups[found->second].paths.push_back(files[i].path);
  }
  std::string sql;
  for (const FileGroup& group : groups) {
    if (!sql.empty()) sql += "\nUNION ALL\n";
    sql += FLOE_TRY(writer.select(group));
  }
  return sql;
}

}  // namespace floe::duckdb_compute
