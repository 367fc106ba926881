#include "lineage/lineage_resolver.hpp"
#include "sql/sql_text.hpp"

#include "base/json/json.hpp"
#include "base/json/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

// One item of FROM under its alias, its columns under the names that the query gives them.
FromScope only(const json::object& ref, FromItem item, Origins rows) {
  const std::string alias = get_string_or(ref, "alias", "");
  if (!alias.empty()) {
    item.alias = alias;
    item.schema.clear();
    item.database.clear();
  }
  const std::vector<std::string> names = get_texts(ref, "column_name_alias");
  for (std::size_t i = 0; i < names.size() && i < item.columns.size(); ++i)
    item.columns[i].name = names[i];
  FromScope scope;
  scope.columns = item.columns;
  scope.is_open = item.is_open;
  scope.rows = std::move(rows);
  scope.items.push_back(std::move(item));
  return scope;
}

std::vector<LineageColumn>::iterator find_in(std::vector<LineageColumn>& columns, const std::string& name) {
  return std::find_if(columns.begin(), columns.end(),
                      [&](const LineageColumn& column) { return lower_name(column.name) == lower_name(name); });
}

// Names of columns used in a part of the tree.
void used_names(const json::value& value, std::set<std::string>* names) {
  if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list)
      used_names(item, names);
  } else if (const json::object* object = value.if_object()) {
    const std::vector<std::string> parts = get_texts(*object, "column_names");
    if (!parts.empty()) names->insert(lower_name(parts.back()));
    for (const auto& [key, member] : *object)
      used_names(member, names);
  }
}

// Table functions whose rows come from their arguments alone.
bool makes_rows_of_arguments(const std::string& name) {
  return name == "unnest" || name == "range" || name == "generate_series" || name == "repeat" || name == "json_each" ||
         name == "json_tree" || name == "repeat_row";
}

}  // namespace

FromScope LineageResolver::from(const Node& ref, const Scope& outer) {
  const std::string type = get_string_or(ref, "type", "");
  if (type == "EMPTY") return {};
  if (type == "BASE_TABLE") return from_table(ref, outer);
  if (type == "JOIN") return from_join(ref, outer);
  if (type == "TABLE_FUNCTION") return from_function(ref, outer);
  if (type == "EXPRESSION_LIST") return from_values(ref, outer);
  if (type == "PIVOT") return from_pivot(ref, outer);
  if (type == "SUBQUERY") {
    const json::object* statement = get_object(ref, "subquery");
    const json::object* node = statement == nullptr ? nullptr : get_object(*statement, "node");
    if (node == nullptr) return from_unknown(ref, outer, "a subquery");
    QueryLineage inner = query_in(*node, outer);
    return only(ref, {"", "", "", std::move(inner.columns), inner.is_open}, std::move(inner.rows));
  }
  if (type == "SHOW_REF") {  // DESCRIBE: of no values; SUMMARIZE: of all
    FromItem item{"", "", "", {}, true};
    Origins origins;
    if (const json::object* node = get_object(ref, "query")) {
      const QueryLineage described = query_in(*node, outer);
      if (get_string_or(ref, "show_type", "") != "DESCRIBE") origins = all_of(described.columns).as(Use::kAggregation);
      if (const auto names = probe_from(ref, outer)) {
        item.is_open = false;
        for (const std::string& name : *names)
          item.columns.push_back({name, origins});
      }
    }
    return only(ref, std::move(item), {});
  }
  return from_unknown(ref, outer, fmt::format("`{}` in FROM", type));
}

// The column names of one item of FROM, from DuckDB; nullopt when it does not stand alone.
std::optional<std::vector<std::string>> LineageResolver::probe_from(const Node& ref, const Scope& scope) {
  auto node = select_from({{"any", {}}});
  if (!node) return std::nullopt;
  (*node)["from_table"] = ref;
  return probe(*node, scope);
}

FromScope LineageResolver::from_table(const Node& ref, const Scope& outer) {
  const std::string database = get_string_or(ref, "catalog_name", "");
  const std::string schema = get_string_or(ref, "schema_name", "");
  const std::string name = get_string_or(ref, "table_name", "");
  if (database.empty() && schema.empty()) {
    if (const CommonTable* common = find_common(*outer.ctes, lower_name(name))) {
      const QueryLineage& lineage = *common->lineage;
      return only(ref, {"", "", name, lineage.columns, lineage.is_open}, lineage.rows);
    }
  }
  const auto found = tables_.find(database, schema, name);
  if (!found) return from_unknown(ref, outer, fmt::format("table `{}`", name));
  const BaseTable& table = tables_.all()[*found];
  FromItem item{table.database, table.schema, table.name, {}, false};
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    item.columns.push_back({table.columns[i], Origins({*found, i})});
  return only(ref, std::move(item), {});
}

