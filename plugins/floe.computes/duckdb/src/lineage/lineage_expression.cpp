#include "engine/syntax_tree.hpp"
#include "lineage/lineage_resolver.hpp"
#include "sql/sql_text.hpp"

#include "base/json/json.hpp"
#include "base/json/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

bool same_name(std::string_view a, std::string_view b) { return lower_name(a) == lower_name(b); }

const LineageColumn* find_column(const std::vector<LineageColumn>& columns, std::string_view name) {
  for (const LineageColumn& column : columns) {
    if (same_name(column.name, name)) return &column;
  }
  return nullptr;
}

// Whether the item goes by the last `count` of database, schema and alias.
bool goes_by(const FromItem& item, const std::string* names, std::size_t count) {
  const std::string* parts[] = {&item.alias, &item.schema, &item.database};
  for (std::size_t i = 0; i < count; ++i) {
    if (parts[i]->empty() || !same_name(*parts[i], names[count - 1 - i])) return false;
  }
  return true;
}

// The item without what else is said of its star than how it chooses.
json::object bare_star(json::object item) {
  if (get_string_or(item, "class", "") != "STAR") {
    json::array& arguments = item.at("children").as_array();
    arguments[0] = bare_star(arguments[0].as_object());
    return item;
  }
  item["relation_name"] = "";
  for (const char* key : {"exclude_list", "qualified_exclude_list", "replace_list", "rename_list"})
    item[key] = json::array();
  return item;
}

// Not among a table's columns, and no data of it.
bool is_virtual(std::string_view name) { return same_name(name, "rowid"); }

}  // namespace

Origins all_of(const std::vector<LineageColumn>& columns) {
  Origins all;
  for (const LineageColumn& column : columns)
    all.merge(column.origins);
  return all;
}

Origins LineageResolver::expression(const Node& node, Scope& scope) {
  const std::string kind = get_string_or(node, "class", "");
  if (kind == "COLUMN_REF") return column(node, scope);
  if (kind == "FUNCTION") return function(node, scope);
  if (kind == "WINDOW") return window(node, scope);
  if (kind == "CASE") return choice(node, scope);
  if (kind == "SUBQUERY") return subquery(node, scope);
  if (kind == "LAMBDA") return lambda(node, scope);
  if (kind == "STAR") return scope.star != nullptr ? scope.star->origins : all_of(star_columns(node, scope));
  if (kind == "POSITIONAL_REFERENCE") {
    const std::int64_t place = get_int(node, "index").value_or(0);
    if (place < 1 || place > static_cast<std::int64_t>(scope.from.columns.size()))
      return guess(scope, fmt::format("#{}", place));
    return scope.from.columns[static_cast<std::size_t>(place - 1)].origins;
  }
  Origins origins;
  for (const auto& [key, value] : node)
    origins.merge(children(value, scope));
  return origins.as(Use::kTransformation);
}

// Whatever expressions and queries lie in a part of the tree.
Origins LineageResolver::children(const Value& value, Scope& scope) {
  Origins origins;
  if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list)
      origins.merge(children(item, scope));
  } else if (const json::object* object = value.if_object()) {
    if (object->contains("class")) return expression(*object, scope);
    if (get_string_or(*object, "type", "") == "BASE_TABLE") return all_of(from_table(*object, scope).columns);
    if (const json::object* node = get_object(*object, "node")) {
      const QueryLineage inner = query_in(*node, scope);
      origins = all_of(inner.columns);
      origins.merge(inner.rows);
      return origins;
    }
    for (const auto& [key, member] : *object)
      origins.merge(children(member, scope));
  }
  return origins;
}

Origins LineageResolver::member(const Node& node, std::string_view key, Scope& scope) {
  const json::value* value = node.if_contains(key);
  return value == nullptr ? Origins() : children(*value, scope);
}

