#include "engine/syntax_tree.hpp"
#include "lineage/lineage_resolver.hpp"
#include "sql/sql_text.hpp"

#include "base/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

// A whole number: the place of a column in ORDER BY and GROUP BY. 0 = it is something else.
std::size_t place_of(const json::object& node) {
  if (get_string_or(node, "class", "") != "CONSTANT") return 0;
  const json::object* value = get_object(node, "value");
  const std::int64_t place = value == nullptr ? 0 : get_int(*value, "value").value_or(0);
  return place > 0 ? static_cast<std::size_t>(place) : 0;
}

// The star in an item that is computed once for each of its columns; nullptr when there is none.
const json::object* repeated_star(const json::object& node) {
  const std::string kind = get_string_or(node, "class", "");
  if (kind == "STAR") return get_bool_or(node, "columns", false) ? &node : nullptr;
  if (kind == "SUBQUERY" || get_string_or(node, "type", "") == "OPERATOR_UNPACK") return nullptr;
  const json::object* found = nullptr;
  for (const auto& [key, member] : node) {
    if (const json::object* object = member.if_object(); found == nullptr && object != nullptr)
      found = repeated_star(*object);
    const json::array* list = member.if_array();
    for (std::size_t i = 0; list != nullptr && found == nullptr && i < list->size(); ++i) {
      if ((*list)[i].is_object()) found = repeated_star((*list)[i].get_object());
    }
  }
  return found;
}

bool is_unnest(const json::object& item) {
  return get_string_or(item, "class", "") == "FUNCTION" &&
         lower_name(get_string_or(item, "function_name", "")) == "unnest";
}

// `* LIKE 'a%'` and its kind: a choice among the columns by name.
const json::object* filtered_star(const json::object& item) {
  if (get_string_or(item, "class", "") != "FUNCTION") return nullptr;
  const json::array* arguments = get_array(item, "children");
  if (arguments == nullptr || arguments->empty() || !(*arguments)[0].is_object()) return nullptr;
  const json::object& first = (*arguments)[0].get_object();
  const bool is_star = get_string_or(first, "class", "") == "STAR" && !get_bool_or(first, "columns", false);
  return is_star ? &first : nullptr;
}

}  // namespace

const CommonTable* find_common(const CommonTables& tables, const std::string& lower_name) {
  const auto found =
      std::find_if(tables.rbegin(), tables.rend(), [&](const auto& entry) { return entry.first == lower_name; });
  return found == tables.rend() ? nullptr : &found->second;
}

LineageResolver::LineageResolver(Runner& runner, std::shared_ptr<const FunctionNames> functions)
    : runner_(runner), tables_(runner), functions_(std::move(functions)) {}

void LineageResolver::add_unresolved(std::string what) {
  if (std::find(unresolved_.begin(), unresolved_.end(), what) == unresolved_.end())
    unresolved_.push_back(std::move(what));
}

Origins LineageResolver::everything() const {
  Origins all;
  for (std::size_t i = 0; i < tables_.all().size(); ++i) {
    for (std::size_t j = 0; j < tables_.all()[i].columns.size(); ++j)
      all.add({i, j}, Use::kTransformation);
  }
  return all;
}

QueryLineage LineageResolver::query(const Node& node) {
  Scope outermost;
  outermost.ctes = std::make_shared<const CommonTables>();
  return query_in(node, outermost);
}

QueryLineage LineageResolver::query_in(const Node& node, const Scope& outer) {
  Scope scope;
  scope.outer = &outer;
  scope.ctes = outer.ctes;
  read_ctes(node, &scope);
  const std::string type = get_string_or(node, "type", "");
  if (type == "SELECT_NODE") return select(node, scope);
  if (type == "SET_OPERATION_NODE") return set_operation(node, scope);
  if (type == "RECURSIVE_CTE_NODE") return recursive(node, scope);
  if (type == "CTE_NODE") {
    if (const json::object* child = get_object(node, "child")) return query_in(*child, scope);
  }
  FromScope unknown = from_unknown(node, scope, fmt::format("a query of kind `{}`", type));
  return {std::move(unknown.columns), std::move(unknown.rows), true};
}

