#include "sql/sql_text.hpp"

#include "base/text/sql_tokens.hpp"
#include "base/text/text.hpp"

#include <charconv>

namespace floe::duckdb_compute {
namespace {

// Where the last token ends that is no semicolon, and whether one follows a semicolon.
struct StatementEnd {
  std::size_t offset = 0;
  bool has_several = false;
};

StatementEnd end_of_statement(std::string_view sql) {
  StatementEnd end;
  bool after_semicolon = false;
  text::SqlTokens tokens(sql);
  for (std::string_view token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == ";") {
      after_semicolon = end.offset > 0;
    } else {
      end.has_several = end.has_several || after_semicolon;
      end.offset = tokens.position();
    }
  }
  return end;
}

std::string quote(std::string_view text, char mark) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += mark;
  for (const char c : text) {
    if (c == mark) quoted += mark;
    quoted += c;
  }
  quoted += mark;
  return quoted;
}

}  // namespace

std::string quote_name(std::string_view name) { return quote(name, '"'); }

std::string quote_text(std::string_view text) {
  std::size_t nul = text.find('\0');
  if (nul == std::string_view::npos) return quote(text, '\'');
  std::string parts = "(";
  for (; nul != std::string_view::npos; nul = text.find('\0')) {
    parts += quote(text.substr(0, nul), '\'') + " || chr(0) || ";
    text.remove_prefix(nul + 1);
  }
  return parts + quote(text, '\'') + ")";
}

std::string quote_path(std::string_view path) {
  std::string literal;
  literal.reserve(path.size());
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      literal += '[';
      literal += c;
      literal += ']';
    } else {
      literal += c;
    }
  }
  return quote_text(literal);
}

std::string quote_paths(const std::vector<std::string>& paths) {
  std::string list = "[";
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (i > 0) list += ", ";
    list += quote_path(paths[i]);
  }
  return list + "]";
}

std::string lower_name(std::string_view name) { return text::to_lower_ascii(name); }

std::string_view trim_statement(std::string_view sql) { return sql.substr(0, end_of_statement(sql).offset); }

bool is_one_statement(std::string_view sql) { return !end_of_statement(sql).has_several; }

std::string as_subquery(std::string_view sql) {
  const std::string_view statement = trim_statement(sql);
  std::string text;
  text.reserve(statement.size() + 4);
  text += "(\n";
  text += statement;
  text += "\n)";
  return text;
}

Error shift_lines(Error error, int lines) {
  constexpr std::string_view kLine = "\nLINE ";
  std::size_t position = 0;
  while ((position = error.message.find(kLine, position)) != std::string::npos) {
    position += kLine.size();
    int line = 0;
    const char* const end = error.message.data() + error.message.size();
    const auto parsed = std::from_chars(error.message.data() + position, end, line);
    if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != ':' || line <= lines) continue;
    const auto digits = static_cast<std::size_t>(parsed.ptr - (error.message.data() + position));
    const std::string shifted = std::to_string(line - lines);
    // The caret stands under its column: what the number loses in width, the text before it must not.
    error.message.replace(position, digits, std::string(digits - shifted.size(), ' ') + shifted);
  }
  return error;
}

}  // namespace floe::duckdb_compute
