#include "engine/engine.hpp"
#include "engine/methods.hpp"
#include "engine/syntax_tree.hpp"
#include "sql/sql_text.hpp"

#include "base/json/json.hpp"

#include <set>
#include <tuple>

namespace floe::duckdb_compute {
namespace {

using Names = std::set<std::string>;  // lower case

bool is_catalog_name(const std::string& name) {
  const std::string lower = lower_name(name);
  return lower.starts_with("duckdb_") || lower.starts_with("pragma_") || lower.starts_with("sqlite_master") ||
         lower == "sqlite_schema" || lower.starts_with("pg_");
}

bool is_catalog_schema(const std::string& schema) {
  const std::string lower = lower_name(schema);
  return lower == "information_schema" || lower == "pg_catalog";
}

// Walks DuckDB's serialized parse tree. CTE names hide tables only where they are in scope: a CTE sees those before it,
// itself only when it is recursive, so `with orders as (select * from orders) ...` still reads the table.
class TreeWalker {
 public:
  void walk(const json::value& value, const Names& scope) {
    if (const json::array* array = value.if_array()) {
      for (const json::value& entry : *array)
        walk(entry, scope);
    } else if (const json::object* object = value.if_object()) {
      walk_object(*object, scope);
    }
  }

  [[nodiscard]] json::array tables() {
    json::array list;
    for (const auto& [database, schema, name] : order_) {
      list.push_back(json::object{{"database", database}, {"schema", schema}, {"name", name}});
    }
    return list;
  }

  [[nodiscard]] bool catalog() const { return catalog_; }

 private:
  void walk_object(const json::object& object, const Names& scope) {
    const json::string* type = nullptr;
    if (const json::value* entry = object.if_contains("type")) type = entry->if_string();
    if (type != nullptr && *type == "BASE_TABLE") add_table(object, scope);
    if (type != nullptr && *type == "TABLE_FUNCTION") look_at_function(object);
    if (type != nullptr && *type == "SHOW_REF" && get_object(object, "query") == nullptr) catalog_ = true;
    const json::object* ctes = get_object(object, "cte_map");
    const Names inner = ctes != nullptr ? walk_ctes(*ctes, scope) : Names();
    const Names& visible = ctes != nullptr ? inner : scope;
    if (type != nullptr && *type == "RECURSIVE_CTE_NODE") {
      Names own = visible;
      own.insert(lower_name(get_string_or(object, "cte_name", "")));
      walk_children(object, own);
    } else {
      walk_children(object, visible);
    }
  }

  void walk_children(const json::object& object, const Names& scope) {
    for (const auto& [key, value] : object) {
      if (key != "cte_map") walk(value, scope);
    }
  }

  Names walk_ctes(const json::object& ctes, const Names& scope) {
    Names names = scope;
    const json::array* map = get_array(ctes, "map");
    if (map == nullptr) return names;
    for (const json::value& entry : *map) {
      const json::object* cte = entry.if_object();
      if (cte == nullptr) continue;
      if (const json::value* value = cte->if_contains("value")) walk(*value, names);
      names.insert(lower_name(get_string_or(*cte, "key", "")));
    }
    return names;
  }

  void add_table(const json::object& object, const Names& scope) {
    const std::string database = get_string_or(object, "catalog_name", "");
    const std::string schema = get_string_or(object, "schema_name", "");
    const std::string name = get_string_or(object, "table_name", "");
    if (is_catalog_schema(schema) || lower_name(database) == "system") {
      catalog_ = true;
      return;
    }
    if (schema.empty() && database.empty()) {
      if (scope.contains(lower_name(name))) return;
      if (is_catalog_name(name)) {
        catalog_ = true;
        return;
      }
    }
    if (seen_.insert({lower_name(database), lower_name(schema), lower_name(name)}).second) {
      order_.emplace_back(database, schema, name);
    }
  }

  void look_at_function(const json::object& object) {
    const json::object* function = get_object(object, "function");
    if (function != nullptr && is_catalog_name(get_string_or(*function, "function_name", ""))) catalog_ = true;
  }

  std::set<std::tuple<std::string, std::string, std::string>> seen_;
  std::vector<std::tuple<std::string, std::string, std::string>> order_;
  bool catalog_ = false;
};

}  // namespace

Result<std::string> tables_in(Statement& statement, std::string_view sql, const FileUses& files) {
  const SyntaxTree tree = FLOE_TRY(syntax_tree(statement.runner(), sql));
  TreeWalker walker;
  walker.walk(tree.statements, {});
  return to_json(json::object{{"tables", walker.tables()},
                              {"other", !tree.is_query},
                              {"catalog", walker.catalog()},
                              {"files_read", json::array(files.read.begin(), files.read.end())},
                              {"files_written", json::array(files.written.begin(), files.written.end())}});
}

}  // namespace floe::duckdb_compute
