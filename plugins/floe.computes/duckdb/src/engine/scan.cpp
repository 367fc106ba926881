#include "engine/scan.hpp"

#include "engine/file_reader.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

namespace floe::duckdb_compute {
namespace {

Result<const json::object*> object_of(const json::value& value, std::string_view what) {
  const json::object* object = value.if_object();
  if (object == nullptr) return failf(ErrorCode::kInvalidArgument, "{} is not an object", what);
  return object;
}

Result<ScanKind> parse_kind(const std::string& text) {
  if (text == "iceberg") return ScanKind::kIceberg;
  if (text == "files") return ScanKind::kFiles;
  if (text == "view") return ScanKind::kView;
  if (text == "native") return ScanKind::kNative;
  if (text == "refused") return ScanKind::kRefused;
  return failf(ErrorCode::kInvalidArgument,
               "unknown kind of scan `{}`; known are iceberg, files, view, native, refused", text);
}

Result<Column> parse_column(const json::value& value) {
  const json::object* object = FLOE_TRY(object_of(value, "a column"));
  const json::value* type = object->if_contains("type");
  if (type == nullptr) return fail(ErrorCode::kInvalidArgument, "a column has no `type`");
  Column column;
  column.id = static_cast<std::int32_t>(get_int(*object, "id").value_or(-1));
  column.name = FLOE_TRY(require_string(*object, "name"));
  column.type = FLOE_TRY(parse_iceberg_type(*type));
  column.required = get_bool_or(*object, "required", false);
  column.storage = FLOE_TRY(storage_sql(column.type).with_context("column `" + column.name + "`"));
  column.sql_type = get_string_or(*object, "sql_type", column.storage);
  if (column.sql_type.empty()) column.sql_type = column.storage;
  if (const json::value* initial = object->if_contains("initial_default")) column.initial_default = to_json(*initial);
  return column;
}

// The columns of a relation that cannot be read: one whose type is not known here is text.
std::string placeholders(const json::object& scan) {
  std::string list;
  const json::array* columns = get_array(scan, "columns");
  if (columns == nullptr || columns->empty()) return "NULL AS refused";
  for (const json::value& entry : *columns) {
    const auto column = parse_column(entry);
    const json::object* object = entry.if_object();
    const std::string name = object == nullptr ? std::string() : get_string_or(*object, "name", "");
    if (!list.empty()) list += ", ";
    list += "CAST(NULL AS " + (column ? column->sql_type : "VARCHAR") + ") AS " + quote_name(name);
  }
  return list;
}

Result<Scan> parse_scan(const json::value& value) {
  const json::object* object = FLOE_TRY(object_of(value, "a scan"));
  const json::value* relation = object->if_contains("relation");
  if (relation == nullptr) return fail(ErrorCode::kInvalidArgument, "a scan has no `relation`");
  Scan scan;
  RelationName name = FLOE_TRY(parse_relation(*relation));
  scan.schema = std::move(name.schema);
  scan.name = std::move(name.name);
  const std::string kind = FLOE_TRY(require_string(*object, "kind"));
  scan.kind = FLOE_TRY(parse_kind(kind));
  scan.key = get_string_or(*object, "key", "");
  scan.is_private = get_bool_or(*object, "private", false);
  scan.is_prunable = get_bool_or(*object, "prunable", false);
  scan.is_pruned = get_bool_or(*object, "pruned", false);
  scan.has_files = get_array(*object, "files") != nullptr;
  switch (scan.kind) {
    case ScanKind::kIceberg: {
      const json::value* columns = object->if_contains("columns");
      if (columns == nullptr) return failf(ErrorCode::kInvalidArgument, "the scan of `{}` has no `columns`", scan.name);
      scan.columns = FLOE_TRY(parse_columns(*columns));
      scan.files = FLOE_TRY(parse_files(*object));
      break;
    }
    case ScanKind::kView:
      scan.sql = FLOE_TRY(require_string(*object, "sql"));
      break;
    case ScanKind::kFiles: {
      const FileRequest request = FLOE_TRY(parse_file_request(*object));
      scan.reader = FLOE_TRY(reader_sql(request, nullptr));
      break;
    }
    case ScanKind::kRefused: {
      const std::string message = FLOE_TRY(require_string(*object, "message"));
      scan.sql = "SELECT " + placeholders(*object) + " WHERE error(" + quote_text(message) + ") IS NULL";
      break;
    }
    case ScanKind::kNative:
      break;
  }
  return scan;
}

std::string constant_text(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string(to_view(*text));
  return to_json(value);
}

Result<std::vector<Constant>> parse_constants(const json::object& object) {
  std::vector<Constant> constants;
  const json::object* values = get_object(object, "constants");
  if (values == nullptr) return constants;
  for (const auto& [key, entry] : *values) {
    Constant constant;
    constant.field_id = std::atoi(std::string(key).c_str());
    constant.is_null = entry.is_null();
    constant.text = constant_text(entry);
    constants.push_back(std::move(constant));
  }
  return constants;
}

Result<DataFile> parse_file(const json::value& value, const std::vector<FileLayoutPtr>& layouts) {
  const json::object* object = FLOE_TRY(object_of(value, "a file"));
  DataFile file;
  file.path = FLOE_TRY(require_string(*object, "path"));
  file.rows = get_int(*object, "record_count").value_or(-1);
  file.constants = FLOE_TRY(parse_constants(*object));
  const std::optional<std::int64_t> layout = get_int(*object, "layout");
  if (!layout) return file;
  if (*layout < 0 || static_cast<std::size_t>(*layout) >= layouts.size()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` has the layout {}, and there are {}", file.path, *layout,
                 layouts.size());
  }
  file.layout = layouts[static_cast<std::size_t>(*layout)];
  return file;
}

}  // namespace

Result<RelationName> parse_relation(const json::value& relation) {
  const json::object* object = FLOE_TRY(object_of(relation, "a relation"));
  const std::string database = get_string_or(*object, "database", "floe");
  if (lower_name(database) != "floe") {
    return failf(ErrorCode::kInvalidArgument, "relations are bound in the database `floe`, not in `{}`", database);
  }
  RelationName result;
  result.schema = get_string_or(*object, "schema", "main");
  if (result.schema.empty()) result.schema = "main";
  result.name = FLOE_TRY(require_string(*object, "name"));
  result.is_pruned = get_bool_or(*object, "pruned", false);
  return result;
}

Result<std::vector<RelationName>> parse_relations(std::string_view json_text) {
  const json::value parsed = FLOE_TRY(parse_json(json_text));
  const json::array* list = parsed.if_array();
  if (list == nullptr) return fail(ErrorCode::kInvalidArgument, "relations are not an array");
  std::vector<RelationName> relations;
  for (const json::value& entry : *list)
    relations.push_back(FLOE_TRY(parse_relation(entry)));
  return relations;
}

Result<std::vector<Column>> parse_columns(const json::value& columns) {
  const json::array* list = columns.if_array();
  if (list == nullptr || list->empty()) return fail(ErrorCode::kInvalidArgument, "`columns` is not a list of columns");
  std::vector<Column> result;
  result.reserve(list->size());
  for (const json::value& entry : *list)
    result.push_back(FLOE_TRY(parse_column(entry)));
  return result;
}

Result<std::vector<DataFile>> parse_files(const json::object& scan) {
  std::vector<DataFile> result;
  const json::array* list = get_array(scan, "files");
  if (list == nullptr) return result;
  std::vector<FileLayoutPtr> layouts;
  if (const json::value* known = scan.if_contains("layouts")) layouts = FLOE_TRY(parse_layouts(*known));
  result.reserve(list->size());
  for (const json::value& entry : *list)
    result.push_back(FLOE_TRY(parse_file(entry, layouts)));
  return result;
}

Result<std::vector<Scan>> parse_scans(std::string_view json_text) {
  const json::value parsed = FLOE_TRY(parse_json(json_text));
  const json::array* list = parsed.if_array();
  if (list == nullptr) return fail(ErrorCode::kInvalidArgument, "scans are not an array");
  std::vector<Scan> scans;
  scans.reserve(list->size());
  for (const json::value& entry : *list)
    scans.push_back(FLOE_TRY(parse_scan(entry)));
  return scans;
}

}  // namespace floe::duckdb_compute
