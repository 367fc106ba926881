#include "sandbox/sql_words.hpp"

#include "sql/sql_text.hpp"

#include <array>

namespace floe::duckdb_compute {
namespace {

constexpr std::array<std::string_view, 9> kExtensions = {".csv",    ".tsv",     ".txt",    ".json", ".jsonl",
                                                         ".ndjson", ".parquet", ".duckdb", ".db"};

bool is_e_literal(std::string_view token) {
  return token.size() > 2 && (token.front() == 'e' || token.front() == 'E') && token[1] == '\'';
}

std::string unquoted(std::string_view token, char quote) {
  std::string text;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    text += token[i];
    if (token[i] == quote) ++i;
  }
  return text;
}

}  // namespace

bool is_name(std::string_view token) {
  if (token.empty() || is_e_literal(token)) return false;
  const char c = token.front();
  return c == '"' || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

std::string name_of(std::string_view token) {
  return lower_name(token.starts_with('"') ? unquoted(token, '"') : std::string(token));
}

bool is_literal(std::string_view token) {
  return token.starts_with('\'') || is_e_literal(token) ||
         (token.size() > 1 && token.front() == '$' && token.back() == '$');
}

std::optional<std::string> literal_text(std::string_view token) {
  if (token.starts_with('\'')) return unquoted(token, '\'');
  if (is_e_literal(token)) {
    if (token.find('\\') != std::string_view::npos) return std::nullopt;
    return unquoted(token.substr(1), '\'');
  }
  const std::size_t tag = token.find('$', 1) + 1;
  if (token.size() < 2 * tag) return std::nullopt;
  return std::string(token.substr(tag, token.size() - 2 * tag));
}

bool looks_like_file(std::string_view name) {
  if (name.find_first_of("/\\*?[") != std::string_view::npos) return true;
  const std::string lower = lower_name(name);
  for (const std::string_view extension : kExtensions) {
    if (lower.find(extension) != std::string::npos) return true;
  }
  return false;
}

}  // namespace floe::duckdb_compute
