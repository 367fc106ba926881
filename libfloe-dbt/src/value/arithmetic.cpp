// + - * / // % ** and unary minus.
#include "value/bigint.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace floe::dbt {

std::string_view operator_symbol(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
      return "+";
    case BinaryOperator::kSubtract:
      return "-";
    case BinaryOperator::kMultiply:
      return "*";
    case BinaryOperator::kDivide:
      return "/";
    case BinaryOperator::kFloorDivide:
      return "//";
    case BinaryOperator::kModulo:
      return "%";
    case BinaryOperator::kPower:
      return "** or pow()";
  }
  return "";
}

namespace {

// Of an int: 39,000 digits, which multiply in milliseconds.
constexpr std::size_t kMaxBits = std::size_t{1} << 17;
constexpr std::size_t kMaxRepeat = MeterLimits().text;

bool is_small(const Value& value) { return value.is_int() || value.is_bool(); }

bool is_integer(const Value& value) { return is_small(value) || value.kind() == Kind::kBigInt; }

bool is_number(const Value& value) { return is_integer(value) || value.is_float(); }

double as_double(const Value& value) {
  if (value.is_float()) return value.as_float();
  if (is_small(value)) return static_cast<double>(value.as_int());
  double result = value.bigint()->to_double();
  if (std::isinf(result)) raise(ExceptionKind::kOverflowError, "int too large to convert to float");
  return result;
}

[[noreturn]] void unsupported(BinaryOperator op, const Value& left, const Value& right) {
  raise(ExceptionKind::kTypeError, fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", operator_symbol(op),
                                               type_name(left), type_name(right)));
}

[[noreturn]] void divide_by_zero(const char* message) { raise(ExceptionKind::kZeroDivisionError, message); }

Value divide_integers(const Value& left, const Value& right) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (is_small(left) && is_small(right)) {
    if (right.as_int() == 0) divide_by_zero("division by zero");
    if (std::abs(left.as_int()) <= kExact && std::abs(right.as_int()) <= kExact) {
      return static_cast<double>(left.as_int()) / static_cast<double>(right.as_int());
    }
  }
  BigInt numerator = to_bigint(left);
  BigInt denominator = to_bigint(right);
  bool negative = numerator.is_negative() != denominator.is_negative();
  if (numerator.is_negative()) numerator = numerator.negated();
  if (denominator.is_negative()) denominator = denominator.negated();
  // Scale so that the quotient has at least 66 bits; the remainder becomes a sticky bit and one rounding is left.
  auto scale =
      static_cast<std::int64_t>(denominator.bit_length()) + 66 - static_cast<std::int64_t>(numerator.bit_length());
  if (scale > 0) numerator = numerator.times(BigInt(2).power(static_cast<std::uint64_t>(scale)));
  BigInt quotient;
  BigInt remainder;
  numerator.divide(denominator, &quotient, &remainder);
  if (!remainder.is_zero() && !quotient.is_odd()) quotient = quotient.plus(BigInt(1));
  double value = std::ldexp(quotient.to_double(), scale > 0 ? -static_cast<int>(scale) : 0);
  if (std::isinf(value)) raise(ExceptionKind::kOverflowError, "integer division result too large for a float");
  return negative ? -value : value;
}

Value power_integers(const Value& left, const Value& right) {
  BigInt exponent = to_bigint(right);
  if (exponent.is_negative()) {
    double base = as_double(left);
    if (base == 0) divide_by_zero("0.0 cannot be raised to a negative power");
    return std::pow(base, as_double(right));
  }
  BigInt base = to_bigint(left);
  auto count = exponent.to_int64();
  bool trivial = base.is_zero() || (base.bit_length() == 1);
  if (trivial) {
    if (base.is_zero()) return exponent.is_zero() ? 1 : 0;
    return base.is_negative() && exponent.is_odd() ? -1 : 1;
  }
  if (!count || static_cast<std::uint64_t>(*count) > kMaxBits / base.bit_length()) {
    raise(ExceptionKind::kOverflowError, "the result of ** is too large");
  }
  return int_value(base.power(static_cast<std::uint64_t>(*count)));
}

Value floor_divide_small(std::int64_t left, std::int64_t right, bool modulo) {
  if (right == 0) divide_by_zero(modulo ? "integer modulo by zero" : "integer division or modulo by zero");
  if (right == -1) {
    if (modulo) return 0;
    return left == std::numeric_limits<std::int64_t>::min() ? int_value(BigInt(left).negated()) : Value(-left);
  }
  std::int64_t quotient = left / right;
  std::int64_t remainder = left % right;
  if (remainder != 0 && (remainder < 0) != (right < 0)) {
    --quotient;
    remainder += right;
  }
  return modulo ? remainder : quotient;
}

