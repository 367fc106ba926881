#include "syntax_tree.hpp"

#include "sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::duckdb_compute {

Result<SyntaxTree> syntax_tree(Runner& runner, std::string_view sql) {
  const Rows rows = FLOE_TRY(runner.run("SELECT json_serialize_sql(" + quote_text(sql) + ")"));
  const std::string text = rows.text(0, 0);
  const json::value parsed = FLOE_TRY(parse_json(text).with_context("DuckDB's parse tree"));
  const json::object* root = parsed.if_object();
  if (root == nullptr) return fail(ErrorCode::kInternal, "DuckDB's parse tree is not an object");
  SyntaxTree tree;
  if (get_bool_or(*root, "error", false)) {
    tree.is_query = false;
    if (get_string_or(*root, "error_type", "") != "parser") return tree;
    // Preparing it gives the same error with line and caret.
    auto prepared = runner.prepare(std::string(sql));
    if (!prepared) return std::move(prepared).error();
    return fail(ErrorCode::kInvalidArgument, get_string_or(*root, "error_message", "the SQL cannot be parsed"));
  }
  if (const json::array* statements = get_array(*root, "statements")) tree.statements = *statements;
  return tree;
}

Result<std::string> sql_of(Runner& runner, const json::object& node) {
  const json::object tree{{"error", false}, {"statements", json::array{json::object{{"node", node}}}}};
  const Rows rows = FLOE_TRY(runner.run("SELECT json_deserialize_sql(" + quote_text(to_json(tree)) + ")"));
  return rows.text(0, 0);
}

}  // namespace floe::duckdb_compute
