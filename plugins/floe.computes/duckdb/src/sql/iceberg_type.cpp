#include "sql/iceberg_type.hpp"

#include "sql/sql_name.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace floe::duckdb_compute {
namespace {

std::int32_t id_of(const json::object& object, std::string_view key) {
  return static_cast<std::int32_t>(get_int(object, key).value_or(-1));
}

Result<IcebergField> parse_child(const json::object& object, std::string_view name, std::string_view id_key,
                                 std::string_view required_key) {
  const json::value* type = object.if_contains(name);
  if (type == nullptr) return failf(ErrorCode::kInvalidArgument, "a nested type has no `{}`", name);
  IcebergField field;
  field.id = id_of(object, id_key);
  field.name = name;
  field.required = get_bool_or(object, required_key, false);
  field.type = FLOE_TRY(parse_iceberg_type(*type));
  return field;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kPrimitives = {{
    {"boolean", "BOOLEAN"},
    {"int", "INTEGER"},
    {"long", "BIGINT"},
    {"float", "FLOAT"},
    {"double", "DOUBLE"},
    {"date", "DATE"},
    {"time", "TIME"},
    {"timestamp", "TIMESTAMP"},
    {"timestamptz", "TIMESTAMP WITH TIME ZONE"},
    {"string", "VARCHAR"},
    {"uuid", "UUID"},
    {"binary", "BLOB"},
    {"timestamp_ns", "TIMESTAMP_NS"},
}};

}  // namespace

Result<std::vector<IcebergField>> parse_iceberg_fields(const json::array& list) {
  std::vector<IcebergField> fields;
  fields.reserve(list.size());
  for (const json::value& entry : list) {
    const json::object* object = entry.if_object();
    if (object == nullptr) return fail(ErrorCode::kInvalidArgument, "a field of a struct type is not an object");
    const json::value* type = object->if_contains("type");
    if (type == nullptr) return fail(ErrorCode::kInvalidArgument, "a field of a struct type has no `type`");
    IcebergField field;
    field.id = id_of(*object, "id");
    field.name = FLOE_TRY(require_string(*object, "name"));
    field.required = get_bool_or(*object, "required", false);
    field.type = FLOE_TRY(parse_iceberg_type(*type));
    if (const json::value* value = object->if_contains("initial-default")) field.initial_default = to_json(*value);
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<IcebergType> parse_iceberg_type(const json::value& value) {
  IcebergType type;
  if (const json::string* name = value.if_string()) {
    type.name = text::to_lower_ascii(to_view(*name));
    return type;
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::kInvalidArgument, "a type is neither a name nor an object");
  const std::string kind = FLOE_TRY(require_string(*object, "type"));
  if (kind == "struct") {
    type.kind = IcebergType::Kind::kStruct;
    const json::array* fields = FLOE_TRY(require_array(*object, "fields"));
    type.children = FLOE_TRY(parse_iceberg_fields(*fields));
  } else if (kind == "list") {
    type.kind = IcebergType::Kind::kList;
    type.children.push_back(FLOE_TRY(parse_child(*object, "element", "element-id", "element-required")));
  } else if (kind == "map") {
    type.kind = IcebergType::Kind::kMap;
    type.children.push_back(FLOE_TRY(parse_child(*object, "key", "key-id", "key-required")));
    type.children.push_back(FLOE_TRY(parse_child(*object, "value", "value-id", "value-required")));
  } else {
    return failf(ErrorCode::kInvalidArgument, "unknown type `{}`", kind);
  }
  return type;
}

json::value iceberg_type_to_json(const IcebergType& type) {
  switch (type.kind) {
    case IcebergType::Kind::kPrimitive:
      return json::value(json::string(type.name));
    case IcebergType::Kind::kList:
      return json::object{{"type", "list"}, {"element", iceberg_type_to_json(type.children[0].type)}};
    case IcebergType::Kind::kMap:
      return json::object{{"type", "map"},
                          {"key", iceberg_type_to_json(type.children[0].type)},
                          {"value", iceberg_type_to_json(type.children[1].type)}};
    case IcebergType::Kind::kStruct:
      break;
  }
  json::array fields;
  for (const IcebergField& child : type.children) {
    fields.push_back(
        json::object{{"name", child.name}, {"type", iceberg_type_to_json(child.type)}, {"required", child.required}});
  }
  return json::object{{"type", "struct"}, {"fields", std::move(fields)}};
}

Result<DecimalShape> decimal_shape(std::string_view name) {
  DecimalShape shape;
  const std::string_view inner =
      name.starts_with("decimal(") && name.ends_with(')') ? name.substr(8, name.size() - 9) : std::string_view();
  const std::size_t comma = inner.find(',');
  if (comma != std::string_view::npos) {
    const std::string_view precision = text::trim(inner.substr(0, comma));
    const std::string_view scale = text::trim(inner.substr(comma + 1));
    const auto first = std::from_chars(precision.data(), precision.data() + precision.size(), shape.precision);
    const auto second = std::from_chars(scale.data(), scale.data() + scale.size(), shape.scale);
    if (first.ec == std::errc() && second.ec == std::errc() && shape.precision >= 1 && shape.precision <= 38 &&
        shape.scale >= 0 && shape.scale <= shape.precision) {
      return shape;
    }
  }
  return failf(ErrorCode::kInvalidArgument, "`{}` is not a decimal type; write `decimal(P,S)` with P up to 38", name);
}

Result<std::string> storage_sql(const IcebergType& type) {
  switch (type.kind) {
    case IcebergType::Kind::kList:
      return FLOE_TRY(storage_sql(type.children[0].type)) + "[]";
    case IcebergType::Kind::kMap: {
      const std::string key = FLOE_TRY(storage_sql(type.children[0].type));
      const std::string value = FLOE_TRY(storage_sql(type.children[1].type));
      return "MAP(" + key + ", " + value + ")";
    }
    case IcebergType::Kind::kStruct: {
      std::string text = "STRUCT(";
      for (const IcebergField& child : type.children) {
        if (text.back() != '(') text += ", ";
        text += type_field_name(child.name) + " " + FLOE_TRY(storage_sql(child.type));
      }
      return text + ")";
    }
    case IcebergType::Kind::kPrimitive:
      break;
  }
  for (const auto& [iceberg, sql] : kPrimitives) {
    if (type.name == iceberg) return std::string(sql);
  }
  if (type.name.starts_with("fixed[")) return std::string("BLOB");
  if (type.name.starts_with("decimal")) {
    const DecimalShape shape = FLOE_TRY(decimal_shape(type.name));
    return fmt::format("DECIMAL({},{})", shape.precision, shape.scale);
  }
  return failf(ErrorCode::kUnsupported, "the DuckDB compute cannot read the Iceberg type `{}`", type.name);
}

}  // namespace floe::duckdb_compute
