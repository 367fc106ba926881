// Tokens as what they stand for: names without quotes, texts of literals.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace floe::duckdb_compute {

bool is_name(std::string_view token);         // a word that is no number, or a name in quotes
std::string name_of(std::string_view token);  // lower case, without quotes
bool is_literal(std::string_view token);      // of any kind of quotes
// Nothing when its text is not what stands there: an E'' literal with escapes.
std::optional<std::string> literal_text(std::string_view token);
// `'data/x.csv'` or "data/x.csv": a table of this name would be a file.
bool looks_like_file(std::string_view name);

}  // namespace floe::duckdb_compute
