#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/syntax_tree.hpp"
#include "lineage/lineage_resolver.hpp"
#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::duckdb_compute {
namespace {

json::object relation_of(const BaseTable& table) {
  return {{"database", table.database}, {"schema", table.schema}, {"name", table.name}};
}

json::array lineage_of(const Origins& origins, const std::vector<BaseTable>& tables) {
  json::array list;
  for (const auto& [origin, use] : origins.entries()) {
    const BaseTable& table = tables[origin.table];
    list.push_back(json::object{{"relation", relation_of(table)},
                                {"column", table.columns[origin.column]},
                                {"type", use_type(use)},
                                {"subtype", use_subtype(use)}});
  }
  return list;
}

// The resolver's columns when they are those that DuckDB bound, else for each of these everything that is read.
std::vector<LineageColumn> checked(LineageResolver& resolver, std::vector<LineageColumn> columns,
                                   const std::vector<QueryColumn>& bound) {
  bool is_same = columns.size() == bound.size();
  for (std::size_t i = 0; is_same && i < bound.size(); ++i)
    is_same = columns[i].name.empty() || lower_name(columns[i].name) == lower_name(bound[i].name);
  if (is_same) return columns;
  resolver.add_unresolved("which columns the query has");
  Origins everything = resolver.everything();
  everything.mark_guessed();
  return std::vector<LineageColumn>(bound.size(), {"", everything});
}

}  // namespace

Result<std::string> analyze(Statement& statement, std::string_view sql) {
  Runner& runner = statement.runner();
  const SyntaxTree tree = FLOE_TRY(syntax_tree(runner, sql));
  // Also a PIVOT whose columns come from the data: binding it would read them.
  if (!tree.is_query || tree.statements.size() != 1) {
    return fail(ErrorCode::kUnsupported, "only one SELECT whose columns do not depend on the data can be analyzed");
  }
  const std::vector<QueryColumn> bound = FLOE_TRY(query_columns(runner, sql));
  LineageResolver resolver(runner, statement.engine().functions().names(runner));
  QueryLineage lineage = resolver.query(*FLOE_TRY(require_object(tree.statements[0].as_object(), "node")));
  FLOE_TRY(runner.check());
  const std::vector<LineageColumn> columns = checked(resolver, std::move(lineage.columns), bound);
  json::array list;
  for (std::size_t i = 0; i < bound.size(); ++i) {
    const auto type = storable_type(bound[i].type, bound[i].name);
    list.push_back(json::object{{"name", bound[i].name},
                                {"type", type ? iceberg_type_to_json(*type) : json::value()},
                                {"sql_type", sql_name(bound[i].type)},
                                {"nullable", true},
                                {"lineage", lineage_of(columns[i].origins, resolver.tables())},
                                {"exact", !columns[i].origins.is_guessed()}});
  }
  json::array tables;
  for (const BaseTable& table : resolver.tables())
    tables.push_back(relation_of(table));
  json::array unresolved;
  for (const std::string& what : resolver.unresolved())
    unresolved.emplace_back(what);
  return to_json(json::object{{"columns", std::move(list)},
                              {"tables", std::move(tables)},
                              {"rows", lineage_of(lineage.rows, resolver.tables())},
                              {"unresolved", std::move(unresolved)}});
}

}  // namespace floe::duckdb_compute
