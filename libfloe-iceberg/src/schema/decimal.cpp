// Decimals as bytes and text.
#include "schema/literal.hpp"

#include <algorithm>
#include <array>

namespace floe::iceberg {

namespace {

__extension__ typedef unsigned __int128 UInt128;

constexpr int kMaxDigits = 38;

UInt128 magnitude(Int128 value) {
  return value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

std::string digits_of(UInt128 value) {
  std::string text;
  do {
    text.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace

std::string decimal_to_bytes(Int128 unscaled) {
  std::array<unsigned char, 16> bytes{};
  const auto bits = static_cast<UInt128>(unscaled);
  for (std::size_t i = 0; i < 16; ++i)
    bytes[i] = static_cast<unsigned char>(bits >> (8 * (15 - i)));
  // Leading bytes that only repeat the sign of the next one carry nothing.
  std::size_t first = 0;
  while (first < 15 &&
         ((bytes[first] == 0x00 && bytes[first + 1] < 0x80) || (bytes[first] == 0xff && bytes[first + 1] >= 0x80))) {
    ++first;
  }
  std::string text;
  for (std::size_t i = first; i < 16; ++i)
    text.push_back(static_cast<char>(bytes[i]));
  return text;
}

std::optional<Int128> decimal_from_bytes(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  const bool is_negative = static_cast<unsigned char>(bytes.front()) >= 0x80;
  // Longer than 16 is fine when the rest is sign extension.
  while (bytes.size() > 16) {
    if (static_cast<unsigned char>(bytes.front()) != (is_negative ? 0xff : 0x00)) return std::nullopt;
    bytes.remove_prefix(1);
    if ((static_cast<unsigned char>(bytes.front()) >= 0x80) != is_negative && bytes.size() == 16) return std::nullopt;
  }
  UInt128 bits = is_negative ? ~UInt128{0} : UInt128{0};
  for (const char byte : bytes)
    bits = (bits << 8) | static_cast<unsigned char>(byte);
  return static_cast<Int128>(bits);
}

std::string decimal_to_text(Int128 unscaled, std::int32_t scale) {
  std::string digits = digits_of(magnitude(unscaled));
  const auto fraction = static_cast<std::size_t>(std::max(scale, 0));
  if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
  if (fraction > 0) digits.insert(digits.size() - fraction, ".");
  if (unscaled < 0) digits.insert(0, "-");
  return digits;
}

std::optional<Int128> decimal_from_text(std::string_view text, std::int32_t scale) {
  bool is_negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    is_negative = text.front() == '-';
    text.remove_prefix(1);
  }
  UInt128 value = 0;
  int digits = 0;
  std::int32_t fraction = -1;  // digits after the point, -1 before it
  bool any = false;
  const auto push = [&](int digit) {
    value = value * 10 + static_cast<UInt128>(digit);
    if (value != 0) ++digits;
    return digits <= kMaxDigits;
  };
  for (const char c : text) {
    if (c == '.' && fraction < 0) {
      fraction = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    any = true;
    if (fraction >= 0) ++fraction;
    if (fraction >= 0 && fraction > scale) {
      if (c != '0') return std::nullopt;  // `1.500` fits a scale of 1
      continue;
    }
    if (!push(c - '0')) return std::nullopt;
  }
  if (!any) return std::nullopt;
  for (std::int32_t i = std::max(fraction, 0); i < scale; ++i) {
    if (!push(0)) return std::nullopt;
  }
  const auto result = static_cast<Int128>(value);
  return is_negative ? -result : result;
}

}  // namespace floe::iceberg
