// DuckDB's own parse tree as JSON: what tables_in and analyze walk.
#pragma once

#include "engine/runner.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::duckdb_compute {

struct SyntaxTree {
  bool is_query = true;  // false: something else than a SELECT, without a tree
  boost::json::array statements;
};

// The JSON of a tree that DuckDB has written: it nests as deep as SQL may, and has numbers that JSON has not.
Result<boost::json::value> parse_tree(std::string_view text);

// kInvalidArgument with line and caret when the SQL cannot be parsed.
Result<SyntaxTree> syntax_tree(Runner& runner, std::string_view sql);

// The SQL of a SELECT_NODE or the like.
Result<std::string> sql_of(Runner& runner, const boost::json::object& node);

}  // namespace floe::duckdb_compute
