#include "schema/type_json.hpp"

#include "schema/field_name.hpp"
#include "schema/type.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

constexpr int kMaxDepth = 100;

Result<Type> parse_type(const json::value& value, int depth);

Result<std::int32_t> require_id(const json::object& object, std::string_view key) {
  const std::int64_t id = FLOE_TRY(require_int(object, key));
  if (id < INT32_MIN || id > INT32_MAX) return failf(ErrorCode::kData, "`{}` {} is not a 32-bit integer", key, id);
  return static_cast<std::int32_t>(id);
}

Result<const json::value*> require_member(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  if (found == nullptr) return failf(ErrorCode::kData, "missing `{}`", key);
  return found;
}

Result<Field> parse_field(const json::value& value, int depth) {
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::kData, "a field of a struct is not an object");
  Field field;
  field.id = FLOE_TRY(require_id(*object, "id"));
  field.name = FLOE_TRY(read_field_name(*object));
  field.required = FLOE_TRY(require_bool(*object, "required"));
  const json::value* type = FLOE_TRY(require_member(*object, "type"));
  field.type = FLOE_TRY(parse_type(*type, depth + 1).with_context(fmt::format("field `{}`", field.name)));
  field.doc = get_string(*object, "doc");
  if (const json::value* found = object->if_contains("initial-default"); found != nullptr && !found->is_null()) {
    field.initial_default_json = to_json(*found);
  }
  if (const json::value* found = object->if_contains("write-default"); found != nullptr && !found->is_null()) {
    field.write_default_json = to_json(*found);
  }
  return field;
}

Result<Type> parse_struct(const json::object& object, int depth) {
  const json::array* fields = FLOE_TRY(require_array(object, "fields"));
  std::vector<Field> parsed;
  parsed.reserve(fields->size());
  for (const json::value& field : *fields)
    parsed.push_back(FLOE_TRY(parse_field(field, depth)));
  return Type::structure(std::move(parsed));
}

Result<Type> parse_list(const json::object& object, int depth) {
  const std::int32_t element_id = FLOE_TRY(require_id(object, "element-id"));
  const bool required = FLOE_TRY(require_bool(object, "element-required"));
  const json::value* element = FLOE_TRY(require_member(object, "element"));
  return Type::list(element_id, required, FLOE_TRY(parse_type(*element, depth + 1)));
}

Result<Type> parse_map(const json::object& object, int depth) {
  const std::int32_t key_id = FLOE_TRY(require_id(object, "key-id"));
  const std::int32_t value_id = FLOE_TRY(require_id(object, "value-id"));
  const bool required = FLOE_TRY(require_bool(object, "value-required"));
  const json::value* key = FLOE_TRY(require_member(object, "key"));
  const json::value* value = FLOE_TRY(require_member(object, "value"));
  Type key_type = FLOE_TRY(parse_type(*key, depth + 1));
  Type value_type = FLOE_TRY(parse_type(*value, depth + 1));
  return Type::map(key_id, std::move(key_type), value_id, required, std::move(value_type));
}

Result<Type> parse_nested(const json::object& object, int depth) {
  const std::string kind = FLOE_TRY(require_string(object, "type"));
  if (kind == "struct") return parse_struct(object, depth);
  if (kind == "list") return parse_list(object, depth);
  if (kind == "map") return parse_map(object, depth);
  return failf(ErrorCode::kData, "nested type `{}` is none of struct, list, map", kind);
}

Result<Type> parse_type(const json::value& value, int depth) {
  if (depth > kMaxDepth) return failf(ErrorCode::kData, "type is nested deeper than {} levels", kMaxDepth);
  if (const json::string* text = value.if_string()) return parse_primitive_type(to_view(*text));
  if (const json::object* object = value.if_object()) return parse_nested(*object, depth);
  return fail(ErrorCode::kData, "a type is neither a string nor an object");
}

json::value parse_kept(const std::string& text) {
  Result<json::value> parsed = parse_json(text);
  return parsed.has_value() ? *std::move(parsed) : json::value(nullptr);
}

json::object field_to_json(const Field& field) {
  json::object object;
  object["id"] = field.id;
  object["name"] = field.name;
  object["required"] = field.required;
  object["type"] = type_to_json(field.type);
  if (field.initial_default_json) object["initial-default"] = parse_kept(*field.initial_default_json);
  if (field.write_default_json) object["write-default"] = parse_kept(*field.write_default_json);
  if (field.doc) object["doc"] = *field.doc;
  return object;
}

}  // namespace

Result<Type> type_from_json(const json::value& value) { return parse_type(value, 0); }

json::array fields_to_json(const std::vector<Field>& fields) {
  json::array array;
  array.reserve(fields.size());
  for (const Field& field : fields)
    array.push_back(field_to_json(field));
  return array;
}

json::value type_to_json(const Type& type) {
  json::object object;
  switch (type.id()) {
    case TypeId::kStruct:
      object["type"] = "struct";
      object["fields"] = fields_to_json(type.fields());
      return object;
    case TypeId::kList:
      object["type"] = "list";
      object["element-id"] = type.element().id;
      object["element"] = type_to_json(type.element().type);
      object["element-required"] = type.element().required;
      return object;
    case TypeId::kMap:
      object["type"] = "map";
      object["key-id"] = type.key().id;
      object["key"] = type_to_json(type.key().type);
      object["value-id"] = type.value().id;
      object["value"] = type_to_json(type.value().type);
      object["value-required"] = type.value().required;
      return object;
    default:
      return json::value(type.to_string());
  }
}

}  // namespace floe::iceberg
