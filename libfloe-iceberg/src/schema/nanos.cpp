#include "schema/nanos.hpp"

#include "base/fail.hpp"
#include "base/time/civil.hpp"

#include <charconv>
#include <cmath>

namespace floe::iceberg {

namespace {

constexpr std::int64_t kNanosPerMicro = 1000;

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string format_timestamp_nanos(std::int64_t nanos) {
  const std::int64_t micros = floor_divide(nanos, kNanosPerMicro);
  return fmt::format("{}{:03}", time::format_timestamp_micros(micros), nanos - micros * kNanosPerMicro);
}

std::optional<std::int64_t> parse_timestamp_nanos(std::string_view text, bool* had_zone) {
  // Micros first; digits 7 to 9 of the fraction are added.
  const std::size_t dot = text.find('.');
  std::int64_t extra = 0;
  std::string micros_text(text);
  if (dot != std::string_view::npos) {
    std::size_t end = dot + 1;
    while (end < text.size() && is_digit(text[end]))
      ++end;
    const std::size_t digits = end - dot - 1;
    if (digits > 9) return std::nullopt;
    for (std::size_t i = 6; i < 9; ++i) {
      extra = extra * 10 + (i < digits ? text[dot + 1 + i] - '0' : 0);
    }
    if (digits > 6) micros_text.erase(dot + 7, digits - 6);
  }
  const std::optional<std::int64_t> micros = time::parse_timestamp_micros(micros_text, had_zone);
  if (!micros) return std::nullopt;
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(*micros, kNanosPerMicro, &nanos) || __builtin_add_overflow(nanos, extra, &nanos)) {
    return std::nullopt;
  }
  return nanos;
}

std::string trim_fraction(std::string text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string::npos) return text;
  while (text.size() - dot > 1 && text.ends_with("000"))
    text.resize(text.size() - 3);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string shortest_float(float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  std::string text(buffer, result.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace floe::iceberg