FromScope LineageResolver::from_join(const Node& ref, const Scope& outer) {
  const json::object* left_ref = get_object(ref, "left");
  const json::object* right_ref = get_object(ref, "right");
  if (left_ref == nullptr || right_ref == nullptr) return from_unknown(ref, outer, "a join");
  FromScope left = from(*left_ref, outer);
  Scope lateral;  // the right side may name columns of the left one
  lateral.outer = &outer;
  lateral.ctes = outer.ctes;
  lateral.from = left;
  FromScope right = from(*right_ref, lateral);
  const std::string join = get_string_or(ref, "join_type", "");
  std::vector<std::string> shared = get_texts(ref, "using_columns");
  if (get_string_or(ref, "ref_type", "") == "NATURAL") {
    for (const LineageColumn& column : left.columns) {
      if (find_in(right.columns, column.name) != right.columns.end()) shared.push_back(column.name);
    }
  }
  Scope both = lateral;
  both.from.items.insert(both.from.items.end(), right.items.begin(), right.items.end());
  both.from.columns.insert(both.from.columns.end(), right.columns.begin(), right.columns.end());
  both.from.is_open = left.is_open || right.is_open;
  FromScope out;
  out.rows = std::move(left.rows);
  out.rows.merge(right.rows);
  out.rows.merge(member(ref, "condition", both).as(Use::kJoin));
  for (const std::string& name : shared) {
    const auto in_left = find_in(left.columns, name);
    const auto in_right = find_in(right.columns, name);
    if (in_left == left.columns.end() || in_right == right.columns.end()) continue;
    out.rows.merge(in_left->origins.as(Use::kJoin));
    out.rows.merge(in_right->origins.as(Use::kJoin));
    if (join == "RIGHT") in_left->origins = in_right->origins;
    if (join == "FULL" || join == "OUTER") {
      in_left->origins.merge(in_right->origins);
      in_left->origins = in_left->origins.as(Use::kTransformation);
    }
    right.columns.erase(in_right);
  }
  out.items = std::move(left.items);
  out.columns = std::move(left.columns);
  out.is_open = left.is_open;
  if (join == "SEMI" || join == "ANTI") return out;
  out.items.insert(out.items.end(), right.items.begin(), right.items.end());
  out.columns.insert(out.columns.end(), right.columns.begin(), right.columns.end());
  out.is_open = out.is_open || right.is_open;
  return out;
}

FromScope LineageResolver::from_function(const Node& ref, const Scope& outer) {
  const json::object* function = get_object(ref, "function");
  if (function == nullptr) return from_unknown(ref, outer, "a table function");
  const std::string name = lower_name(get_string_or(*function, "function_name", ""));
  Scope scope = outer;
  Origins origins = member(*function, "children", scope).as(Use::kTransformation);
  if (!makes_rows_of_arguments(name)) {
    add_unresolved(fmt::format("what the table function `{}` reads", name));
    origins.mark_guessed();
  }
  FromItem item{"", "", name, {}, false};
  if (const auto names = probe_from(ref, outer)) {
    for (const std::string& column : *names)
      item.columns.push_back({column, origins});
  } else if (name == "unnest" || name == "range" || name == "generate_series") {  // of columns beside it in FROM
    item.columns.push_back({name, origins});
    if (get_string_or(ref, "with_ordinality", "") == "WITH_ORDINALITY") item.columns.push_back({"ordinality", {}});
  } else {
    item.columns.push_back({"", origins});
    item.is_open = true;
  }
  return only(ref, std::move(item), {});
}

FromScope LineageResolver::from_values(const Node& ref, const Scope& outer) {
  FromItem item;
  Scope scope = outer;
  const std::vector<std::string> names = get_texts(ref, "expected_names");
  const json::array* rows = get_array(ref, "values");
  if (rows == nullptr) return from_unknown(ref, outer, "VALUES");
  for (const json::value& row : *rows) {
    const json::array* values = row.if_array();
    for (std::size_t i = 0; values != nullptr && i < values->size(); ++i) {
      if (item.columns.size() <= i) item.columns.push_back({i < names.size() ? names[i] : fmt::format("col{}", i), {}});
      item.columns[i].origins.merge(children((*values)[i], scope));
    }
  }
  return only(ref, std::move(item), {});
}