void LineageResolver::read_ctes(const Node& node, Scope* scope) {
  const json::object* map = get_object(node, "cte_map");
  const json::array* entries = map == nullptr ? nullptr : get_array(*map, "map");
  for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    const json::object& entry = (*entries)[i].as_object();
    const json::object* value = get_object(entry, "value");
    const json::object* statement = value == nullptr ? nullptr : get_object(*value, "query");
    const json::object* query_node = statement == nullptr ? nullptr : get_object(*statement, "node");
    if (query_node == nullptr) continue;
    auto lineage = std::make_shared<QueryLineage>(query_in(*query_node, *scope));
    if (const json::array* names = get_array(*value, "aliases")) {
      for (std::size_t j = 0; j < names->size() && j < lineage->columns.size(); ++j)
        lineage->columns[j].name = to_view((*names)[j].as_string());
    }
    auto ctes = std::make_shared<CommonTables>(*scope->ctes);
    ctes->emplace_back(lower_name(get_string_or(entry, "key", "")), CommonTable{std::move(lineage), entry});
    scope->ctes = std::move(ctes);
  }
}

// The tree of a query on columns of these names, without types: for DuckDB to say what a part of another tree gives.
std::optional<json::object> LineageResolver::select_from(const std::vector<LineageColumn>& columns) {
  std::string shape;
  std::set<std::string> seen;
  for (const LineageColumn& column : columns) {
    if (!column.name.empty() && seen.insert(lower_name(column.name)).second)
      shape += (shape.empty() ? "SELECT * FROM (SELECT NULL AS " : ", NULL AS ") + quote_name(column.name);
  }
  if (shape.empty()) return std::nullopt;
  const auto tree = syntax_tree(runner_, shape + ")");
  if (!tree || tree->statements.empty()) return std::nullopt;
  const json::object* node = get_object(tree->statements[0].as_object(), "node");
  return node == nullptr ? std::nullopt : std::optional(*node);
}

// The column names of a query that stands in `scope`, from DuckDB; nullopt when it does not stand alone.
std::optional<std::vector<std::string>> LineageResolver::probe(const Node& node, const Scope& scope) {
  json::object alone = node;
  json::array entries;
  for (const auto& [name, common] : *scope.ctes) {
    const bool is_visible = find_common(*scope.ctes, name) == &common;
    if (is_visible && !common.entry.empty()) entries.push_back(common.entry);
  }
  if (!entries.empty()) alone["cte_map"] = json::object{{"map", std::move(entries)}};
  const auto sql = sql_of(runner_, alone);
  if (!sql) return std::nullopt;
  return column_names(runner_, *sql);
}

void LineageResolver::select_item(const Node& item, Scope& scope, QueryLineage* out) {
  const std::string alias = get_string_or(item, "alias", "");
  if (get_string_or(item, "class", "") == "STAR") {
    for (LineageColumn& column : star_columns(item, scope))
      out->columns.push_back(std::move(column));
    out->is_open = out->is_open || scope.from.is_open;
    return;
  }
  if (const json::object* star = filtered_star(item)) {
    std::vector<LineageColumn> columns = star_columns(*star, scope);
    choose(item, &columns);
    out->columns.insert(out->columns.end(), columns.begin(), columns.end());
    out->is_open = out->is_open || scope.from.is_open;
    return;
  }
  if (const json::object* star = repeated_star(item)) {
    for (const LineageColumn& column : star_columns(*star, scope)) {
      scope.star = &column;
      out->columns.push_back({alias.empty() ? column.name : alias, expression(item, scope)});
      scope.star = nullptr;
    }
    out->is_open = out->is_open || scope.from.is_open;
    return;
  }
  LineageColumn column{alias, expression(item, scope)};
  if (column.name.empty() && get_string_or(item, "class", "") == "COLUMN_REF") {
    const json::array* names = get_array(item, "column_names");
    if (names != nullptr && !names->empty()) column.name = to_view(names->back().as_string());
  }
  if (!alias.empty()) scope.aliases.emplace(lower_name(alias), column.origins);
  out->columns.push_back(std::move(column));
}

// Whether the item gives a column for each member of a struct.
bool LineageResolver::expands(const Node& item, const Scope& scope) {
  if (is_unnest(item)) return true;
  const std::string relation = get_string_or(item, "relation_name", "");
  return get_string_or(item, "class", "") == "STAR" && !relation.empty() &&
         std::none_of(scope.from.items.begin(), scope.from.items.end(),
                      [&](const FromItem& known) { return lower_name(known.alias) == lower_name(relation); });
}

