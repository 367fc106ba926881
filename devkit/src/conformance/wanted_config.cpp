#include "conformance/wanted_config.hpp"

#include "base/json/json.hpp"

#include <vector>

namespace floe::conformance {
namespace {

constexpr std::size_t kMostOptional = 3;

json::value value_for(const json::value* schema) {
  if (schema == nullptr || !schema->is_object()) return "...";
  const json::object& object = schema->get_object();
  if (const json::array* examples = get_array(object, "examples"); examples != nullptr && !examples->empty())
    return examples->front();
  if (const json::array* choices = get_array(object, "enum"); choices != nullptr && !choices->empty())
    return choices->front();
  if (const json::value* value = object.if_contains("default"); value != nullptr && !value->is_null()) return *value;
  const std::string type = get_string_or(object, "type", "");
  if (type == "object") return json::object();
  if (type == "array") return json::array();
  if (type == "boolean") return true;
  if (type == "integer" || type == "number") return 1;
  return "...";
}

std::vector<std::string> wanted_members(const json::object& schema, const json::object& properties) {
  std::vector<std::string> names;
  if (const json::array* required = get_array(schema, "required")) {
    for (const json::value& name : *required) {
      if (name.is_string()) names.emplace_back(to_view(name.get_string()));
    }
  }
  if (!names.empty()) return names;
  for (const auto& property : properties) {
    if (names.size() < kMostOptional) names.emplace_back(property.key());
  }
  return names;
}

}  // namespace

std::string wanted_config(std::string_view config_schema) {
  const auto schema = parse_json_object(config_schema);
  const json::object* properties = schema ? get_object(*schema, "properties") : nullptr;
  if (properties == nullptr) return "";
  json::object config;
  for (const std::string& name : wanted_members(*schema, *properties))
    config[name] = value_for(properties->if_contains(name));
  return config.empty() ? "" : to_json(config);
}

}  // namespace floe::conformance
