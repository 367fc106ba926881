#include "identifier.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::sqlite {

Result<std::string> namespace_of(const json::value& levels, bool may_be_empty) {
  const json::array* list = levels.if_array();
  if (list == nullptr || (list->empty() && !may_be_empty)) {
    return failf(ErrorCode::kInvalidArgument, "a namespace is `{}`; accepted is a list of levels like [\"raw\"]",
                 to_json(levels));
  }
  std::string joined;
  for (const json::value& level : *list) {
    const std::string_view text = level.is_string() ? to_view(level.get_string()) : std::string_view();
    if (text.empty() || text.find('.') != std::string_view::npos) {
      return failf(ErrorCode::kInvalidArgument,
                   "the namespace level `{}` cannot be stored: levels are texts that are not empty and have no dot",
                   to_json(level));
    }
    if (!joined.empty()) joined += '.';
    joined += text;
  }
  return joined;
}

Result<Identifier> identifier_of(const json::object& object) {
  const json::value* levels = object.if_contains("namespace");
  if (levels == nullptr) return fail(ErrorCode::kInvalidArgument, "an identifier lacks `namespace`");
  Identifier identifier;
  identifier.space = FLOE_TRY(namespace_of(*levels));
  identifier.name = FLOE_TRY(require_string(object, "name"));
  if (identifier.name.empty()) return fail(ErrorCode::kInvalidArgument, "an identifier has an empty `name`");
  return identifier;
}

Result<Identifier> identifier_in(const json::object& request, std::string_view key) {
  const json::object* object = FLOE_TRY(require_object(request, key));
  return identifier_of(*object);
}

json::array levels_of(std::string_view space) {
  json::array levels;
  for (const std::string_view level : text::split(space, '.'))
    levels.emplace_back(level);
  return levels;
}

json::object to_json_identifier(std::string_view space, std::string_view name) {
  return json::object{{"namespace", levels_of(space)}, {"name", name}};
}

NameRange names_below(std::string_view space) {
  return {std::string(space) + ".", std::string(space) + "/"};  // `/` follows `.`
}

}  // namespace floe::sqlite
