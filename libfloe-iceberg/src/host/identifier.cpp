#include "host/identifier.hpp"

#include "host/identifier_json.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

std::string Identifier::to_string() const {
  std::string text;
  for (const auto& level : levels) {
    text += level;
    text += '.';
  }
  return text + name;
}

std::string Identifier::to_json() const { return floe::to_json(identifier_to_json(*this)); }

json::object identifier_to_json(const Identifier& identifier) {
  json::array levels;
  for (const auto& level : identifier.levels)
    levels.emplace_back(level);
  return {{"namespace", std::move(levels)}, {"name", identifier.name}};
}

Result<std::vector<std::string>> levels_from_json(const json::value& value) {
  if (!value.is_array()) return fail(ErrorCode::kInvalidArgument, "a namespace is an array of texts");
  std::vector<std::string> levels;
  for (const auto& level : value.get_array()) {
    if (!level.is_string() || level.get_string().empty()) {
      return fail(ErrorCode::kInvalidArgument, "a namespace level is a text that is not empty");
    }
    levels.emplace_back(to_view(level.get_string()));
  }
  return levels;
}

Result<Identifier> identifier_from_json(const json::value& value) {
  const auto* object = value.if_object();
  const auto* levels = object == nullptr ? nullptr : object->if_contains("namespace");
  if (levels == nullptr) {
    return fail(ErrorCode::kInvalidArgument, "an identifier is an object with `namespace` and `name`");
  }
  Identifier identifier;
  identifier.levels = FLOE_TRY(levels_from_json(*levels));
  identifier.name = FLOE_TRY(require_string(*object, "name"));
  if (identifier.name.empty()) return fail(ErrorCode::kInvalidArgument, "the name of a table is empty");
  return identifier;
}

Result<Identifier> parse_identifier(std::string_view json_text) {
  const auto value = FLOE_TRY(parse_json(json_text));
  return identifier_from_json(value);
}

}  // namespace floe::iceberg
