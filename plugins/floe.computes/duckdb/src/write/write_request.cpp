#include "write/write_request.hpp"

#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <array>
#include <map>

namespace floe::duckdb_compute {
namespace {

// Java reads a value of fixed length only where Parquet says so, and DuckDB does not write it that way.
Status check_storable(const IcebergType& type) {
  if (type.name.starts_with("fixed[")) {
    return failf(ErrorCode::kUnsupported, "DuckDB cannot write values of the type {} to Parquet", type.name);
  }
  for (const IcebergField& child : type.children)
    FLOE_TRY(check_storable(child.type));
  return ok();
}

constexpr std::int64_t kDefaultTargetSize = 536870912;  // write.target-file-size-bytes of the Iceberg spec

constexpr std::array<std::string_view, 7> kCompressions = {"zstd", "snappy",  "gzip",        "brotli",
                                                           "lz4",  "lz4_raw", "uncompressed"};

Result<std::string> parse_compression(const std::string& text) {
  const std::string name = text::to_lower_ascii(text);
  if (name == "none") return std::string("uncompressed");
  for (const std::string_view known : kCompressions) {
    if (name == known) return name;
  }
  return failf(ErrorCode::kInvalidArgument,
               "unknown compression `{}`; known are zstd, snappy, gzip, brotli, lz4, uncompressed", text);
}

// The schema gives ids, types and order; `columns` adds the engine's own types.
Result<std::vector<Column>> target_columns(const json::object& request) {
  std::map<std::int32_t, std::string> sql_types;
  const json::value* given = request.if_contains("columns");
  const json::object* schema = get_object(request, "schema");
  if (schema == nullptr) {
    if (given == nullptr) return fail(ErrorCode::kInvalidArgument, "a write has neither `schema` nor `columns`");
    return parse_columns(*given);
  }
  if (const json::array* list = get_array(request, "columns")) {
    for (const json::value& entry : *list) {
      const json::object* column = entry.if_object();
      if (column == nullptr) continue;
      sql_types[static_cast<std::int32_t>(get_int(*column, "id").value_or(-1))] =
          get_string_or(*column, "sql_type", "");
    }
  }
  const json::array* list = FLOE_TRY(require_array(*schema, "fields"));
  const std::vector<IcebergField> fields = FLOE_TRY(parse_iceberg_fields(*list));
  std::vector<Column> columns;
  for (const IcebergField& field : fields) {
    Column column;
    column.id = field.id;
    column.name = field.name;
    column.type = field.type;
    column.required = field.required;
    column.initial_default = field.initial_default;
    column.storage = FLOE_TRY(storage_sql(field.type).with_context("column `" + field.name + "`"));
    const auto found = sql_types.find(field.id);
    column.sql_type = found == sql_types.end() || found->second.empty() ? column.storage : found->second;
    FLOE_TRY(check_storable(column.type).with_context("column `" + column.name + "`"));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<transform::Transform> parse_transform(const json::object& object) {
  const std::string text = FLOE_TRY(require_string(object, "transform"));
  transform::Transform result = FLOE_TRY(transform::parse(text));
  if (result.kind == transform::Kind::kUnknown) {
    return failf(ErrorCode::kUnsupported, "the transform `{}` is not known: the table cannot be written", text);
  }
  return result;
}

Status parse_partition(const json::object& request, WriteRequest* out) {
  const json::array* list = get_array(request, "partition_spec");
  if (list == nullptr) return ok();
  for (const json::value& entry : *list) {
    const json::object* object = entry.if_object();
    if (object == nullptr) return fail(ErrorCode::kInvalidArgument, "a partition field is not an object");
    PartitionField field;
    field.source_id = static_cast<std::int32_t>(FLOE_TRY(require_int(*object, "source_id")));
    field.field_id = static_cast<std::int32_t>(FLOE_TRY(require_int(*object, "field_id")));
    field.transform = FLOE_TRY(parse_transform(*object));
    out->partition.push_back(std::move(field));
  }
  return ok();
}

Status parse_sort(const json::object& request, WriteRequest* out) {
  const json::array* list = get_array(request, "sort_order");
  if (list == nullptr) return ok();
  for (const json::value& entry : *list) {
    const json::object* object = entry.if_object();
    if (object == nullptr) return fail(ErrorCode::kInvalidArgument, "a sort field is not an object");
    SortField field;
    field.source_id = static_cast<std::int32_t>(FLOE_TRY(require_int(*object, "source_id")));
    field.transform = FLOE_TRY(parse_transform(*object));
    field.descending = get_string_or(*object, "direction", "asc") == "desc";
    field.nulls_first =
        get_string_or(*object, "null_order", field.descending ? "nulls-last" : "nulls-first") == "nulls-first";
    out->sort.push_back(std::move(field));
  }
  return ok();
}

bool find_in(const std::vector<IcebergField>& fields, std::int32_t id, FieldPath* path) {
  for (const IcebergField& field : fields) {
    const std::string expression = path->expression + "." + quote_name(field.name);
    if (field.id == id) {
      *path = {expression, &field.type};
      return true;
    }
    FieldPath inner{expression, nullptr};
    if (field.type.kind == IcebergType::Kind::kStruct && find_in(field.type.children, id, &inner)) {
      *path = inner;
      return true;
    }
  }
  return false;
}

void append_field_ids(const IcebergField& field, std::string* out) {
  *out += quote_text(field.name) + ": ";
  if (!field.type.nested()) {
    *out += std::to_string(field.id);
    return;
  }
  *out += "{__duckdb_field_id: " + std::to_string(field.id);
  for (const IcebergField& child : field.type.children) {
    *out += ", ";
    append_field_ids(child, out);
  }
  *out += "}";
}

}  // namespace

Result<FieldPath> WriteRequest::find_field(std::int32_t id) const {
  for (const Column& column : columns) {
    FieldPath path{quote_name(column.name), &column.type};
    if (column.id == id) return path;
    if (column.type.kind == IcebergType::Kind::kStruct && find_in(column.type.children, id, &path)) return path;
  }
  return failf(ErrorCode::kInvalidArgument, "the schema has no field with id {}", id);
}

Result<WriteRequest> parse_write_request(const json::object& request) {
  WriteRequest result;
  result.directory = FLOE_TRY(require_string(request, "directory"));
  while (result.directory.size() > 1 && result.directory.back() == '/')
    result.directory.pop_back();
  result.file_prefix = FLOE_TRY(require_string(request, "file_prefix"));
  result.columns = FLOE_TRY(target_columns(request));
  if (result.columns.empty()) return fail(ErrorCode::kInvalidArgument, "the schema has no columns");
  FLOE_TRY(parse_partition(request, &result));
  FLOE_TRY(parse_sort(request, &result));
  result.target_file_size = get_int(request, "target_file_size_bytes").value_or(kDefaultTargetSize);
  if (result.target_file_size <= 0) result.target_file_size = kDefaultTargetSize;
  const std::string compression = get_string_or(request, "compression", "zstd");
  result.compression = FLOE_TRY(parse_compression(compression));
  result.staged = get_bool_or(request, "staged", false);
  return result;
}

std::string field_ids_sql(const std::vector<Column>& columns) {
  std::string sql = "{";
  for (const Column& column : columns) {
    if (sql.size() > 1) sql += ", ";
    append_field_ids(IcebergField{column.id, column.name, column.type, column.required}, &sql);
  }
  return sql + "}";
}

}  // namespace floe::duckdb_compute
