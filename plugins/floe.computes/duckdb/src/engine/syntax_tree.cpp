#include "engine/syntax_tree.hpp"

#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/json/max_depth.hpp"

namespace floe::duckdb_compute {
namespace {

// DuckDB's expressions nest 1,000 deep, each in up to three levels of JSON (CASE).
constexpr std::size_t kMaxDepth = 4096;

// The literal 1e400 is infinite, which DuckDB writes as a word. What reads the tree asks for names, never for numbers.
std::string without_infinities(std::string_view text) {
  constexpr std::string_view kInfinity = "Infinity";
  constexpr std::string_view kLargest = "1.7976931348623157e308";
  std::string finite;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!in_string && text.substr(i).starts_with(kInfinity)) {
      finite += kLargest;
      i += kInfinity.size() - 1;
      continue;
    }
    finite += text[i];
    if (in_string && text[i] == '\\' && i + 1 < text.size())
      finite += text[++i];
    else if (text[i] == '"')
      in_string = !in_string;
  }
  return finite;
}

}  // namespace

Result<json::value> parse_tree(std::string_view text) {
  const bool is_finite = text.find("Infinity") == std::string_view::npos;
  return is_finite ? parse_json(text, kMaxDepth) : parse_json(without_infinities(text), kMaxDepth);
}

Result<SyntaxTree> syntax_tree(Runner& runner, std::string_view sql) {
  const Rows rows = FLOE_TRY(runner.run("SELECT json_serialize_sql(" + quote_text(sql) + ")"));
  const std::string text = rows.text(0, 0);
  const json::value parsed = FLOE_TRY(parse_tree(text).with_context("DuckDB's parse tree"));
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
