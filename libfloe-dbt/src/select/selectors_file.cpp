#include "select/selectors_file.hpp"

#include "model/tree.hpp"
#include "value/containers.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace floe::dbt {
namespace {

// A rendered value and where it was written.
struct Written {
  const Value& value;
  const yaml::Node& node;
};

class Reader {
 public:
  explicit Reader(DiagnosticSink& sink) : sink_(sink) {}

  std::optional<Selection> root_definition(const Written& written) {
    if (written.value.is_dict() && written.value.dict_object()->size() > 1) {
      for (const char* key : {"union", "intersection"}) {
        if (find_key(written.value, key) == nullptr) continue;
        return refuse(written.node, fmt::format("`{}` must be the only key of a definition", key));
      }
    }
    return definition(written);
  }

  std::nullopt_t refuse(const yaml::Node& node, std::string message, std::string help = {}) {
    Diagnostic diagnostic = error_diagnostic("FLOE-E0622", "selectors-file", std::move(message)).at(node.span);
    if (!help.empty()) diagnostic.helps.push_back(std::move(help));
    sink_.report(std::move(diagnostic));
    return std::nullopt;
  }

 private:
  std::optional<Selection> definition(const Written& written) {
    if (written.value.is_string()) return word(written);
    if (!written.value.is_dict()) {
      return refuse(written.node, "a definition is a text such as `tag:daily`, or a mapping",
                    "write `union: [...]`, `intersection: [...]` or `{method: tag, value: daily}`");
    }
    if (find_key(written.value, "union") != nullptr) return group(written, "union", Selection::Kind::kUnion);
    if (find_key(written.value, "intersection") != nullptr) {
      return group(written, "intersection", Selection::Kind::kIntersection);
    }
    return method(written);
  }

  std::optional<Selection> word(const Written& written) {
    Selection leaf;
    leaf.kind = Selection::Kind::kCriterion;
    auto criterion = parse_criterion(written.value.as_string());
    if (!criterion) return refuse(written.node, criterion.error().message);
    leaf.criterion = *std::move(criterion);
    return leaf;
  }

  // The items of the list under `key`.
  std::optional<std::vector<Written>> items(const Written& written, std::string_view key) {
    const Value& list = *find_key(written.value, key);
    const yaml::NodePtr node = written.node.get(key);
    if (!list.is_list() || node == nullptr || !node->is_sequence()) {
      return refuse(node == nullptr ? written.node : *node, fmt::format("`{}` must be a list", key));
    }
    std::vector<Written> out;
    out.reserve(node->items.size());
    for (std::size_t i = 0; i < node->items.size(); ++i)
      out.push_back({list.list_object()->items[i], *node->items[i]});
    return out;
  }

  std::optional<Selection> group(const Written& written, std::string_view key, Selection::Kind kind) {
    Selection included;
    included.kind = kind;
    included.indirect = IndirectSelection::kEager;
    std::optional<Selection> excluded;
    const auto parts = items(written, key);
    if (!parts) return std::nullopt;
    for (const Written& part : *parts) {
      if (part.value.is_dict() && find_key(part.value, "exclude") != nullptr) {
        if (excluded) return refuse(part.node, fmt::format("a second `exclude` in one `{}`", key));
        excluded = exclusion(part);
        if (!excluded) return std::nullopt;
        continue;
      }
      auto selection = definition(part);
      if (!selection) return std::nullopt;
      included.parts.push_back(*std::move(selection));
    }
    return without(std::move(included), std::move(excluded));
  }

  std::optional<Selection> exclusion(const Written& written) {
    Selection excluded;
    excluded.indirect = IndirectSelection::kEager;
    const auto parts = items(written, "exclude");
    if (!parts) return std::nullopt;
    for (const Written& part : *parts) {
      auto selection = definition(part);
      if (!selection) return std::nullopt;
      excluded.parts.push_back(*std::move(selection));
    }
    return excluded;
  }

  static Selection without(Selection included, std::optional<Selection> excluded) {
    if (!excluded || excluded->parts.empty()) return included;
    Selection difference;
    difference.kind = Selection::Kind::kDifference;
    difference.indirect = IndirectSelection::kEager;
    difference.parts.push_back(std::move(included));
    difference.parts.push_back(*std::move(excluded));
    return difference;
  }

  std::optional<Selection> method(const Written& written) {
    const DictObject& dict = *written.value.dict_object();
    const Value* name = find_key(written.value, "method");
    const Value* value = find_key(written.value, "value");
    Value only_name;
    if (dict.size() == 1) {
      std::size_t at = 0;
      const DictObject::Entry* entry = dict.next(&at);
      only_name = entry->key;
      name = &only_name;
      value = &entry->value;
    }
    if (name == nullptr || value == nullptr || value->is_list() || value->is_dict()) {
      return refuse(written.node, "a definition needs a `method` and a `value`",
                    "write `{method: tag, value: daily}`, or short `tag: daily`");
    }
    Selection leaf;
    leaf.kind = Selection::Kind::kCriterion;
    Criterion& criterion = leaf.criterion;
    criterion.value = value->is_bool() ? (value->is_true() ? "true" : "false") : to_str(*value);
    criterion.text = to_str(*name) + ":" + criterion.value;
    if (const Status known = set_method(&criterion, to_str(*name)); !known) {
      return refuse(written.node, known.error().message);
    }
    if (dict.size() == 1) return leaf;
    if (!read_neighbours(written, &criterion)) return std::nullopt;
    if (const auto indirect = find_text(written.value, "indirect_selection")) {
      auto parsed = parse_indirect_selection(*indirect);
      if (!parsed) return refuse(*written.node.get("indirect_selection"), parsed.error().message);
      leaf.indirect = *parsed;
    }
    if (find_key(written.value, "exclude") == nullptr) return leaf;
    auto excluded = exclusion(written);
    if (!excluded) return std::nullopt;
    return without(std::move(leaf), std::move(excluded));
  }

