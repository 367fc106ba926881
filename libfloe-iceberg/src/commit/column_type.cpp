#include "commit/column_type.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

namespace {

constexpr int kDeepestType = 100;

Result<Type> member_type(const json::object& object, std::string_view key, int depth) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return failf(ErrorCode::kInvalidArgument, "the type of a column lacks `{}`", key);
  return column_type_from_json(*value, depth + 1);
}

bool is_required(const json::object& object, std::string_view key) { return get_bool_or(object, key, false); }

Result<Type> struct_from_json(const json::object& object, int depth) {
  const auto* array = FLOE_TRY(require_array(object, "fields"));
  std::vector<Field> fields;
  for (const auto& value : *array) {
    if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "a field of a struct is an object");
    const auto& member = value.get_object();
    Field field;
    field.name = FLOE_TRY(require_string(member, "name"));
    field.required = is_required(member, "required") || !get_bool_or(member, "nullable", true);
    field.type = FLOE_TRY(member_type(member, "type", depth));
    field.doc = get_string(member, "doc");
    fields.push_back(std::move(field));
  }
  return Type::structure(std::move(fields));
}

}  // namespace

Result<Type> column_type_from_json(const json::value& value, int depth) {
  if (depth > kDeepestType) return fail(ErrorCode::kInvalidArgument, "the type of a column is nested too deeply");
  if (value.is_string()) return parse_primitive_type(to_view(value.get_string()));
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "the type of a column is a text or an object");
  const auto& object = value.get_object();
  const auto kind = FLOE_TRY(require_string(object, "type"));
  if (kind == "struct") return struct_from_json(object, depth);
  if (kind == "list") {
    auto element = FLOE_TRY(member_type(object, "element", depth));
    return Type::list(0, is_required(object, "element-required"), std::move(element));
  }
  if (kind == "map") {
    auto key = FLOE_TRY(member_type(object, "key", depth));
    auto mapped = FLOE_TRY(member_type(object, "value", depth));
    return Type::map(0, std::move(key), 0, is_required(object, "value-required"), std::move(mapped));
  }
  return failf(ErrorCode::kInvalidArgument, "`{}` is no nested type; there are `struct`, `list` and `map`", kind);
}

Result<std::vector<ColumnRequest>> columns_from_json(const json::array& array) {
  std::vector<ColumnRequest> columns;
  columns.reserve(array.size());
  for (const auto& value : array) {
    if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "a column is an object with `name` and `type`");
    const auto& object = value.get_object();
    ColumnRequest column;
    column.name = FLOE_TRY(require_string(object, "name"));
    const auto* type = object.if_contains("type");
    if (type == nullptr) return failf(ErrorCode::kInvalidArgument, "column `{}` lacks a `type`", column.name);
    column.type = FLOE_TRY(column_type_from_json(*type).with_context(fmt::format("column `{}`", column.name)));
    column.sql_type = get_string_or(object, "sql_type", "");
    column.is_nullable = get_bool_or(object, "nullable", !get_bool_or(object, "required", false));
    column.doc = get_string(object, "doc");
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<std::vector<ColumnRequest>> parse_columns(std::string_view json_array) {
  const auto value = FLOE_TRY(parse_json(json_array));
  if (!value.is_array()) return fail(ErrorCode::kInvalidArgument, "`columns` is an array");
  return columns_from_json(value.get_array());
}

Result<Type> parse_column_type(std::string_view json_text) {
  const auto value = FLOE_TRY(parse_json(json_text));
  return column_type_from_json(value);
}

}  // namespace floe::iceberg
