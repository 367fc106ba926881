// Characters as Python's str methods see them.
#pragma once

#include "value/unicode_tables.hpp"

#include <string>
#include <string_view>

namespace floe::dbt::unicode {

bool is_in(std::span<const Range> ranges, char32_t code);

inline bool is_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= 9 && code <= 13) || (code >= 0x1c && code <= 0x1f);
  return is_in(kSpace, code);
}

inline bool is_printable(char32_t code) {
  if (code < 0x80) return code >= 0x20 && code < 0x7f;
  return is_in(kPrintable, code);
}

inline bool is_alnum(char32_t code) {
  if (code < 0x80) {
    return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
  }
  return is_in(kAlpha, code) || is_in(kNumeric, code) || is_in(kDigit, code);
}

inline bool is_cased(char32_t code) { return is_in(kUpper, code) || is_in(kLower, code) || is_in(kTitle, code); }

// Decodes one code point, surrogates included, and advances.
char32_t decode(std::string_view text, std::size_t* position);
void encode(std::string* out, char32_t code);  // surrogates included

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_title(std::string_view text);    // str.title()
std::string to_capital(std::string_view text);  // str.capitalize()
std::string swap_case(std::string_view text);
std::string case_fold(std::string_view text);
std::string_view strip(std::string_view text, bool left, bool right);  // white space

// Byte offset of code point `index` (clamped to the end).
std::size_t offset_of(std::string_view text, std::size_t index);
std::size_t count(std::string_view text);
std::u32string to_utf32(std::string_view text);
std::string to_utf8(std::u32string_view text);

}  // namespace floe::dbt::unicode
