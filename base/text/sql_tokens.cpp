#include "base/text/sql_tokens.hpp"

#include <algorithm>

namespace floe::text {
namespace {

bool is_sql_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_sql_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Bytes of the Unicode space that the text begins with, 0 when it does not: DuckDB takes U+00A0, U+2000 to U+200F,
// U+2028 to U+202F, U+205F, U+3000 and U+FEFF for spaces, or nearly so.
std::size_t unicode_space(std::string_view text) {
  if (text.starts_with("\xC2\xA0")) return 2;
  for (const std::string_view space : {"\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF"}) {
    if (text.starts_with(space)) return 3;
  }
  if (text.size() < 3 || !text.starts_with("\xE2\x80")) return 0;
  const auto last = static_cast<unsigned char>(text[2]);
  return last <= 0x8F || (last >= 0xA8 && last <= 0xAF) ? 3 : 0;
}

}  // namespace

std::string_view SqlTokens::next() {
  skip_space();
  const std::size_t begin = position_;
  if (begin >= sql_.size()) return {};
  const char c = sql_[begin];
  const bool is_number = is_digit(c) || (c == '.' && begin + 1 < sql_.size() && is_digit(sql_[begin + 1]));
  if (is_number) {
    skip_number();
  } else if (is_sql_word(c)) {
    skip_word();
    const std::string_view word = sql_.substr(begin, position_ - begin);
    if ((word == "e" || word == "E") && starts_with("'")) skip_quoted('\'', true);
  } else if (c == '\'' || c == '"') {
    skip_quoted(c, false);
  } else if (c != '$' || !(skip_parameter() || skip_dollar_quoted())) {
    position_ += starts_with("->>") ? 3 : starts_with("->") ? 2 : 1;
  }
  return sql_.substr(begin, position_ - begin);
}

void SqlTokens::skip_space() {
  while (position_ < sql_.size()) {
    if (is_sql_space(sql_[position_])) {
      ++position_;
    } else if (const std::size_t length = unicode_space(sql_.substr(position_)); length > 0) {
      position_ += length;
    } else if (starts_with("--")) {
      skip_line();
    } else if (starts_with("/*")) {
      skip_block();
    } else {
      return;
    }
  }
}

void SqlTokens::skip_line() {
  const std::size_t end = sql_.find_first_of("\r\n", position_);
  position_ = end == std::string_view::npos ? sql_.size() : end + 1;
}

void SqlTokens::skip_block() {  // they nest
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

// A name; `$` is part of it behind the first character: `x$$` begins no text.
void SqlTokens::skip_word() {
  const auto is_part = [](char c) { return is_sql_word(c) || c == '$'; };
  while (position_ < sql_.size() && is_part(sql_[position_]) && unicode_space(sql_.substr(position_)) == 0)
    ++position_;
}

void SqlTokens::skip_digits() {
  while (position_ < sql_.size() && (is_digit(sql_[position_]) || sql_[position_] == '_'))
    ++position_;
}

// As DuckDB ends it: `1$$a$$` is a number and a text, `1x` a number and a name, `1..2` two numbers.
void SqlTokens::skip_number() {
  if (sql_[position_] == '0' && position_ + 1 < sql_.size()) {
    const char base = sql_[position_ + 1];
    const std::string_view digits = base == 'x' || base == 'X'   ? "0123456789abcdefABCDEF_"
                                    : base == 'o' || base == 'O' ? "01234567_"
                                    : base == 'b' || base == 'B' ? "01_"
                                                                 : "";
    const std::size_t end = std::min(sql_.find_first_not_of(digits, position_ + 2), sql_.size());
    if (!digits.empty() && end > position_ + 2) {
      position_ = end;
      return;
    }
  }
  skip_digits();
  if (position_ < sql_.size() && sql_[position_] == '.' && !starts_with("..")) {
    ++position_;
    skip_digits();
  }
  std::size_t exponent = position_;
  if (exponent >= sql_.size() || (sql_[exponent] != 'e' && sql_[exponent] != 'E')) return;
  ++exponent;
  if (exponent < sql_.size() && (sql_[exponent] == '+' || sql_[exponent] == '-')) ++exponent;
  if (exponent >= sql_.size() || !is_digit(sql_[exponent])) return;
  position_ = exponent;
  skip_digits();
}

// `$1`
bool SqlTokens::skip_parameter() {
  std::size_t end = position_ + 1;
  while (end < sql_.size() && is_digit(sql_[end]))
    ++end;
  if (end == position_ + 1) return false;
  position_ = end;
  return true;
}

void SqlTokens::skip_quoted(char quote, bool has_escapes) {
  ++position_;
  while (position_ < sql_.size()) {
    const char c = sql_[position_++];
    if (has_escapes && c == '\\' && position_ < sql_.size()) {
      ++position_;
    } else if (c == quote) {
      if (position_ >= sql_.size() || sql_[position_] != quote) return;
      ++position_;
    }
  }
}

bool SqlTokens::skip_dollar_quoted() {
  std::size_t end = position_ + 1;
  while (end < sql_.size() && is_sql_word(sql_[end]))
    ++end;
  if (end >= sql_.size() || sql_[end] != '$') return false;
  const std::string_view tag = sql_.substr(position_, end - position_ + 1);
  const std::size_t close = sql_.find(tag, end + 1);
  position_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
  return true;
}

}  // namespace floe::text