FromScope LineageResolver::from_pivot(const Node& ref, const Scope& outer) {
  const json::object* source_ref = get_object(ref, "source");
  if (source_ref == nullptr) return from_unknown(ref, outer, "PIVOT");
  FromScope source = from(*source_ref, outer);
  const json::array* aggregates = get_array(ref, "aggregates");
  if (aggregates == nullptr || aggregates->empty()) return from_unpivot(ref, std::move(source));
  Scope scope;
  scope.outer = &outer;
  scope.ctes = outer.ctes;
  scope.from = source;
  Origins made = children(*aggregates, scope).as(Use::kAggregation);
  made.merge(member(ref, "pivots", scope).as(Use::kConditional));
  std::set<std::string> used;
  used_names(*aggregates, &used);
  if (const json::value* pivots = ref.if_contains("pivots")) used_names(*pivots, &used);
  FromItem item;
  const std::vector<std::string> groups = get_texts(ref, "groups");
  if (groups.empty()) {
    for (const LineageColumn& column : source.columns) {
      if (!used.contains(lower_name(column.name))) item.columns.push_back(column);
    }
  }
  for (const std::string& group : groups) {
    const auto found = find_in(source.columns, group);
    item.columns.push_back(
        found != source.columns.end() ? *found : LineageColumn{group, guess(scope, "column `" + group + "`")});
  }
  // DuckDB names the rest, on a source of the same names.
  std::optional<std::vector<std::string>> names;
  if (const auto shape = select_from(source.columns)) {
    json::object on_shape = ref;
    on_shape["source"] = shape->at("from_table");
    names = probe_from(on_shape, outer);
  }
  if (names && names->size() >= item.columns.size()) {
    for (std::size_t i = item.columns.size(); i < names->size(); ++i)
      item.columns.push_back({(*names)[i], made});
  } else {
    add_unresolved("the columns of PIVOT");
    made.mark_guessed();
    item.columns.push_back({"", made});
    item.is_open = true;
  }
  return only(ref, std::move(item), std::move(source.rows));
}

FromScope LineageResolver::from_unpivot(const Node& ref, FromScope source) {
  std::set<std::string> taken;
  Origins values;
  std::vector<std::string> labels;
  Scope scope;
  scope.ctes = std::make_shared<const CommonTables>();
  scope.from = source;
  const json::array* pivots = get_array(ref, "pivots");
  for (std::size_t i = 0; pivots != nullptr && i < pivots->size(); ++i) {
    const json::object& pivot = (*pivots)[i].as_object();
    for (std::string& name : get_texts(pivot, "unpivot_names"))
      labels.push_back(std::move(name));
    const json::array* entries = get_array(pivot, "entries");
    for (std::size_t j = 0; entries != nullptr && j < entries->size(); ++j) {
      const json::object& entry = (*entries)[j].as_object();
      if (const json::object* star = get_object(entry, "star_expr"); star != nullptr && star->contains("class")) {
        const auto columns = star_columns(*star, scope);
        values.merge(all_of(columns));
        for (const LineageColumn& column : columns)
          taken.insert(lower_name(column.name));
      }
      const json::array* list = get_array(entry, "values");
      for (std::size_t k = 0; list != nullptr && k < list->size(); ++k) {
        const std::string name = (*list)[k].is_object() ? get_string_or((*list)[k].as_object(), "value", "") : "";
        const auto found = find_in(source.columns, name);
        if (found == source.columns.end()) {
          values.merge(guess(scope, "column `" + name + "`"));
        } else {
          values.merge(found->origins);
        }
        taken.insert(lower_name(name));
      }
    }
  }
  FromItem item;
  item.is_open = source.is_open;
  for (const LineageColumn& column : source.columns) {
    if (!taken.contains(lower_name(column.name))) item.columns.push_back(column);
  }
  for (std::string& label : labels)
    item.columns.push_back({std::move(label), {}});
  for (std::string& name : get_texts(ref, "unpivot_names"))
    item.columns.push_back({std::move(name), values});
  return only(ref, std::move(item), std::move(source.rows));
}

FromScope LineageResolver::from_unknown(const Node& ref, const Scope& outer, const std::string& what) {
  Scope scope = outer;
  for (const auto& [key, value] : ref)
    children(value, scope);  // finds the tables below
  add_unresolved(what);
  Origins origins = everything();
  origins.mark_guessed();
  FromItem item{"", "", get_string_or(ref, "table_name", ""), {{"", origins}}, true};
  return only(ref, std::move(item), origins.as(Use::kFilter));
}

}  // namespace floe::duckdb_compute
