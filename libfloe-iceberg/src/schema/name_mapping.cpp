#include "schema/name_mapping.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

constexpr int kDeepestMapping = 100;

Result<NameMapping> parse_fields(const json::value& value, int depth);

Result<std::vector<std::string>> parse_names(const json::object& object) {
  std::vector<std::string> names;
  for (const auto& name : *FLOE_TRY(require_array(object, "names"))) {
    if (!name.is_string()) return fail(ErrorCode::kData, "`names` holds strings");
    names.emplace_back(to_view(name.get_string()));
  }
  return names;
}

Result<MappedField> parse_field(const json::value& value, int depth) {
  if (!value.is_object()) return fail(ErrorCode::kData, "a mapped field is an object with `names`");
  const auto& object = value.get_object();
  MappedField field;
  if (const auto id = get_int(object, "field-id")) {
    if (*id < 0 || *id > INT32_MAX) return failf(ErrorCode::kData, "`field-id` {} is out of range", *id);
    field.id = static_cast<std::int32_t>(*id);
  }
  field.names = FLOE_TRY(parse_names(object));
  if (const auto* fields = object.if_contains("fields")) field.fields = FLOE_TRY(parse_fields(*fields, depth + 1));
  return field;
}

Result<NameMapping> parse_fields(const json::value& value, int depth) {
  if (depth > kDeepestMapping) return failf(ErrorCode::kData, "fields are nested deeper than {}", kDeepestMapping);
  if (!value.is_array()) return fail(ErrorCode::kData, "mapped fields are an array");
  NameMapping fields;
  for (const auto& item : value.get_array())
    fields.push_back(FLOE_TRY(parse_field(item, depth)));
  return fields;
}

}  // namespace

Result<NameMapping> parse_name_mapping(std::string_view json_text) {
  const auto root = FLOE_TRY(parse_json(json_text));
  return parse_fields(root, 0);
}

const MappedField* find_mapped(const NameMapping& mapping, std::string_view name) {
  const auto found = std::find_if(mapping.begin(), mapping.end(), [&](const MappedField& field) {
    return std::find(field.names.begin(), field.names.end(), name) != field.names.end();
  });
  return found == mapping.end() ? nullptr : &*found;
}

}  // namespace floe::iceberg
