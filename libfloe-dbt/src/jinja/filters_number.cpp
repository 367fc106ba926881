// Filters that make numbers, and `default`.
#include "jinja/filter_functions.hpp"
#include "value/bigint.hpp"
#include "value/format_number.hpp"

#include <fmt/format.h>

#include <cmath>

namespace floe::dbt::filter {

Value default_value(Arguments& arguments) {
  Bound<3> bound("do_default", arguments, {"value", "default_value", "boolean"}, 1);
  if (bound[0].is_undefined() || (bound.flag(2) && !truth(bound[0]))) return bound.get(1, Value(""));
  return bound[0];
}

Value absolute(Arguments& arguments) {
  if (arguments.positional.size() != 1 || !arguments.named.empty()) {
    raise(ExceptionKind::kTypeError,
          fmt::format("abs() takes exactly one argument ({} given)", arguments.positional.size()));
  }
  const Value& value = arguments.positional[0];
  switch (value.kind()) {
    case Kind::kBool:
      return value.as_int();
    case Kind::kInt:
    case Kind::kBigInt:
      return compare(Comparison::kLess, value, Value(0)) ? negate(value) : value;
    case Kind::kFloat:
      return std::fabs(value.as_float());
    case Kind::kObject:
      if (value.object()->unary_minus()) {
        return compare(Comparison::kLess, value, negate(value)) ? negate(value) : value;
      }
      break;
    default:
      break;
  }
  raise(ExceptionKind::kTypeError, fmt::format("bad operand type for abs(): '{}'", type_name(value)));
}

namespace {

bool is_conversion_error(const PythonException& problem) {
  return problem.kind() == ExceptionKind::kTypeError || problem.kind() == ExceptionKind::kValueError;
}

}  // namespace

Value int_number(Arguments& arguments) {
  Bound<3> bound("do_int", arguments, {"value", "default", "base"}, 1);
  Value base = bound.get(2, Value(10));
  try {
    if (bound[0].is_string()) {
      auto radix = as_index(base);
      if (!radix) raise(ExceptionKind::kTypeError, "'str' object cannot be interpreted as an integer");
      if (*radix != 0 && (*radix < 2 || *radix > 36)) {
        raise(ExceptionKind::kValueError, "int() base must be >= 2 and <= 36, or 0");
      }
      return to_int(bound[0], static_cast<int>(*radix));
    }
    return to_int(bound[0]);
  } catch (const PythonException& problem) {
    if (!is_conversion_error(problem)) throw;
  }
  try {
    return to_int(Value(to_float(bound[0])));
  } catch (const PythonException& problem) {
    if (!is_conversion_error(problem) && problem.kind() != ExceptionKind::kOverflowError) throw;
  }
  return bound.get(1, Value(0));
}

Value float_number(Arguments& arguments) {
  Bound<2> bound("do_float", arguments, {"value", "default"}, 1);
  try {
    return to_float(bound[0]);
  } catch (const PythonException& problem) {
    if (!is_conversion_error(problem)) throw;
  }
  return bound.get(1, Value(0.0));
}

namespace {

// round() of an int to a negative number of digits: half to even.
Value round_int(const Value& value, std::int64_t digits) {
  if (digits >= 0) return value.is_bool() ? Value(value.as_int()) : value;
  if (digits < -400) return 0;
  BigInt unit = BigInt(10).power(static_cast<std::uint64_t>(-digits));
  BigInt quotient;
  BigInt remainder;
  to_bigint(value).divide(unit, &quotient, &remainder);
  int half = remainder.plus(remainder).compare(unit);
  if (half > 0 || (half == 0 && quotient.is_odd())) quotient = quotient.plus(BigInt(1));
  return int_value(quotient.times(unit));
}

double round_float(double value, std::int64_t digits) {
  if (!std::isfinite(value) || digits > 330) return value;
  if (digits < -330) return std::copysign(0.0, value);
  if (digits >= 0) return std::strtod(format_double(value, 'f', static_cast<int>(digits), false).c_str(), nullptr);
  // The same decision on the exact integer part; what lies behind the point only breaks ties.
  double whole = std::trunc(value);
  Value rounded = round_int(int_value(BigInt::from_double(whole)), digits);
  BigInt unit = BigInt(10).power(static_cast<std::uint64_t>(-digits));
  BigInt twice = BigInt::from_double(std::fabs(whole)).times(BigInt(2));
  BigInt quotient;
  BigInt remainder;
  twice.divide(unit.times(BigInt(2)), &quotient, &remainder);
  if (remainder.compare(unit) == 0 && whole != value) {
    BigInt up = quotient.plus(BigInt(1)).times(unit);
    rounded = int_value(value < 0 ? up.negated() : up);
  }
  return std::copysign(to_float(rounded), value);
}

}  // namespace

Value round(Arguments& arguments) {
  Bound<3> bound("do_round", arguments, {"value", "precision", "method"}, 1);
  Value method = bound.get(2, Value("common"));
  Value precision = bound.get(1, Value(0));
  std::string how = method.is_string() ? method.as_string() : "";
  if (how != "common" && how != "ceil" && how != "floor") {
    hash(method);
    raise(ExceptionKind::kFilterArgument, "method must be common, ceil or floor");
  }
  const Value& value = bound[0];
  if (how == "common") {
    bool integer = value.is_int() || value.is_bool() || value.kind() == Kind::kBigInt;
    if (value.is_object()) {
      if (auto rounded = value.object()->to_float()) return round_float(*rounded, as_index(precision).value_or(0));
    }
    if (!integer && !value.is_float()) {
      raise(ExceptionKind::kTypeError, fmt::format("type {} doesn't define __round__ method", type_name(value)));
    }
    if (precision.is_none()) return integer ? value : to_int(Value(round_float(value.as_float(), 0)));
    auto digits = as_index(precision);
    if (!digits) {
      raise(ExceptionKind::kTypeError,
            fmt::format("'{}' object cannot be interpreted as an integer", type_name(precision)));
    }
    if (integer) return round_int(value, *digits);
    double rounded = round_float(value.as_float(), *digits);
    if (std::isinf(rounded) && std::isfinite(value.as_float())) {
      raise(ExceptionKind::kOverflowError, "rounded value too large to represent");
    }
    return rounded;
  }
  Value unit = binary(BinaryOperator::kPower, Value(10), precision);
  Value scaled = binary(BinaryOperator::kMultiply, value, unit);
  if (scaled.is_string() || scaled.is_list() || scaled.is_tuple()) {
    raise(ExceptionKind::kTypeError, fmt::format("must be real number, not {}", type_name(scaled)));
  }
  Value whole = scaled;
  if (scaled.is_float()) {
    double real = how == "ceil" ? std::ceil(scaled.as_float()) : std::floor(scaled.as_float());
    whole = to_int(Value(real));
  }
  return binary(BinaryOperator::kDivide, whole, unit);
}

Value filesizeformat(Arguments& arguments) {
  Bound<2> bound("do_filesizeformat", arguments, {"value", "binary"}, 1);
  double bytes = to_float(bound[0]);
  bool powers_of_two = bound.flag(1);
  double base = powers_of_two ? 1024 : 1000;
  if (bytes == 1) return "1 Byte";
  if (bytes < base) return to_str(to_int(Value(bytes))) + " Bytes";
  static constexpr std::string_view kUnits[] = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
  double unit = base;
  std::string_view prefix;
  for (std::string_view each : kUnits) {
    unit *= base;
    prefix = each;
    if (bytes < unit) break;
  }
  std::string name = powers_of_two ? (prefix == "k" ? "Ki" : std::string(prefix) + "i") : std::string(prefix);
  return format_double(base * bytes / unit, 'f', 1, false) + ' ' + name + 'B';
}

}  // namespace floe::dbt::filter
