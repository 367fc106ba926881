#include "verb_list.hpp"

#include "base/json/json.hpp"
#include "base/json/texts.hpp"

namespace floe::cli {
namespace {

ArgumentKind kind_of(const json::object& property) {
  const std::string type = get_string_or(property, "type", "array");  // words may be a list or a text
  if (type == "integer") return ArgumentKind::kNumber;
  if (type == "boolean") return ArgumentKind::kFlag;
  if (type == "object") return ArgumentKind::kMapping;
  return type == "array" ? ArgumentKind::kWords : ArgumentKind::kText;
}

void add_arguments(const json::object& request, VerbEntry* entry) {
  for (const auto& [key, value] : request.at("properties").as_object()) {
    const json::object& property = value.as_object();
    VerbArgument argument{std::string(std::string_view(key)), kind_of(property), get_string_or(property, "x-flags", ""),
                          get_string_or(property, "description", "")};
    if (argument.flags.empty()) continue;
    argument.least = get_int(property, "minimum").value_or(0);
    const json::object* items = get_object(property, "items");
    argument.choices = get_texts(items == nullptr ? property : *items, "enum");
    for (const std::string& required : get_texts(request, "required"))
      argument.is_required = argument.is_required || required == argument.key;
    entry->arguments.push_back(std::move(argument));
  }
  const json::array* unused = get_array(request, "x-unused");
  for (std::size_t i = 0; unused != nullptr && i < unused->size(); ++i) {
    const json::object& each = (*unused)[i].as_object();
    entry->unused.push_back({get_string_or(each, "flags", ""), get_string_or(each, "why", "")});
  }
}

VerbEntry parse_entry(const json::object& verb) {
  VerbEntry entry;
  entry.name = get_string_or(verb, "name", "");
  entry.aliases = get_texts(verb, "aliases");
  entry.summary = get_string_or(verb, "summary", "");
  entry.has_junit = get_bool_or(verb, "junit", false);
  add_arguments(verb.at("request").as_object(), &entry);
  return entry;
}

}  // namespace

VerbList parse_verb_list(std::string_view verbs_json) {
  VerbList list;
  const auto parsed = parse_json_object(verbs_json);
  if (!parsed) return list;
  for (const json::value& group : parsed->at("groups").as_array())
    list.groups.push_back(
        {get_string_or(group.as_object(), "name", ""), get_string_or(group.as_object(), "summary", "")});
  for (const json::value& verb : parsed->at("verbs").as_array())
    list.verbs.push_back(parse_entry(verb.as_object()));
  return list;
}

}  // namespace floe::cli
