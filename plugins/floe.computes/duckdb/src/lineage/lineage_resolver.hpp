// LineageResolver: which stored columns each column of a query comes from, by DuckDB's rules for names. What it cannot
// resolve counts as everything in reach, is marked as guessed, and is named in unresolved().
#pragma once

#include "engine/function_names.hpp"
#include "engine/runner.hpp"
#include "lineage/base_tables.hpp"
#include "lineage/lineage_scope.hpp"

#include "base/json/json.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

class LineageResolver {
 public:
  LineageResolver(Runner& runner, std::shared_ptr<const FunctionNames> functions);

  // Of a node of the parse tree (SELECT_NODE, SET_OPERATION_NODE ...).
  QueryLineage query(const boost::json::object& node);

  [[nodiscard]] const std::vector<BaseTable>& tables() const { return tables_.all(); }

  // What could not be resolved, for people.
  [[nodiscard]] const std::vector<std::string>& unresolved() const { return unresolved_; }

  void add_unresolved(std::string what);

  // All columns of all tables read.
  [[nodiscard]] Origins everything() const;

 private:
  using Node = boost::json::object;
  using Value = boost::json::value;

  // lineage_select.cpp
  QueryLineage query_in(const Node& node, const Scope& outer);
  QueryLineage select(const Node& node, const Scope& outer);
  QueryLineage set_operation(const Node& node, const Scope& outer);
  QueryLineage recursive(const Node& node, const Scope& outer);
  void read_ctes(const Node& node, Scope* scope);
  void select_item(const Node& item, Scope& scope, QueryLineage* out);
  void name_columns(const Node& node, const Scope& scope, const std::vector<std::size_t>& expanded, QueryLineage* out);
  static bool expands(const Node& item, const Scope& scope);
  void modifiers(const Node& node, Scope& scope, QueryLineage* out);
  Origins listed(const Value* list, Scope& scope, const std::vector<LineageColumn>& columns);
  bool is_aggregated(const Value& value) const;
  std::optional<std::vector<std::string>> probe(const Node& node, const Scope& scope);
  std::optional<Node> select_from(const std::vector<LineageColumn>& columns);

  // lineage_from.cpp
  FromScope from(const Node& ref, const Scope& outer);
  std::optional<std::vector<std::string>> probe_from(const Node& ref, const Scope& scope);
  FromScope from_table(const Node& ref, const Scope& outer);
  FromScope from_join(const Node& ref, const Scope& outer);
  FromScope from_function(const Node& ref, const Scope& outer);
  FromScope from_values(const Node& ref, const Scope& outer);
  FromScope from_pivot(const Node& ref, const Scope& outer);
  FromScope from_unpivot(const Node& ref, FromScope source);
  FromScope from_unknown(const Node& ref, const Scope& outer, const std::string& what);

  // lineage_expression.cpp
  Origins expression(const Node& node, Scope& scope);
  Origins member(const Node& node, std::string_view key, Scope& scope);
  Origins children(const Value& value, Scope& scope);
  Origins column(const Node& node, Scope& scope);
  std::optional<Origins> column_here(const std::vector<std::string>& names, const Scope& scope);
  Origins function(const Node& node, Scope& scope);
  Origins window(const Node& node, Scope& scope);
  Origins choice(const Node& node, Scope& scope);
  Origins subquery(const Node& node, Scope& scope);
  Origins lambda(const Node& node, Scope& scope);
  // Of a relation of FROM, of all of them when it is empty.
  std::vector<LineageColumn> columns_of(const std::string& relation, Scope& scope);
  std::vector<LineageColumn> star_columns(const Node& star, Scope& scope);
  void choose(const Node& item, std::vector<LineageColumn>* columns);
  Origins guess(const Scope& scope, const std::string& what);

  Runner& runner_;
  BaseTables tables_;
  std::shared_ptr<const FunctionNames> functions_;
  std::vector<std::string> unresolved_;
};

// Of several columns.
Origins all_of(const std::vector<LineageColumn>& columns);

}  // namespace floe::duckdb_compute
