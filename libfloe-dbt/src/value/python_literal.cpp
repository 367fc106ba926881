// Python's number literals and its unicode-escape codec.
#include "value/python_literal.hpp"

#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

namespace floe::dbt {

namespace {

int hex_digit(char each) {
  if (each >= '0' && each <= '9') return each - '0';
  if (each >= 'a' && each <= 'f') return each - 'a' + 10;
  if (each >= 'A' && each <= 'F') return each - 'A' + 10;
  return -1;
}

// Jinja first writes other characters as \x, \u and \U escapes, so that a backslash before one meets another backslash.
std::string to_ascii(std::string_view text) {
  std::string out;
  for (std::size_t position = 0; position < text.size();) {
    auto code = static_cast<std::uint32_t>(unicode::decode(text, &position));
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x100) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", code);
    } else if (code < 0x10000) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
    } else {
      fmt::format_to(std::back_inserter(out), "\\U{:08x}", code);
    }
  }
  return out;
}

char32_t take_hex(std::string_view text, std::size_t* position, std::size_t count, std::string_view message) {
  char32_t code = 0;
  for (std::size_t index = 0; index < count; ++index) {
    int digit = *position < text.size() ? hex_digit(text[*position]) : -1;
    if (digit < 0) raise(ExceptionKind::kUnicodeError, std::string(message));
    code = code * 16 + static_cast<char32_t>(digit);
    ++*position;
  }
  if (code > 0x10ffff) raise(ExceptionKind::kUnicodeError, "illegal Unicode character");
  return code;
}

void append_escape(std::string* out, std::string_view text, std::size_t* position) {
  char code = text[(*position)++];
  switch (code) {
    case '\n':
      return;
    case '\\':
    case '\'':
    case '"':
      *out += code;
      return;
    case 'a':
      *out += '\a';
      return;
    case 'b':
      *out += '\b';
      return;
    case 'f':
      *out += '\f';
      return;
    case 'n':
      *out += '\n';
      return;
    case 'r':
      *out += '\r';
      return;
    case 't':
      *out += '\t';
      return;
    case 'v':
      *out += '\v';
      return;
    case 'x':
      unicode::encode(out, take_hex(text, position, 2, "truncated \\xXX escape"));
      return;
    case 'u':
      unicode::encode(out, take_hex(text, position, 4, "truncated \\uXXXX escape"));
      return;
    case 'U':
      unicode::encode(out, take_hex(text, position, 8, "truncated \\UXXXXXXXX escape"));
      return;
    case 'N':
      raise(ExceptionKind::kUnicodeError, "unknown Unicode character name");
    default:
      break;
  }
  if (code < '0' || code > '7') {
    *out += '\\';
    *out += code;
    return;
  }
  auto value = static_cast<char32_t>(code - '0');
  for (int count = 1; count < 3 && *position < text.size() && text[*position] >= '0' && text[*position] <= '7';
       ++count) {
    value = value * 8 + static_cast<char32_t>(text[(*position)++] - '0');
  }
  unicode::encode(out, value);
}

bool is_digit(char each) { return each >= '0' && each <= '9'; }

// The end of digits with single underscores between, or `from` when there are none.
template <class Test>
std::size_t skip_digits(std::string_view text, std::size_t from, Test test) {
  std::size_t end = from;
  while (end < text.size()) {
    if (test(text[end])) {
      ++end;
    } else if (text[end] == '_' && end > from && end + 1 < text.size() && test(text[end + 1])) {
      end += 2;
    } else {
      break;
    }
  }
  return end;
}

// Digits after a prefix: an underscore may also come first.
template <class Test>
std::size_t skip_prefixed(std::string_view text, std::size_t from, Test test) {
  std::size_t end = from;
  while (end < text.size()) {
    if (test(text[end])) {
      ++end;
    } else if (text[end] == '_' && end + 1 < text.size() && test(text[end + 1])) {
      end += 2;
    } else {
      break;
    }
  }
  return end;
}

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

std::size_t integer_end(std::string_view text, std::size_t start) {
  if (text[start] != '0') {
    return skip_digits(text, start, is_digit);
  }
  char mark = start + 1 < text.size() ? static_cast<char>(text[start + 1] | 0x20) : ' ';
  std::size_t end = start + 2;
  if (mark == 'x') {
    end = skip_prefixed(text, end, [](char each) { return std::isxdigit(static_cast<unsigned char>(each)) != 0; });
  } else if (mark == 'o') {
    end = skip_prefixed(text, end, [](char each) { return each >= '0' && each <= '7'; });
  } else if (mark == 'b') {
    end = skip_prefixed(text, end, [](char each) { return each == '0' || each == '1'; });
  }
  if (end > start + 2) return end;
  return skip_digits(text, start, [](char each) { return each == '0'; });
}

// The end of a float literal at `start`, or `start`.
std::size_t float_end(std::string_view text, std::size_t start) {
  std::size_t whole = skip_digits(text, start, is_digit);
  std::size_t end = whole;
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    end = skip_digits(text, end + 1, is_digit);
  }
  if (end < text.size() && (text[end] | 0x20) == 'e') {
    std::size_t exponent = end + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (exponent < text.size() && is_digit(text[exponent])) return skip_digits(text, exponent, is_digit);
  }
  return end > whole ? end : start;
}

}  // namespace

std::optional<Value> read_python_number(std::string_view text, std::size_t* end) {
  if (text.empty() || !is_digit(text[0])) return std::nullopt;
  *end = float_end(text, 0);
  if (*end > 0) return Value(std::strtod(without_underscores(text.substr(0, *end)).c_str(), nullptr));
  *end = integer_end(text, 0);
  return to_int(Value(without_underscores(text.substr(0, *end))), 0);
}

std::string decode_python_escapes(std::string_view inside, bool ascii_first) {
  std::string ascii = ascii_first ? to_ascii(inside) : std::string(inside);
  std::string out;
  for (std::size_t position = 0; position < ascii.size();) {
    if (ascii[position] != '\\') {
      out += ascii[position++];
      continue;
    }
    if (++position >= ascii.size()) raise(ExceptionKind::kUnicodeError, "\\ at end of string");
    append_escape(&out, ascii, &position);
  }
  return out;
}

}  // namespace floe::dbt
