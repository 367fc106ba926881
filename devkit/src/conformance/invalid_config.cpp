#include "conformance/invalid_config.hpp"

#include "base/json/json.hpp"
#include "base/json/schema.hpp"

namespace floe::conformance {

std::vector<std::string> invalid_configs(const std::string& schema, const std::string& valid) {
  const auto checker = JsonSchema::parse(schema);
  const auto document = parse_json_object(schema);
  if (!checker.has_value() || !document.has_value()) return {};
  const json::object base = parse_json_object(valid).value_or(json::object());
  std::vector<json::value> candidates{json::array{}, "text"};
  const auto with = [&](std::string_view name, json::value value) {
    json::object changed = base;
    changed[name] = std::move(value);
    candidates.emplace_back(std::move(changed));
  };
  if (const json::object* properties = get_object(*document, "properties")) {
    for (const auto& property : *properties) {
      // A value of each kind; the schema says below which of them it refuses.
      with(property.key(), 1.5);
      with(property.key(), json::array{json::object{}});
      json::object without = base;
      if (without.erase(property.key()) != 0) candidates.emplace_back(std::move(without));
    }
  }
  std::vector<std::string> refused;
  for (const json::value& candidate : candidates) {
    if (!checker->problems(candidate).empty()) refused.push_back(to_json(candidate));
  }
  return refused;
}

}  // namespace floe::conformance