// Names that DuckDB makes up (`max(a)`), and the columns of the items that expand, which begin at `expanded`.
void LineageResolver::name_columns(const Node& node, const Scope& scope, const std::vector<std::size_t>& expanded,
                                   QueryLineage* out) {
  const bool is_named = std::all_of(out->columns.begin(), out->columns.end(),
                                    [](const LineageColumn& column) { return !column.name.empty(); });
  if (out->is_open || (is_named && expanded.empty())) return;
  json::object bare = node;
  bare["modifiers"] = json::array();
  const auto names = probe(bare, scope);
  if (!names) return;
  if (!expanded.empty() && names->size() > out->columns.size()) {
    LineageColumn member = out->columns[expanded.front()];
    const auto first = static_cast<std::ptrdiff_t>(expanded.front());
    if (expanded.size() > 1) {  // how many columns each of them has is not known
      for (std::size_t i = expanded.front(); i < out->columns.size(); ++i)
        member.origins.merge(out->columns[i].origins);
      member.origins.mark_guessed();
      std::fill(out->columns.begin() + first, out->columns.end(), member);
    }
    out->columns.insert(out->columns.begin() + first, names->size() - out->columns.size(), member);
  }
  if (names->size() != out->columns.size()) return;
  for (std::size_t i = 0; i < names->size(); ++i)
    out->columns[i].name = (*names)[i];
}

bool LineageResolver::is_aggregated(const Value& value) const {
  if (const json::array* list = value.if_array())
    return std::any_of(list->begin(), list->end(), [&](const json::value& item) { return is_aggregated(item); });
  const json::object* object = value.if_object();
  if (object == nullptr) return false;
  const std::string kind = get_string_or(*object, "class", "");
  if (kind == "SUBQUERY" || kind == "WINDOW") return false;
  if (kind == "FUNCTION" && functions_->aggregates.contains(lower_name(get_string_or(*object, "function_name", ""))))
    return true;
  return std::any_of(object->begin(), object->end(), [&](const auto& entry) { return is_aggregated(entry.value()); });
}

// Of a list of expressions in which a number means a column of the result.
Origins LineageResolver::listed(const Value* list, Scope& scope, const std::vector<LineageColumn>& columns) {
  Origins origins;
  const json::array* items = list == nullptr ? nullptr : list->if_array();
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    const json::object& item = (*items)[i].as_object();
    const json::object* node = get_object(item, "expression");
    if (node == nullptr) node = &item;
    const std::size_t place = place_of(*node);
    if (get_string_or(*node, "class", "") == "STAR" && get_object(*node, "expr") == nullptr) {  // ORDER BY ALL
      origins.merge(all_of(columns));
    } else if (place > 0 && place <= columns.size()) {
      origins.merge(columns[place - 1].origins);
    } else {
      origins.merge(expression(*node, scope));
    }
  }
  return origins;
}

void LineageResolver::modifiers(const Node& node, Scope& scope, QueryLineage* out) {
  const json::array* list = get_array(node, "modifiers");
  scope.order = Aliases::kFirst;
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const json::object& modifier = (*list)[i].as_object();
    const std::string type = get_string_or(modifier, "type", "");
    if (type == "ORDER_MODIFIER") {
      out->rows.merge(listed(modifier.if_contains("orders"), scope, out->columns).as(Use::kSort));
    } else if (type == "DISTINCT_MODIFIER") {
      const json::array* targets = get_array(modifier, "distinct_on_targets");
      const bool is_all = targets == nullptr || targets->empty();
      out->rows.merge(
          (is_all ? all_of(out->columns) : listed(modifier.if_contains("distinct_on_targets"), scope, out->columns))
              .as(Use::kGroupBy));
    } else {
      out->rows.merge(children(modifier, scope).as(Use::kFilter));
    }
  }
}