std::optional<Origins> LineageResolver::column_here(const std::vector<std::string>& names, const Scope& scope) {
  const auto taken_apart = [](const Origins& origins, bool is_part) {
    return is_part ? origins.as(Use::kTransformation) : origins;
  };
  const std::string first = lower_name(names.front());
  if (scope.lambda_parameters.contains(first)) return Origins();  // of a list that is an argument beside the lambda
  const auto alias = scope.aliases.find(first);
  if (scope.order == Aliases::kFirst && alias != scope.aliases.end())
    return taken_apart(alias->second, names.size() > 1);
  for (std::size_t prefix = std::min<std::size_t>(3, names.size() - 1); prefix > 0; --prefix) {
    for (const FromItem& item : scope.from.items) {
      if (!goes_by(item, names.data(), prefix)) continue;
      const LineageColumn* found = find_column(item.columns, names[prefix]);
      if (found != nullptr) return taken_apart(found->origins, names.size() > prefix + 1);
      if (is_virtual(names[prefix])) return Origins();
    }
  }
  if (const LineageColumn* found = find_column(scope.from.columns, names.front()))
    return taken_apart(found->origins, names.size() > 1);
  if (alias != scope.aliases.end()) return taken_apart(alias->second, names.size() > 1);
  for (const FromItem& item : scope.from.items) {  // a row as a value: `select t from t`
    if (same_name(item.alias, first) && !item.is_open) return all_of(item.columns).as(Use::kTransformation);
  }
  if (is_virtual(first) && !scope.from.items.empty()) return Origins();
  return std::nullopt;
}

Origins LineageResolver::column(const Node& node, Scope& scope) {
  const std::vector<std::string> names = get_texts(node, "column_names");
  if (names.empty()) return guess(scope, "a column without a name");
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    if (auto found = column_here(names, *at)) return *found;
    if (at->from.is_open) break;  // it may be one of those not known
  }
  return guess(scope, fmt::format("column `{}`", fmt::join(names, ".")));
}

Origins LineageResolver::guess(const Scope& scope, const std::string& what) {
  add_unresolved(what);
  Origins origins;
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    for (const FromItem& item : at->from.items)
      origins.merge(all_of(item.columns));
    origins.merge(all_of(at->from.columns));
  }
  origins.mark_guessed();
  return origins.as(Use::kTransformation);
}

Origins LineageResolver::function(const Node& node, Scope& scope) {
  const std::string name = lower_name(get_string_or(node, "function_name", ""));
  const bool is_variable = name == "getvariable";  // whatever query filled it
  if (is_variable || functions_->macros.contains(name)) {
    Origins origins = everything();
    origins.merge(guess(scope, is_variable ? "a variable" : fmt::format("macro `{}`", name)));
    return origins;
  }
  Origins origins = member(node, "children", scope);
  origins = origins.as(functions_->aggregates.contains(name) ? Use::kAggregation : Use::kTransformation);
  origins.merge(member(node, "filter", scope).as(Use::kFilter));
  origins.merge(member(node, "order_bys", scope).as(Use::kSort));
  return origins;
}

Origins LineageResolver::window(const Node& node, Scope& scope) {
  const bool aggregates = get_string_or(node, "type", "") == "WINDOW_AGGREGATE";
  Origins origins = member(node, "children", scope).as(aggregates ? Use::kAggregation : Use::kTransformation);
  origins.merge(member(node, "default_expr", scope).as(Use::kTransformation));
  origins.merge(member(node, "filter_expr", scope).as(Use::kFilter));
  for (const char* key : {"partitions", "orders", "start_expr", "end_expr", "offset_expr", "arg_orders"})
    origins.merge(member(node, key, scope).as(Use::kWindow));
  return origins;
}

Origins LineageResolver::choice(const Node& node, Scope& scope) {
  Origins origins = member(node, "else_expr", scope).as(Use::kTransformation);
  const json::array* checks = get_array(node, "case_checks");
  if (checks == nullptr) return origins;
  for (const json::value& check : *checks) {
    if (!check.is_object()) continue;
    origins.merge(member(check.get_object(), "then_expr", scope).as(Use::kTransformation));
    origins.merge(member(check.get_object(), "when_expr", scope).as(Use::kConditional));
  }
  return origins;
}