Value big_integers(BinaryOperator op, const Value& left, const Value& right) {
  BigInt first = to_bigint(left);
  BigInt second = to_bigint(right);
  switch (op) {
    case BinaryOperator::kAdd:
      return int_value(first.plus(second));
    case BinaryOperator::kSubtract:
      return int_value(first.minus(second));
    case BinaryOperator::kMultiply:
      Meter::step((first.bit_length() / 64) * (second.bit_length() / 64));
      if (first.bit_length() + second.bit_length() > kMaxBits) {
        raise(ExceptionKind::kOverflowError, "the result of * is too large");
      }
      return int_value(first.times(second));
    default:
      break;
  }
  if (second.is_zero()) {
    divide_by_zero(op == BinaryOperator::kModulo ? "integer modulo by zero" : "integer division or modulo by zero");
  }
  BigInt quotient;
  BigInt remainder;
  first.divide(second, &quotient, &remainder);
  return int_value(op == BinaryOperator::kModulo ? remainder : quotient);
}

Value integers(BinaryOperator op, const Value& left, const Value& right) {
  if (op == BinaryOperator::kDivide) {
    if (is_small(right) && right.as_int() == 0) divide_by_zero("division by zero");
    return divide_integers(left, right);
  }
  if (op == BinaryOperator::kPower) return power_integers(left, right);
  if (!is_small(left) || !is_small(right)) return big_integers(op, left, right);
  std::int64_t result = 0;
  switch (op) {
    case BinaryOperator::kAdd:
      if (!__builtin_add_overflow(left.as_int(), right.as_int(), &result)) return result;
      break;
    case BinaryOperator::kSubtract:
      if (!__builtin_sub_overflow(left.as_int(), right.as_int(), &result)) return result;
      break;
    case BinaryOperator::kMultiply:
      if (!__builtin_mul_overflow(left.as_int(), right.as_int(), &result)) return result;
      break;
    default:
      return floor_divide_small(left.as_int(), right.as_int(), op == BinaryOperator::kModulo);
  }
  return big_integers(op, left, right);
}

Value power_floats(double base, double exponent) {
  if (base == 0 && exponent < 0) divide_by_zero("0.0 cannot be raised to a negative power");
  if (std::isfinite(base) && base < 0 && std::isfinite(exponent) && std::trunc(exponent) != exponent) {
    raise(ExceptionKind::kValueError, "negative number cannot be raised to a fractional power");
  }
  double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) {
    raise(ExceptionKind::kOverflowError, "(34, 'Numerical result out of range')");
  }
  return result;
}

Value floor_divide_floats(double left, double right, bool modulo) {
  if (right == 0) divide_by_zero(modulo ? "float modulo" : "float floor division by zero");
  double remainder = std::fmod(left, right);
  double quotient = (left - remainder) / right;
  if (remainder != 0) {
    if ((right < 0) != (remainder < 0)) {
      remainder += right;
      quotient -= 1.0;
    }
  } else {
    remainder = std::copysign(0.0, right);
  }
  if (modulo) return remainder;
  if (quotient == 0) return std::copysign(0.0, left / right);
  double floor = std::floor(quotient);
  return quotient - floor > 0.5 ? floor + 1.0 : floor;
}

Value floats(BinaryOperator op, double left, double right) {
  switch (op) {
    case BinaryOperator::kAdd:
      return left + right;
    case BinaryOperator::kSubtract:
      return left - right;
    case BinaryOperator::kMultiply:
      return left * right;
    case BinaryOperator::kDivide:
      if (right == 0) divide_by_zero("float division by zero");
      return left / right;
    case BinaryOperator::kPower:
      return power_floats(left, right);
    default:
      return floor_divide_floats(left, right, op == BinaryOperator::kModulo);
  }
}

bool is_sequence(const Value& value) {
  return value.is_string() || value.is_list() || value.is_tuple() || value.kind() == Kind::kBytes;
}

[[noreturn]] void cannot_concatenate(const Value& left, const Value& right) {
  raise(ExceptionKind::kTypeError,
        fmt::format("can only concatenate {} (not \"{}\") to {}", type_name(left), type_name(right), type_name(left)));
}

std::vector<Value> joined(const std::vector<Value>& left, const std::vector<Value>& right) {
  std::vector<Value> items;
  items.reserve(left.size() + right.size());
  items.insert(items.end(), left.begin(), left.end());
  items.insert(items.end(), right.begin(), right.end());
  return items;
}

Value concatenate(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) cannot_concatenate(left, right);
  switch (left.kind()) {
    case Kind::kString:
      return left.as_string() + right.as_string();
    case Kind::kList:
      return Value::list(joined(left.list_object()->items, right.list_object()->items));
    case Kind::kTuple:
      return Value::tuple(joined(left.tuple_object()->items, right.tuple_object()->items));
    default:
      return Value(make_ref<BytesObject>(left.bytes()->data + right.bytes()->data));
  }
}