QueryLineage LineageResolver::select(const Node& node, const Scope& outer) {
  Scope scope;
  scope.outer = outer.outer;
  scope.ctes = outer.ctes;
  QueryLineage out;
  if (const json::object* ref = get_object(node, "from_table")) scope.from = from(*ref, outer);
  out.rows = scope.from.rows;
  const json::array* items = get_array(node, "select_list");
  if (items == nullptr) return out;
  Origins grouped;
  std::vector<std::size_t> expanded;
  const bool groups_by_all = get_string_or(node, "aggregate_handling", "") == "FORCE_AGGREGATES";
  for (const json::value& item : *items) {
    const std::size_t begin = out.columns.size();
    if (expands(item.as_object(), scope)) expanded.push_back(begin);
    select_item(item.as_object(), scope, &out);
    if (!groups_by_all || is_aggregated(item)) continue;
    for (std::size_t i = begin; i < out.columns.size(); ++i)
      grouped.merge(out.columns[i].origins);
  }
  name_columns(node, scope, expanded, &out);
  grouped.merge(listed(node.if_contains("group_expressions"), scope, out.columns));
  out.rows.merge(grouped.as(Use::kGroupBy));
  for (const char* clause : {"where_clause", "having", "qualify"})
    out.rows.merge(member(node, clause, scope).as(Use::kFilter));
  modifiers(node, scope, &out);
  return out;
}

QueryLineage LineageResolver::set_operation(const Node& node, const Scope& outer) {
  std::vector<const json::object*> parts;
  for (const char* key : {"left", "right"}) {
    if (const json::object* part = get_object(node, key)) parts.push_back(part);
  }
  if (const json::array* list = get_array(node, "children")) {
    for (const json::value& part : *list)
      parts.push_back(&part.as_object());
  }
  const std::string type = get_string_or(node, "setop_type", "");
  QueryLineage out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    QueryLineage part = query_in(*parts[i], outer);
    out.rows.merge(part.rows);
    out.is_open = out.is_open || part.is_open;
    if (i == 0) {
      out.columns = std::move(part.columns);
    } else if (type == "EXCEPT") {
      out.rows.merge(all_of(part.columns).as(Use::kFilter));
    } else if (type == "UNION_BY_NAME") {
      for (LineageColumn& column : part.columns) {
        const auto same = std::find_if(out.columns.begin(), out.columns.end(), [&](const LineageColumn& known) {
          return lower_name(known.name) == lower_name(column.name);
        });
        if (same == out.columns.end()) {
          out.columns.push_back(std::move(column));
        } else {
          same->origins.merge(column.origins);
        }
      }
    } else {
      for (std::size_t j = 0; j < part.columns.size() && j < out.columns.size(); ++j)
        out.columns[j].origins.merge(part.columns[j].origins);
    }
  }
  if (out.is_open) {  // places do not match
    add_unresolved("the columns of a set operation");
    for (LineageColumn& column : out.columns) {
      column.origins.merge(everything());
      column.origins.mark_guessed();
    }
  }
  if (!get_bool_or(node, "setop_all", false)) out.rows.merge(all_of(out.columns).as(Use::kGroupBy));
  Scope scope;
  scope.outer = outer.outer;
  scope.ctes = outer.ctes;
  scope.from.columns = out.columns;
  modifiers(node, scope, &out);
  return out;
}

QueryLineage LineageResolver::recursive(const Node& node, const Scope& outer) {
  const json::object* left = get_object(node, "left");
  const json::object* right = get_object(node, "right");
  if (left == nullptr || right == nullptr) {
    FromScope unknown = from_unknown(node, outer, "a recursive query");
    return {std::move(unknown.columns), std::move(unknown.rows), true};
  }
  QueryLineage out = query_in(*left, outer);
  if (const json::array* names = get_array(node, "aliases")) {
    for (std::size_t i = 0; i < names->size() && i < out.columns.size(); ++i)
      out.columns[i].name = to_view((*names)[i].as_string());
  }
  const std::string name = lower_name(get_string_or(node, "cte_name", ""));
  for (bool has_grown = true; has_grown;) {  // origins only get more, and there are finitely many
    Scope scope;
    scope.outer = outer.outer;
    auto ctes = std::make_shared<CommonTables>(*outer.ctes);
    ctes->emplace_back(name, CommonTable{std::make_shared<const QueryLineage>(out), {}});
    scope.ctes = std::move(ctes);
    const QueryLineage step = query_in(*right, scope);
    has_grown = false;
    for (std::size_t i = 0; i < step.columns.size() && i < out.columns.size(); ++i) {
      const Origins before = out.columns[i].origins;
      out.columns[i].origins.merge(step.columns[i].origins);
      has_grown = has_grown || !(before == out.columns[i].origins);
    }
    const Origins before = out.rows;
    out.rows.merge(step.rows);
    has_grown = has_grown || !(before == out.rows);
  }
  return out;
}

}  // namespace floe::duckdb_compute
