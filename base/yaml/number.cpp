#include "base/yaml/number.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace floe::yaml {

namespace {

unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  return static_cast<unsigned>(c - 'A') + 10U;
}

// Of a number that no double holds: is it too large rather than too small?
bool is_huge(std::string_view digits) {
  const std::size_t exponent = digits.find_first_of("eE");
  if (exponent != std::string_view::npos) return digits.substr(exponent + 1, 1) != "-";
  const std::string_view whole = digits.substr(0, digits.find('.'));
  return whole.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::size_t run_length(std::string_view text, std::string_view accepted) {
  return std::min(text.find_first_not_of(accepted), text.size());
}

std::string_view without_sign(std::string_view text) {
  return !text.empty() && (text.front() == '-' || text.front() == '+') ? text.substr(1) : text;
}

bool consists_of(std::string_view text, std::string_view accepted) {
  return !text.empty() && run_length(text, accepted) == text.size();
}

double read_double(std::string_view digits) {
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc::result_out_of_range) return value;
  return is_huge(digits) ? std::numeric_limits<double>::infinity() : 0.0;
}

void set_integer(Node* node, bool negative, std::string_view digits, unsigned base) {
  std::uint64_t magnitude = 0;
  double rounded = 0;
  bool overflow = false;
  for (const char c : digits) {
    const unsigned digit = digit_value(c);
    rounded = rounded * base + digit;
    if (overflow) continue;
    overflow = __builtin_mul_overflow(magnitude, std::uint64_t{base}, &magnitude) ||
               __builtin_add_overflow(magnitude, std::uint64_t{digit}, &magnitude);
  }
  const std::uint64_t limit = (std::uint64_t{1} << 63U) - (negative ? 0 : 1);
  node->integer_overflow = overflow || magnitude > limit;
  if (!node->integer_overflow) {
    node->integer = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
    node->real = static_cast<double>(node->integer);
    return;
  }
  node->real = base == 10 ? read_double(digits) : rounded;
  if (negative) node->real = -node->real;
}

}  // namespace floe::yaml
