// int(x), float(x) and small integers out of values.
#include "value/bigint.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace floe::dbt {

namespace {

// Digits of other scripts as ASCII digits; everything else unchanged.
std::string ascii_digits(std::string_view text) {
  std::string out;
  for (std::size_t position = 0; position < text.size();) {
    char32_t code = unicode::decode(text, &position);
    if (code >= 0x80 && unicode::is_in(unicode::kDecimal, code)) {
      // Decimal digits come in runs of ten that start at a multiple of their block's first digit.
      char32_t first = code;
      while (unicode::is_in(unicode::kDecimal, first - 1) && code - first < 9)
        --first;
      out += static_cast<char>('0' + (code - first) % 10);
    } else {
      unicode::encode(&out, code);
    }
  }
  return out;
}

// Removes underscores that stand between digits; false when one stands elsewhere.
bool strip_underscores(std::string* digits) {
  std::string out;
  bool previous_digit = false;
  for (std::size_t index = 0; index < digits->size(); ++index) {
    char each = (*digits)[index];
    if (each == '_') {
      if (!previous_digit || index + 1 == digits->size() || (*digits)[index + 1] == '_') return false;
      previous_digit = false;
      continue;
    }
    previous_digit = std::isalnum(static_cast<unsigned char>(each)) != 0;
    out += each;
  }
  *digits = std::move(out);
  return true;
}

[[noreturn]] void bad_int(const Value& value, int base) {
  raise(ExceptionKind::kValueError, fmt::format("invalid literal for int() with base {}: {}", base, to_repr(value)));
}

// Takes `0x` and the like off; the base they mean.
int take_prefix(std::string* digits, int base) {
  if (digits->size() < 2 || (*digits)[0] != '0') return base == 0 ? 10 : base;
  int marked = 0;
  switch ((*digits)[1]) {
    case 'x':
    case 'X':
      marked = 16;
      break;
    case 'o':
    case 'O':
      marked = 8;
      break;
    case 'b':
    case 'B':
      marked = 2;
      break;
    default:
      break;
  }
  if (marked != 0 && (base == 0 || base == marked)) {
    digits->erase(0, 2);
    if (!digits->empty() && digits->front() == '_') digits->erase(0, 1);
    return marked;
  }
  return base == 0 ? 10 : base;
}

Value parse_int(const Value& value, int base) {
  std::string digits = ascii_digits(unicode::strip(value.as_string(), true, true));
  bool negative = !digits.empty() && digits[0] == '-';
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.erase(0, 1);
  bool detect = base == 0;
  int actual = take_prefix(&digits, base);
  if (digits.empty() || !strip_underscores(&digits)) bad_int(value, base);
  if (detect && actual == 10 && digits.size() > 1 && digits[0] == '0' &&
      digits.find_first_not_of('0') != std::string::npos) {
    bad_int(value, base);
  }
  if (actual == 10 && digits.size() > 4300) {
    raise(ExceptionKind::kValueError,
          fmt::format("Exceeds the limit (4300 digits) for integer string conversion: value has {} digits; use "
                      "sys.set_int_max_str_digits() to increase the limit",
                      digits.size()));
  }
  auto number = BigInt::parse(digits, static_cast<unsigned>(actual), negative);
  if (!number) bad_int(value, base);
  return int_value(*number);
}

double parse_float(const Value& value) {
  std::string digits = ascii_digits(unicode::strip(value.as_string(), true, true));
  auto bad = [&] { raise(ExceptionKind::kValueError, "could not convert string to float: " + to_repr(value)); };
  std::string lowered = unicode::to_lower(digits);
  bool negative = !lowered.empty() && lowered[0] == '-';
  std::string_view rest(lowered);
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  double sign = negative ? -1.0 : 1.0;
  if (rest == "inf" || rest == "infinity") return sign * std::numeric_limits<double>::infinity();
  if (rest == "nan") return std::copysign(std::numeric_limits<double>::quiet_NaN(), sign);
  std::string number(rest);
  if (number.empty() || !strip_underscores(&number)) bad();
  if (number[0] == '+' || number[0] == '-' || std::isalpha(static_cast<unsigned char>(number[0])) != 0) bad();
  double result = 0;
  auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), result);
  if (end != number.data() + number.size()) bad();
  if (code == std::errc::result_out_of_range) {
    // Too large or too small: strtod tells which.
    result = std::strtod(number.c_str(), nullptr);
  } else if (code != std::errc()) {
    bad();
  }
  return sign * result;
}

}  // namespace

Value to_int(const Value& value, int base) {
  switch (value.kind()) {
    case Kind::kBool:
      return value.as_int();
    case Kind::kInt:
    case Kind::kBigInt:
      return value;
    case Kind::kFloat: {
      double real = value.as_float();
      if (std::isnan(real)) raise(ExceptionKind::kValueError, "cannot convert float NaN to integer");
      if (std::isinf(real)) raise(ExceptionKind::kOverflowError, "cannot convert float infinity to integer");
      return int_value(BigInt::from_double(std::trunc(real)));
    }
    case Kind::kString:
      return parse_int(value, base);
    case Kind::kUndefined:
      value.undefined_object()->fail();
    case Kind::kObject:
      if (auto number = value.object()->to_int()) return *number;
      break;
    default:
      break;
  }
  raise(
      ExceptionKind::kTypeError,
      fmt::format("int() argument must be a string, a bytes-like object or a real number, not '{}'", type_name(value)));
}

double to_float(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
    case Kind::kInt:
      return static_cast<double>(value.as_int());
    case Kind::kFloat:
      return value.as_float();
    case Kind::kBigInt: {
      double result = value.bigint()->to_double();
      if (std::isinf(result)) raise(ExceptionKind::kOverflowError, "int too large to convert to float");
      return result;
    }
    case Kind::kString:
      return parse_float(value);
    case Kind::kUndefined:
      value.undefined_object()->fail();
    case Kind::kObject:
      if (auto number = value.object()->to_float()) return *number;
      break;
    default:
      break;
  }
  raise(ExceptionKind::kTypeError,
        fmt::format("float() argument must be a string or a real number, not '{}'", type_name(value)));
}

std::optional<std::int64_t> as_index(const Value& value) {
  if (value.is_int() || value.is_bool()) return value.as_int();
  return std::nullopt;
}

}  // namespace floe::dbt
