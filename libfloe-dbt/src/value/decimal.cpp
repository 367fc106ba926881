#include "value/decimal.hpp"

#include "value/datetime.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

namespace floe::dbt {

namespace {

constexpr std::int64_t kPrecision = 28;
constexpr std::int64_t kMaxExponent = 10000;  // of what is computed with; Python's limit is larger

BigInt power_of_ten(std::int64_t exponent) {
  if (exponent > kMaxExponent) raise(ExceptionKind::kArithmetic, "[<class 'decimal.Overflow'>]");
  return BigInt(10).power(static_cast<std::uint64_t>(std::max<std::int64_t>(exponent, 0)));
}

std::int64_t digit_count(const BigInt& value) {
  std::string digits = value.to_string();
  return static_cast<std::int64_t>(digits.size()) - (value.is_negative() ? 1 : 0);
}

// value / 10**digits, half to even. `sticky`: something non-zero lies behind the last digit already.
BigInt drop_digits(const BigInt& value, std::int64_t digits, bool sticky) {
  if (digits <= 0) return value;
  BigInt unit = power_of_ten(digits);
  BigInt quotient;
  BigInt remainder;
  value.divide(unit, &quotient, &remainder);
  int half = remainder.plus(remainder).compare(unit);
  if (half > 0 || (half == 0 && (sticky || quotient.is_odd()))) quotient = quotient.plus(BigInt(1));
  return quotient;
}

}  // namespace

std::optional<Ref<DecimalObject>> DecimalObject::parse(std::string_view text) {
  text = unicode::strip(text, true, true);
  std::string clean(text);
  std::erase(clean, '_');
  std::string_view rest(clean);
  bool negative = rest.starts_with('-');
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  std::string word = unicode::to_lower(rest);
  if (word == "inf" || word == "infinity") return make_ref<DecimalObject>(BigInt(), 0, negative, Class::kInfinite);
  if (word == "nan") return make_ref<DecimalObject>(BigInt(), 0, negative, Class::kNaN);
  std::string digits;
  std::int64_t exponent = 0;
  bool point = false;
  std::size_t index = 0;
  for (; index < rest.size(); ++index) {
    if (rest[index] == '.' && !point) {
      point = true;
    } else if (std::isdigit(static_cast<unsigned char>(rest[index])) != 0) {
      digits += rest[index];
      if (point) --exponent;
    } else {
      break;
    }
  }
  if (digits.empty()) return std::nullopt;
  if (index < rest.size()) {
    if ((rest[index] | 0x20) != 'e') return std::nullopt;
    std::string power(rest.substr(index + 1));
    if (power.empty() || power.size() > 8) return std::nullopt;
    std::size_t used = 0;
    try {
      exponent += std::stol(power, &used);
    } catch (const std::exception&) {
      return std::nullopt;
    }
    if (used != power.size()) return std::nullopt;
  }
  return make_ref<DecimalObject>(*BigInt::parse(digits, 10, false), exponent, negative);
}

std::string DecimalObject::str() const {
  std::string sign = negative_ ? "-" : "";
  if (class_ == Class::kInfinite) return sign + "Infinity";
  if (class_ == Class::kNaN) return sign + "NaN";
  std::string digits = coefficient_.to_string();
  auto count = static_cast<std::int64_t>(digits.size());
  std::int64_t adjusted = exponent_ + count - 1;
  if (exponent_ <= 0 && adjusted >= -6) {
    if (exponent_ == 0) return sign + digits;
    std::int64_t point = count + exponent_;
    if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    return sign + digits.substr(0, static_cast<std::size_t>(point)) + '.' +
           digits.substr(static_cast<std::size_t>(point));
  }
  std::string text = sign + digits.substr(0, 1);
  if (count > 1) text += '.' + digits.substr(1);
  return text + fmt::format("E{:+d}", adjusted);
}

std::optional<Ref<DecimalObject>> DecimalObject::from_value(const Value& value) {
  if (auto* decimal = value.object_as<DecimalObject>()) return Ref<DecimalObject>(decimal);
  if (value.is_int() || value.is_bool() || value.kind() == Kind::kBigInt) {
    BigInt number = to_bigint(value);
    bool negative = number.is_negative();
    return make_ref<DecimalObject>(negative ? number.negated() : number, 0, negative);
  }
  return std::nullopt;
}

int DecimalObject::compare_finite(const DecimalObject& other) const {
  std::int64_t low = std::min(exponent_, other.exponent_);
  BigInt left = signed_coefficient().times(power_of_ten(exponent_ - low));
  BigInt right = other.signed_coefficient().times(power_of_ten(other.exponent_ - low));
  return left.compare(right);
}

std::optional<int> DecimalObject::compare(const Value& other) const {
  if (other.is_float()) {
    if (class_ != Class::kFinite || !std::isfinite(other.as_float())) {
      double left = *to_float();
      if (std::isnan(left) || std::isnan(other.as_float())) return std::nullopt;
      return left < other.as_float() ? -1 : left > other.as_float() ? 1 : 0;
    }
    // A double is a fraction with a power of two below: exact in decimal.
    return compare_finite(**parse(fmt::format("{:.1100f}", other.as_float())));
  }
  auto right = from_value(other);
  if (!right) return std::nullopt;
  if (class_ == Class::kNaN || (*right)->class_ == Class::kNaN) {
    raise(ExceptionKind::kArithmetic, "[<class 'decimal.InvalidOperation'>]");
  }
  if (class_ == Class::kInfinite || (*right)->class_ == Class::kInfinite) {
    double first = *to_float();
    double second = *(*right)->to_float();
    return first < second ? -1 : first > second ? 1 : 0;
  }
  return compare_finite(**right);
}

bool DecimalObject::equals(const Value& other) const {
  if (class_ == Class::kNaN) return false;
  if (const auto* decimal = other.object_as<DecimalObject>(); decimal != nullptr && decimal->class_ == Class::kNaN) {
    return false;
  }
  auto order = compare(other);
  return order && *order == 0;
}

std::uint64_t DecimalObject::hash() const {
  if (class_ != Class::kFinite) return dbt::hash(Value(*to_float()));
  if (auto whole = to_int(); whole && equals(*whole)) return dbt::hash(*whole);
  double real = *to_float();
  if (equals(Value(real))) return dbt::hash(Value(real));
  std::string digits = str();
  return hash_text(digits.substr(0, digits.find_last_not_of('0') + 1));
}

Value DecimalObject::rounded(BigInt value, std::int64_t exponent, bool negative_zero, bool sticky) {
  bool negative = value.is_negative() || (value.is_zero() && negative_zero);
  if (value.is_negative()) value = value.negated();
  std::int64_t extra = digit_count(value) - kPrecision;
  if (extra > 0) {
    value = drop_digits(value, extra, sticky);
    exponent += extra;
    if (digit_count(value) > kPrecision) {
      value = drop_digits(value, 1, false);
      ++exponent;
    }
  }
  return Value(make_ref<DecimalObject>(std::move(value), exponent, negative));
}

Value DecimalObject::add(const DecimalObject& left, const DecimalObject& right, bool subtract) {
  std::int64_t low = std::min(left.exponent_, right.exponent_);
  BigInt first = left.signed_coefficient().times(power_of_ten(left.exponent_ - low));
  BigInt second = right.signed_coefficient().times(power_of_ten(right.exponent_ - low));
  bool both_negative = left.negative_ && (right.negative_ != subtract);
  return rounded(subtract ? first.minus(second) : first.plus(second), low, both_negative);
}

Value DecimalObject::divide(const DecimalObject& left, const DecimalObject& right) {
  if (right.coefficient_.is_zero()) {
    if (left.coefficient_.is_zero()) {
      raise(ExceptionKind::kArithmetic, "[<class 'decimal.DivisionUndefined'>]");
    }
    raise(ExceptionKind::kZeroDivisionError, "[<class 'decimal.DivisionByZero'>]");
  }
  bool negative = left.negative_ != right.negative_;
  std::int64_t ideal = left.exponent_ - right.exponent_;
  if (left.coefficient_.is_zero()) return Value(make_ref<DecimalObject>(BigInt(), ideal, negative));
  std::int64_t shift = digit_count(right.coefficient_) - digit_count(left.coefficient_) + kPrecision + 1;
  BigInt numerator = left.coefficient_.times(power_of_ten(shift));
  BigInt denominator = right.coefficient_.times(power_of_ten(-shift));
  BigInt quotient;
  BigInt remainder;
  numerator.divide(denominator, &quotient, &remainder);
  std::int64_t exponent = ideal - shift;
  if (remainder.is_zero()) {
    // An exact result gets the exponent nearest to the ideal one.
    while (exponent < ideal) {
      BigInt shorter;
      BigInt digit;
      quotient.divide(BigInt(10), &shorter, &digit);
      if (!digit.is_zero()) break;
      quotient = shorter;
      ++exponent;
    }
  }
  if (negative) {
    Value positive = rounded(quotient, exponent, false, !remainder.is_zero());
    return *positive.object()->unary_minus();
  }
  return rounded(quotient, exponent, false, !remainder.is_zero());
}

Value DecimalObject::integral(BinaryOperator op, const DecimalObject& left, const DecimalObject& right) {
  if (right.coefficient_.is_zero()) {
    raise(ExceptionKind::kArithmetic, "[<class 'decimal.InvalidOperation'>]");
  }
  std::int64_t low = std::min(left.exponent_, right.exponent_);
  BigInt first = left.coefficient_.times(power_of_ten(left.exponent_ - low));
  BigInt second = right.coefficient_.times(power_of_ten(right.exponent_ - low));
  BigInt quotient;
  BigInt remainder;
  first.divide(second, &quotient, &remainder);
  if (op == BinaryOperator::kModulo) {  // the sign of the left operand, unlike int
    return rounded(left.negative_ ? remainder.negated() : remainder, low, left.negative_);
  }
  bool negative = left.negative_ != right.negative_;
  return rounded(negative ? quotient.negated() : quotient, 0, negative);
}

Value DecimalObject::power(const DecimalObject& left, const DecimalObject& right) {
  auto whole = right.to_int();
  auto exponent = whole ? as_index(*whole) : std::nullopt;
  if (!exponent || !right.equals(*whole) || std::abs(*exponent) > kMaxExponent) {
    double result = std::pow(*left.to_float(), *right.to_float());
    return Value(*parse(fmt::format("{:.28g}", result)));
  }
  BigInt coefficient = left.signed_coefficient().power(static_cast<std::uint64_t>(std::abs(*exponent)));
  std::int64_t scale = left.exponent_ * std::abs(*exponent);
  if (*exponent >= 0) return rounded(coefficient, scale, false);
  DecimalObject one(BigInt(1), 0, false);
  bool negative = coefficient.is_negative();
  return divide(one, DecimalObject(negative ? coefficient.negated() : coefficient, scale, negative));
}

std::optional<Value> DecimalObject::binary(BinaryOperator op, const Value& other, bool reflected) {
  auto converted = from_value(other);
  if (!converted) return std::nullopt;
  const DecimalObject& left = reflected ? **converted : *this;
  const DecimalObject& right = reflected ? *this : **converted;
  if (left.class_ != Class::kFinite || right.class_ != Class::kFinite) {
    Value result = dbt::binary(op, Value(*left.to_float()), Value(*right.to_float()));
    return Value(*parse(float_repr(dbt::to_float(result))));
  }
  switch (op) {
    case BinaryOperator::kAdd:
      return add(left, right, false);
    case BinaryOperator::kSubtract:
      return add(left, right, true);
    case BinaryOperator::kMultiply:
      return rounded(left.signed_coefficient().times(right.signed_coefficient()), left.exponent_ + right.exponent_,
                     left.negative_ != right.negative_);
    case BinaryOperator::kDivide:
      return divide(left, right);
    case BinaryOperator::kFloorDivide:
    case BinaryOperator::kModulo:
      return integral(op, left, right);
    case BinaryOperator::kPower:
      return power(left, right);
  }
  return std::nullopt;
}

std::optional<Value> DecimalObject::unary_minus() {
  bool negative = coefficient_.is_zero() && class_ == Class::kFinite ? false : !negative_;
  return Value(make_ref<DecimalObject>(coefficient_, exponent_, negative, class_));
}

std::optional<double> DecimalObject::to_float() const {
  if (class_ == Class::kNaN) return std::numeric_limits<double>::quiet_NaN();
  if (class_ == Class::kInfinite) return (negative_ ? -1 : 1) * std::numeric_limits<double>::infinity();
  return std::strtod(str().c_str(), nullptr);
}

std::optional<Value> DecimalObject::to_int() const {
  if (class_ == Class::kNaN) raise(ExceptionKind::kValueError, "cannot convert NaN to integer");
  if (class_ == Class::kInfinite) raise(ExceptionKind::kOverflowError, "cannot convert Infinity to integer");
  BigInt whole = coefficient_;
  if (exponent_ >= 0) {
    whole = whole.times(power_of_ten(exponent_));
  } else {
    BigInt remainder;
    coefficient_.divide(power_of_ten(-exponent_), &whole, &remainder);
  }
  return int_value(negative_ ? whole.negated() : whole);
}

Ref<DecimalObject> DecimalObject::quantized(std::int64_t exponent) const {
  BigInt value = exponent <= exponent_ ? coefficient_.times(power_of_ten(exponent_ - exponent))
                                       : drop_digits(coefficient_, exponent - exponent_, false);
  return make_ref<DecimalObject>(std::move(value), exponent, negative_);
}

std::optional<std::string> DecimalObject::format(std::string_view spec) const {
  if (spec.empty()) return str();
  char code = spec.back();
  if (class_ != Class::kFinite || (std::isalpha(static_cast<unsigned char>(code)) != 0 && code != 'f' && code != 'F')) {
    return format_value(Value(*to_float()), spec);
  }
  // Fixed notation keeps all digits, which a double would not.
  std::size_t point = spec.find('.');
  Ref<DecimalObject> value = quantized(exponent_);
  if (point != std::string_view::npos) value = quantized(-std::atoi(std::string(spec.substr(point + 1)).c_str()));
  std::string text = value->str();
  std::string_view layout = spec.substr(0, std::min(point, spec.size()));
  if (layout.ends_with('f') || layout.ends_with('F')) layout.remove_suffix(1);
  std::size_t start = negative_ ? 1 : 0;
  if (layout.find(',') != std::string_view::npos) {
    std::size_t end = std::min(text.find('.'), text.size());
    for (std::size_t at = end; at > start + 3; at -= 3)
      text.insert(at - 3, ",");
  }
  if (layout.starts_with('+')) {
    layout.remove_prefix(1);
    if (!negative_) text.insert(0, "+"), start = 1;
  }
  std::string plain(layout);
  std::erase(plain, ',');
  if (plain.empty() || plain.find_first_of("<>^=") != std::string::npos) {
    return plain.empty() ? text : format_value(Value(text), plain);
  }
  auto width = static_cast<std::size_t>(std::max(std::atoi(plain.c_str()), 0));
  if (text.size() >= width || width > 10000) return text;
  bool zeros = plain[0] == '0';
  text.insert(zeros ? start : 0, width - text.size(), zeros ? '0' : ' ');
  return text;
}

bool DecimalObject::get_attr(const StringObject& name, Value* out) {
  Value self{Ref<DecimalObject>(this)};
  std::string_view text = name.view();
  BoundFunction method = nullptr;
  if (text == "is_nan") {
    method = [](const Value& decimal, Arguments&) -> Value {
      return decimal.object_as<DecimalObject>()->class_ == Class::kNaN;
    };
  } else if (text == "is_zero") {
    method = [](const Value& decimal, Arguments&) -> Value { return !dbt::truth(decimal); };
  } else if (text == "quantize") {
    method = [](const Value& decimal, Arguments& arguments) -> Value {
      Value bound[2];
      bind_arguments("quantize", arguments, {"exp", "rounding"}, 1, bound);
      auto unit = from_value(bound[0]);
      if (!unit) raise(ExceptionKind::kTypeError, "quantize needs a Decimal");
      return Value(decimal.object_as<DecimalObject>()->quantized((*unit)->exponent_));
    };
  } else if (text == "normalize") {
    method = [](const Value& decimal, Arguments&) -> Value {
      const auto* self_decimal = decimal.object_as<DecimalObject>();
      BigInt coefficient = self_decimal->coefficient_;
      std::int64_t exponent = self_decimal->exponent_;
      while (!coefficient.is_zero()) {
        BigInt shorter;
        BigInt digit;
        coefficient.divide(BigInt(10), &shorter, &digit);
        if (!digit.is_zero()) break;
        coefficient = shorter;
        ++exponent;
      }
      if (coefficient.is_zero()) exponent = 0;
      return rounded(self_decimal->negative_ ? coefficient.negated() : coefficient, exponent, self_decimal->negative_);
    };
  } else {
    return false;
  }
  *out = make_bound_function(text, self, method);
  return true;
}

Value make_decimal(std::string_view text) {
  auto decimal = DecimalObject::parse(text);
  if (!decimal) raise(ExceptionKind::kArithmetic, "[<class 'decimal.ConversionSyntax'>]");
  return Value(*decimal);
}

bool is_decimal(const Value& value) { return value.object_as<DecimalObject>() != nullptr; }

}  // namespace floe::dbt