Origins LineageResolver::subquery(const Node& node, Scope& scope) {
  const json::object* statement = get_object(node, "subquery");
  const json::object* tree = statement == nullptr ? nullptr : get_object(*statement, "node");
  if (tree == nullptr) return guess(scope, "a subquery");
  const QueryLineage inner = query_in(*tree, scope);
  const std::string kind = get_string_or(node, "subquery_type", "");
  Origins origins = inner.rows;
  if (kind == "SCALAR") origins.merge(all_of(inner.columns));
  if (kind == "ANY") origins.merge(all_of(inner.columns).as(Use::kTransformation));
  if (kind != "SCALAR") origins.merge(member(node, "child", scope).as(Use::kTransformation));
  return origins;
}

Origins LineageResolver::lambda(const Node& node, Scope& scope) {
  const std::set<std::string> before = scope.lambda_parameters;
  if (const json::object* head = get_object(node, "lhs")) {
    const auto add = [&](const json::object& parameter) {
      for (const std::string& name : get_texts(parameter, "column_names"))
        scope.lambda_parameters.insert(lower_name(name));
    };
    add(*head);
    if (const json::array* list = get_array(*head, "children")) {
      for (const json::value& parameter : *list) {
        if (parameter.is_object()) add(parameter.get_object());
      }
    }
  }
  Origins origins = member(node, "expr", scope);
  scope.lambda_parameters = before;
  return origins;
}

// Keeps those that an item with a star chooses by their names, COLUMNS('x.*') or `* LIKE 'x%'`: DuckDB says which, on
// columns of the same names.
void LineageResolver::choose(const Node& item, std::vector<LineageColumn>* columns) {
  std::optional<std::vector<std::string>> chosen;
  if (auto node = select_from(*columns)) {
    (*node)["select_list"] = json::array{bare_star(item)};
    const auto sql = sql_of(runner_, *node);
    if (sql) chosen = column_names(runner_, *sql);
  }
  if (!chosen) {
    add_unresolved("a star with a condition");
    for (LineageColumn& column : *columns)
      column.origins.mark_guessed();
    return;
  }
  std::set<std::string> names;
  for (const std::string& name : *chosen)
    names.insert(lower_name(name));
  std::erase_if(*columns, [&](const LineageColumn& column) { return !names.contains(lower_name(column.name)); });
}

std::vector<LineageColumn> LineageResolver::columns_of(const std::string& relation, Scope& scope) {
  if (relation.empty()) return scope.from.columns;
  std::vector<LineageColumn> columns;
  for (const FromItem& item : scope.from.items) {
    if (same_name(item.alias, relation)) columns = item.columns;
  }
  if (columns.empty()) {  // a struct, taken apart into its members
    columns.push_back({"", column({{"column_names", json::array{relation}}}, scope).as(Use::kTransformation)});
  }
  return columns;
}

// The columns that a star stands for, under the names it gives them.
std::vector<LineageColumn> LineageResolver::star_columns(const Node& star, Scope& scope) {
  std::vector<LineageColumn> columns = columns_of(get_string_or(star, "relation_name", ""), scope);
  std::set<std::string> excluded;
  for (const std::string& name : get_texts(star, "exclude_list"))
    excluded.insert(lower_name(name));
  if (const json::array* qualified = get_array(star, "qualified_exclude_list")) {
    for (const json::value& entry : *qualified) {
      if (entry.is_object()) excluded.insert(lower_name(get_string_or(entry.get_object(), "column", "")));
    }
  }
  std::erase_if(columns, [&](const LineageColumn& column) { return excluded.contains(lower_name(column.name)); });

  if (get_object(star, "expr") != nullptr) choose(star, &columns);
  const auto each = [&](const char* key, auto&& body) {
    const json::array* list = get_array(star, key);
    if (list == nullptr) return;
    for (const json::value& entry : *list) {
      if (entry.is_object()) body(entry.get_object());
    }
  };
  each("replace_list", [&](const json::object& entry) {
    const std::string name = get_string_or(entry, "key", "");
    for (LineageColumn& column : columns) {
      if (same_name(column.name, name)) column.origins = member(entry, "value", scope);
    }
  });
  each("rename_list", [&](const json::object& entry) {
    const json::object* key = get_object(entry, "key");
    const std::string name = key == nullptr ? "" : get_string_or(*key, "column", "");
    for (LineageColumn& column : columns) {
      if (same_name(column.name, name)) column.name = get_string_or(entry, "value", column.name);
    }
  });
  return columns;
}

}  // namespace floe::duckdb_compute