  bool read_neighbours(const Written& written, Criterion* criterion) {
    criterion->with_parents = find_bool(written.value, "parents", false);
    criterion->with_children = find_bool(written.value, "children", false);
    criterion->childrens_parents = find_bool(written.value, "childrens_parents", false);
    if (criterion->with_children && criterion->childrens_parents) {
      refuse(written.node, "`childrens_parents` includes all `children` already");
      return false;
    }
    return read_depth(written, "parents_depth", &criterion->parents_depth) &&
           read_depth(written, "children_depth", &criterion->children_depth);
  }

  bool read_depth(const Written& written, const char* key, std::optional<int>* depth) {
    const Value* value = find_key(written.value, key);
    if (value == nullptr || value->is_none()) return true;
    const std::string text = to_str(*value);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) {
      refuse(*written.node.get(key), fmt::format("`{}` must be a number of steps", key));
      return false;
    }
    if (number > 0) *depth = number;
    return true;
  }

  DiagnosticSink& sink_;
};

// --- as manifest.json shows definitions: texts become mappings

Value shown_word(const std::string& text) {
  const auto criterion = parse_criterion(text);
  if (!criterion) return Value(text);
  Value out = Value::dict();
  const auto set = [&](const char* key, Value value) {
    out.dict_object()->set(std::string_view(key), std::move(value));
  };
  if (criterion->childrens_parents) set("childrens_parents", Value(true));
  if (criterion->with_parents) set("parents", Value(true));
  if (criterion->parents_depth) set("parents_depth", Value(std::to_string(*criterion->parents_depth)));
  std::string method = criterion->method;
  for (const std::string& argument : criterion->arguments)
    method += "." + argument;
  set("method", Value(method));
  set("value", Value(criterion->value));
  if (criterion->with_children) set("children", Value(true));
  if (criterion->children_depth) set("children_depth", Value(std::to_string(*criterion->children_depth)));
  return out;
}

Value shown_definition(const Value& definition);

Value shown_list(const Value& list) {
  std::vector<Value> items;
  for (const Value& item : list.list_object()->items)
    items.push_back(shown_definition(item));
  return Value::list(std::move(items));
}

Value shown_definition(const Value& definition) {
  if (definition.is_string()) return shown_word(std::string(definition.as_string()));
  if (!definition.is_dict()) return definition;
  for (const char* key : {"union", "intersection"}) {
    const Value* list = find_key(definition, key);
    if (list != nullptr && list->is_list()) return Value::dict({{Value(key), shown_list(*list)}});
  }
  std::size_t at = 0;
  const DictObject::Entry* first = definition.dict_object()->next(&at);
  if (first == nullptr) return definition;
  const Value value = first->value.is_list() ? shown_list(first->value) : first->value;
  if (first->key.is_string() && first->key.as_string() == "exclude") return Value::dict({{first->key, value}});
  if (definition.dict_object()->size() > 1) return definition;
  return Value::dict({{Value("method"), first->key}, {Value("value"), value}});
}

Value shown_selector(const Value& selector) {
  Value out = Value::dict();
  for (std::size_t at = 0; const DictObject::Entry* entry = selector.dict_object()->next(&at);) {
    const bool is_definition = entry->key.is_string() && entry->key.as_string() == "definition";
    out.dict_object()->set(entry->key, is_definition ? shown_definition(entry->value) : entry->value);
  }
  return out;
}

}  // namespace

SelectorsFile read_selectors(const yaml::Node& document, const Value& rendered, DiagnosticSink& sink) {
  SelectorsFile file;
  Reader reader(sink);
  const yaml::NodePtr list = document.is_mapping() ? document.get("selectors") : nullptr;
  if (list == nullptr || !list->is_sequence()) {
    reader.refuse(document, "selectors.yml needs a list `selectors`");
    return file;
  }
  const Value& values = *find_key(rendered, "selectors");
  bool has_default = false;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const yaml::Node& node = *list->items[i];
    const Value& value = values.list_object()->items[i];
    const auto name = find_text(value, "name");
    const Value* definition = find_key(value, "definition");
    if (!name || definition == nullptr) {
      reader.refuse(node, "a selector needs a `name` and a `definition`");
      continue;
    }
    auto selection = reader.root_definition({*definition, *node.get("definition")});
    if (!selection) continue;
    // The later one of two with the same name counts.
    std::erase_if(file.selectors, [&](const NamedSelection& each) { return each.name == *name; });
    file.selectors.push_back({*name, find_bool(value, "default", false), *std::move(selection)});
    file.shown.dict_object()->set(std::string_view(*name), shown_selector(value));
    if (!file.selectors.back().is_default) continue;
    if (has_default) reader.refuse(node, "a second selector is the default");
    has_default = true;
  }
  return file;
}

}  // namespace floe::dbt