Value repeat(const Value& sequence, const Value& factor) {
  if (factor.is_undefined()) factor.undefined_object()->fail();
  if (!is_integer(factor)) {
    raise(ExceptionKind::kTypeError, fmt::format("can't multiply sequence by non-int of type '{}'", type_name(factor)));
  }
  if (factor.kind() == Kind::kBigInt) {
    raise(ExceptionKind::kOverflowError, "cannot fit 'int' into an index-sized integer");
  }
  auto count = static_cast<std::size_t>(std::max<std::int64_t>(factor.as_int(), 0));
  std::size_t size = sequence.is_string() ? sequence.as_string().size() : require_length(sequence) * sizeof(Value);
  if (size != 0 && count > kMaxRepeat / size) raise(ExceptionKind::kOverflowError, "the result of * is too large");
  if (sequence.is_string() || sequence.kind() == Kind::kBytes) {
    const std::string& text = sequence.is_string() ? sequence.as_string() : sequence.bytes()->data;
    std::string out;
    out.reserve(text.size() * count);
    for (std::size_t index = 0; index < count; ++index)
      out += text;
    return sequence.is_string() ? Value(std::move(out)) : Value(make_ref<BytesObject>(std::move(out)));
  }
  const std::vector<Value>& items = sequence.is_list() ? sequence.list_object()->items : sequence.tuple_object()->items;
  std::vector<Value> out;
  out.reserve(items.size() * count);
  for (std::size_t index = 0; index < count; ++index)
    out.insert(out.end(), items.begin(), items.end());
  return sequence.is_list() ? Value::list(std::move(out)) : Value::tuple(std::move(out));
}

Value set_difference(const SetObject& left, const SetObject& right) {
  auto result = make_ref<SetObject>();
  for (std::size_t position = 0; const DictObject::Entry* entry = left.table.next(&position);) {
    if (!right.contains(entry->key)) result->add(entry->key);
  }
  return Value(result);
}

Value with_objects(BinaryOperator op, const Value& left, const Value& right) {
  if (left.is_object()) {
    if (auto result = left.object()->binary(op, right, false)) return *std::move(result);
  }
  if (right.is_object()) {
    if (auto result = right.object()->binary(op, left, true)) return *std::move(result);
  }
  unsupported(op, left, right);
}

}  // namespace

Value binary(BinaryOperator op, const Value& left, const Value& right) {
  if (is_integer(left) && is_integer(right)) return integers(op, left, right);
  if (is_number(left) && is_number(right)) return floats(op, as_double(left), as_double(right));
  if (op == BinaryOperator::kModulo && left.is_string()) return format_percent(*left.string(), right);
  if (left.is_undefined()) left.undefined_object()->fail();
  if (right.is_undefined()) right.undefined_object()->fail();
  if (left.is_object() || right.is_object()) {
    if (op == BinaryOperator::kAdd && is_sequence(left) && !right.object()->binary(op, left, true)) {
      cannot_concatenate(left, right);
    }
    if (op == BinaryOperator::kMultiply && is_sequence(left)) return repeat(left, right);
    if (op == BinaryOperator::kMultiply && is_sequence(right)) return repeat(right, left);
    return with_objects(op, left, right);
  }
  if (op == BinaryOperator::kAdd && is_sequence(left)) return concatenate(left, right);
  if (op == BinaryOperator::kMultiply && is_sequence(left)) return repeat(left, right);
  if (op == BinaryOperator::kMultiply && is_sequence(right)) return repeat(right, left);
  if (op == BinaryOperator::kSubtract && left.is_set() && right.is_set()) {
    return set_difference(*left.set_object(), *right.set_object());
  }
  unsupported(op, left, right);
}

Value negate(const Value& value) {
  if (is_small(value)) {
    if (value.as_int() == std::numeric_limits<std::int64_t>::min()) return int_value(BigInt(value.as_int()).negated());
    return -value.as_int();
  }
  if (value.is_float()) return -value.as_float();
  if (value.kind() == Kind::kBigInt) return int_value(value.bigint()->negated());
  if (value.is_undefined()) value.undefined_object()->fail();
  if (value.is_object()) {
    if (auto result = value.object()->unary_minus()) return *std::move(result);
  }
  raise(ExceptionKind::kTypeError, fmt::format("bad operand type for unary -: '{}'", type_name(value)));
}

Value positive(const Value& value) {
  if (value.is_bool()) return value.as_int();
  if (is_number(value)) return value;
  if (value.is_undefined()) value.undefined_object()->fail();
  if (value.is_object() && value.object()->unary_minus()) return value;
  raise(ExceptionKind::kTypeError, fmt::format("bad operand type for unary +: '{}'", type_name(value)));
}

}  // namespace floe::dbt
