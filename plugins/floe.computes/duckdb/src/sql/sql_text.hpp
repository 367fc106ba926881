// SQL as text: quoting, embedding a statement in another one, and what that does to error positions.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

std::string quote_name(std::string_view name);                   // "a""b"
std::string quote_text(std::string_view text);                   // 'it''s'; an expression when it has NULs
std::string quote_path(std::string_view path);                   // quote_text, with glob characters taken literally
std::string quote_paths(const std::vector<std::string>& paths);  // ['a', 'b']
std::string lower_name(std::string_view name);  // names compare case-insensitively (ASCII, as in DuckDB)

// The statement without what follows its last token: white space, comments, semicolons.
std::string_view trim_statement(std::string_view sql);

// False when a token follows a semicolon.
bool is_one_statement(std::string_view sql);

// A query as a subquery that starts on a line of its own: `(\n<sql>\n)`.
std::string as_subquery(std::string_view sql);

// Every "LINE n:" of a message lowered by `lines` (not below 1): for errors of a statement embedded that far down.
Error shift_lines(Error error, int lines);

}  // namespace floe::duckdb_compute
