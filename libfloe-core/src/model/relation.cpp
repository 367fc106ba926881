#include "model/relation.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::warehouse {

std::string quoted_name(std::string_view name) { return "\"" + text::replace_all(name, "\"", "\"\"") + "\""; }

std::string Relation::key() const { return text::to_lower_ascii(dotted()); }

std::string Relation::quoted() const {
  return quoted_name(kDatabase) + "." + quoted_name(schema) + "." + quoted_name(identifier);
}

json::object Relation::to_identifier() const {
  return json::object{{"namespace", namespace_levels(schema)}, {"name", identifier}};
}

json::object Relation::to_binding() const {
  return json::object{{"database", kDatabase}, {"schema", schema}, {"name", identifier}};
}

json::object Relation::to_relation() const {
  return json::object{{"database", kDatabase}, {"schema", schema}, {"identifier", identifier}};
}

json::array namespace_levels(std::string_view schema) {
  json::array levels;
  for (const std::string_view level : text::split(schema, '.'))
    levels.emplace_back(level);
  return levels;
}

Result<Relation> relation_from_json(const json::object& object) {
  const std::string database = get_string_or(object, "database", kDatabase);
  Relation relation{get_string_or(object, "schema", kDefaultSchema),
                    get_string_or(object, "identifier", get_string_or(object, "name", ""))};
  if (relation.identifier.empty()) return fail(ErrorCode::kInvalidArgument, "a relation needs an identifier");
  if (relation.schema.empty()) relation.schema = kDefaultSchema;
  if (!database.empty() && !text::equals_ignore_case_ascii(database, kDatabase)) {
    return failf(ErrorCode::kInvalidArgument, "relation `{}.{}.{}` is in another database; floe's is `{}`", database,
                 relation.schema, relation.identifier, kDatabase);
  }
  return relation;
}

Relation relation_from_identifier(const json::object& identifier) {
  Relation relation;
  relation.identifier = get_string_or(identifier, "name", "");
  if (const json::array* levels = get_array(identifier, "namespace")) {
    for (const json::value& level : *levels) {
      if (!relation.schema.empty()) relation.schema += '.';
      if (level.is_string()) relation.schema += to_view(level.get_string());
    }
  }
  return relation;
}

Result<Relation> relation_from_text(std::string_view text) {
  if (text.starts_with("floe.") && text.find('.', 5) != std::string_view::npos) text.remove_prefix(5);
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is not a table name; write `namespace.table`", text);
  }
  return Relation{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

Result<std::vector<Relation>> relations_from_json(const json::object& options, std::string_view key) {
  std::vector<Relation> relations;
  const json::array* list = get_array(options, key);
  if (list == nullptr) return relations;
  for (const json::value& item : *list) {
    if (item.is_object()) relations.push_back(FLOE_TRY(relation_from_json(item.as_object())));
  }
  return relations;
}

}  // namespace floe::warehouse
