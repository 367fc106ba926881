#include "json_numbers.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

namespace floe::duckdb_guard {
namespace {

// Of yyjson's flags and tags.
constexpr std::uint32_t kAllAsTexts = 32;
constexpr std::uint32_t kLargeAsTexts = 128;
constexpr std::uint64_t kText = 1;
constexpr std::uint64_t kUnsigned = 4;
constexpr std::uint64_t kSigned = 4U | (1U << 3U);
constexpr std::uint64_t kReal = 4U | (2U << 3U);

constexpr int kSureDigits = 15;  // a DOUBLE has every number of so many digits, as far as text can tell

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number as digits without zeros at either end, and the power of ten of the first one. Zero has no digits.
struct Decimal {
  std::string digits;
  int power = 0;

  bool operator==(const Decimal&) const = default;
};

Decimal decimal_of(std::string_view text) {
  Decimal number;
  const std::size_t end = std::min(text.find_first_of("eE"), text.size());
  int power = -1;
  bool is_behind_point = false;
  for (const char c : text.substr(0, end)) {
    if (c == '.') is_behind_point = true;
    if (!is_digit(c)) continue;
    const bool is_leading = number.digits.empty() && c == '0';
    if (!is_leading) number.digits += c;
    if (is_behind_point ? is_leading : !is_leading) power += is_behind_point ? -1 : 1;
  }
  number.digits.erase(number.digits.find_last_not_of('0') + 1);
  if (number.digits.empty()) return {};
  if (end < text.size()) {
    std::string_view exponent = text.substr(end + 1);
    if (exponent.front() == '+') exponent.remove_prefix(1);
    int value = 0;
    const auto parsed = std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
    power = parsed.ec == std::errc() ? power + value : std::numeric_limits<int>::max();
  }
  number.power = power;
  return number;
}

bool has_few_digits(std::string_view text) {
  int digits = 0;
  for (const char c : text) {
    if (c == 'e' || c == 'E') break;
    if (is_digit(c)) ++digits;
  }
  return digits <= kSureDigits;
}

bool is_number_of(std::string_view text, double value) {
  if (!std::isfinite(value)) return true;  // the text says so
  if (std::isnormal(value) && has_few_digits(text)) return true;
  constexpr std::size_t kLongest = 32;
  char shortest[kLongest];
  const auto end = std::to_chars(shortest, shortest + kLongest, value, std::chars_format::scientific);
  return decimal_of(text) == decimal_of({shortest, static_cast<std::size_t>(end.ptr - shortest)});
}

void set(yyjson_val* value, std::uint64_t tag, const void* bits) {
  value->tag = tag;
  std::memcpy(&value->extent, bits, sizeof(value->extent));
}

template <class Number>
bool keep_whole(yyjson_val* value, std::string_view text, std::uint64_t tag) {
  Number number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return false;
  set(value, tag, &number);
  return true;
}

void keep_number(yyjson_val* value) {
  const std::string_view text = text_of(*value);
  const bool is_negative = text.front() == '-';
  const bool is_whole =
      is_negative ? keep_whole<std::int64_t>(value, text, kSigned) : keep_whole<std::uint64_t>(value, text, kUnsigned);
  if (is_whole || text.find_first_not_of("0123456789", is_negative ? 1 : 0) == std::string_view::npos) return;
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec == std::errc() && is_number_of(text, number)) set(value, kReal, &number);
}

}  // namespace

std::uint32_t with_texts_of_numbers(std::uint32_t flags) {
  if ((flags & kLargeAsTexts) == 0) return flags;
  return (flags & ~kLargeAsTexts) | kAllAsTexts;  // of both, yyjson heeds the first
}

void keep_numbers(yyjson_doc* document) {
  yyjson_val* const end = document->root + (end_of(document->root) - document->root);
  for (yyjson_val* value = document->root; value < end; ++value) {
    if ((value->tag & 7U) == kText) keep_number(value);
  }
}

}  // namespace floe::duckdb_guard
