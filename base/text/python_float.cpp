#include "base/text/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace floe::text {

// CPython's repr: shortest digits that read back; exponent form when the decimal exponent is below -4 or above 15.
std::string python_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string_view scientific(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  const std::size_t e = scientific.find('e');
  int exponent = 0;
  const char* exponent_text = scientific.data() + e + (scientific[e + 1] == '+' ? 2 : 1);
  std::from_chars(exponent_text, scientific.data() + scientific.size(), exponent);
  std::string_view mantissa = scientific.substr(0, e);
  std::string result;
  if (mantissa.front() == '-') {
    result.push_back('-');
    mantissa.remove_prefix(1);
  }
  if (exponent < -4 || exponent > 15) {
    result.append(mantissa).append(exponent < 0 ? "e-" : "e+");
    const int magnitude = exponent < 0 ? -exponent : exponent;
    if (magnitude < 10) result.push_back('0');
    return result + std::to_string(magnitude);
  }
  std::string digits(1, mantissa.front());
  if (mantissa.size() > 2) digits.append(mantissa.substr(2));
  if (exponent < 0) return result.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
  const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return result.append(digits).append(whole - digits.size(), '0').append(".0");
  return result.append(digits, 0, whole).append(".").append(digits, whole);
}

}  // namespace floe::text
