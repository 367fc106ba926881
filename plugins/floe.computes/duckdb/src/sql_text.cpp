#include "sql_text.hpp"

#include "base/text/text.hpp"

#include <charconv>

namespace floe::duckdb_compute {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Walks over SQL token by token; only what can hide a semicolon or a comment is told apart.
class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  // Offset behind the last token that is neither comment nor semicolon.
  std::size_t end_of_statement() {
    std::size_t end = 0;
    while (position_ < sql_.size()) {
      const char c = sql_[position_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
        ++position_;
      } else if (c == ';') {
        ++position_;
        after_semicolon_ = end > 0;
      } else if (starts_with("--")) {
        skip_line();
      } else if (starts_with("/*")) {
        skip_block();
      } else {
        several_ = several_ || after_semicolon_;
        skip_token();
        end = position_;
      }
    }
    return end;
  }

  // After end_of_statement.
  [[nodiscard]] bool several() const { return several_; }

 private:
  [[nodiscard]] bool starts_with(std::string_view text) const { return sql_.substr(position_).starts_with(text); }

  void skip_line() {
    const std::size_t end = sql_.find('\n', position_);
    position_ = end == std::string_view::npos ? sql_.size() : end + 1;
  }

  void skip_block() {  // they nest
    int depth = 0;
    while (position_ < sql_.size()) {
      if (starts_with("/*")) {
        ++depth;
        position_ += 2;
      } else if (starts_with("*/")) {
        position_ += 2;
        if (--depth == 0) return;
      } else {
        ++position_;
      }
    }
  }

  void skip_quoted(char quote, bool backslash) {
    ++position_;
    while (position_ < sql_.size()) {
      const char c = sql_[position_++];
      if (backslash && c == '\\' && position_ < sql_.size()) {
        ++position_;
      } else if (c == quote) {
        if (position_ < sql_.size() && sql_[position_] == quote) {
          ++position_;
        } else {
          return;
        }
      }
    }
  }

  bool skip_dollar_quoted() {
    std::size_t end = position_ + 1;
    while (end < sql_.size() && is_word(sql_[end]))
      ++end;
    if (end >= sql_.size() || sql_[end] != '$') return false;
    const std::string_view tag = sql_.substr(position_, end - position_ + 1);
    const std::size_t close = sql_.find(tag, end + 1);
    position_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    return true;
  }

  void skip_token() {
    const char c = sql_[position_];
    if (c == '\'' || c == '"') {
      const bool escapes = c == '\'' && position_ > 0 && (sql_[position_ - 1] == 'e' || sql_[position_ - 1] == 'E') &&
                           (position_ < 2 || !is_word(sql_[position_ - 2]));
      skip_quoted(c, escapes);
    } else if (c != '$' || !skip_dollar_quoted()) {
      ++position_;
    }
  }

  std::string_view sql_;
  std::size_t position_ = 0;
  bool after_semicolon_ = false;
  bool several_ = false;
};

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

std::string quote_text(std::string_view text) { return quote(text, '\''); }

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

std::string_view trim_statement(std::string_view sql) { return sql.substr(0, Scanner(sql).end_of_statement()); }

bool is_one_statement(std::string_view sql) {
  Scanner scanner(sql);
  scanner.end_of_statement();
  return !scanner.several();
}

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
