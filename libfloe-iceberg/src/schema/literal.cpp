#include "schema/literal.hpp"

#include "schema/nanos.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace floe::iceberg {

namespace {

// Double.compare of Java: -0.0 < 0.0 and NaN above everything, all NaNs equal.
template <class Float, class Bits>
std::strong_ordering compare_float(Float left, Float right) {
  if (left < right) return std::strong_ordering::less;
  if (left > right) return std::strong_ordering::greater;
  if (std::isnan(left) || std::isnan(right)) return std::isnan(left) <=> std::isnan(right);
  // Equal: only zeros can differ, and the sign bit makes -0.0 the smaller integer.
  return std::bit_cast<Bits>(left) <=> std::bit_cast<Bits>(right);
}

std::strong_ordering compare_bytes(std::string_view left, std::string_view right) {
  return left.compare(right) <=> 0;  // char_traits<char> compares as unsigned
}

template <class Integer>
Integer load_little(std::string_view bytes) {
  using Unsigned = std::make_unsigned_t<Integer>;
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    value |= static_cast<Unsigned>(static_cast<Unsigned>(static_cast<unsigned char>(bytes[i])) << (8 * i));
  }
  return static_cast<Integer>(value);
}

template <class Integer>
std::string store_little(Integer value) {
  using Unsigned = std::make_unsigned_t<Integer>;
  std::string bytes(sizeof(Integer), '\0');
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bytes[i] = static_cast<char>(static_cast<Unsigned>(value) >> (8 * i));
  }
  return bytes;
}

Error wrong_length(const Type& type, std::size_t length) {
  return failf(ErrorCode::kData, "a value of type `{}` cannot have {} bytes", type.to_string(), length);
}

}  // namespace

bool Literal::is_nan() const {
  if (const float* real = std::get_if<float>(&value)) return std::isnan(*real);
  if (const double* real = std::get_if<double>(&value)) return std::isnan(*real);
  return false;
}

std::strong_ordering compare(const Literal& left, const Literal& right) {
  FLOE_ASSERT(left.type.id() == right.type.id());
  FLOE_ASSERT(left.value.index() == right.value.index());
  switch (left.value.index()) {
    case 0:
      return left.as_bool() <=> right.as_bool();
    case 1:
      return left.as_long() <=> right.as_long();
    case 2:
      return compare_float<float, std::int32_t>(std::get<float>(left.value), std::get<float>(right.value));
    case 3:
      return compare_float<double, std::int64_t>(std::get<double>(left.value), std::get<double>(right.value));
    case 4: {
      const Int128 first = std::get<Int128>(left.value);
      const Int128 second = std::get<Int128>(right.value);
      if (first == second) return std::strong_ordering::equal;
      return first < second ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    default:
      return compare_bytes(left.as_bytes(), right.as_bytes());
  }
}

bool operator==(const Literal& left, const Literal& right) {
  return left.type == right.type && left.value.index() == right.value.index() && compare(left, right) == 0;
}

Result<Literal> literal_from_bytes(const Type& type, std::string_view bytes) {
  switch (type.id()) {
    case TypeId::kBoolean:
      if (bytes.size() != 1) return wrong_length(type, bytes.size());
      return Literal{type, bytes[0] != 0};
    case TypeId::kInt:
    case TypeId::kDate:
      if (bytes.size() != 4) return wrong_length(type, bytes.size());
      return Literal{type, std::int64_t{load_little<std::int32_t>(bytes)}};
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kTimestampNs:
    case TypeId::kTimestampTzNs:
      // Four bytes: written while the column was an int.
      if (bytes.size() == 4) return Literal{type, std::int64_t{load_little<std::int32_t>(bytes)}};
      if (bytes.size() != 8) return wrong_length(type, bytes.size());
      return Literal{type, load_little<std::int64_t>(bytes)};
    case TypeId::kFloat:
      if (bytes.size() != 4) return wrong_length(type, bytes.size());
      return Literal{type, std::bit_cast<float>(load_little<std::int32_t>(bytes))};
    case TypeId::kDouble:
      if (bytes.size() == 4) return Literal{type, double{std::bit_cast<float>(load_little<std::int32_t>(bytes))}};
      if (bytes.size() != 8) return wrong_length(type, bytes.size());
      return Literal{type, std::bit_cast<double>(load_little<std::int64_t>(bytes))};
    case TypeId::kDecimal: {
      const std::optional<Int128> unscaled = decimal_from_bytes(bytes);
      if (!unscaled) return wrong_length(type, bytes.size());
      return Literal{type, *unscaled};
    }
    case TypeId::kUuid:
      if (bytes.size() != 16) return wrong_length(type, bytes.size());
      return Literal{type, std::string(bytes)};
    case TypeId::kString:
    case TypeId::kFixed:
    case TypeId::kBinary:
      return Literal{type, std::string(bytes)};
    default:
      return failf(ErrorCode::kUnsupported, "type `{}` has no single value floe reads", type.to_string());
  }
}

std::string literal_to_bytes(const Literal& literal) {
  switch (literal.value.index()) {
    case 0:
      return std::string(1, literal.as_bool() ? '\1' : '\0');
    case 1:
      if (literal.type.id() == TypeId::kInt || literal.type.id() == TypeId::kDate) {
        return store_little(static_cast<std::int32_t>(literal.as_long()));
      }
      return store_little(literal.as_long());
    case 2:
      return store_little(std::bit_cast<std::int32_t>(std::get<float>(literal.value)));
    case 3:
      return store_little(std::bit_cast<std::int64_t>(std::get<double>(literal.value)));
    case 4:
      return decimal_to_bytes(std::get<Int128>(literal.value));
    default:
      return literal.as_bytes();
  }
}

Result<Literal> promote_literal(const Literal& literal, const Type& type) {
  if (!can_promote(literal.type, type)) {
    return failf(ErrorCode::kData, "a value of type `{}` is not one of type `{}`", literal.type.to_string(),
                 type.to_string());
  }
  if (const float* real = std::get_if<float>(&literal.value); real != nullptr && type.id() == TypeId::kDouble) {
    return Literal{type, double{*real}};
  }
  return Literal{type, literal.value};
}

std::string literal_to_text(const Literal& literal) {
  switch (literal.type.id()) {
    case TypeId::kBoolean:
      return literal.as_bool() ? "true" : "false";
    case TypeId::kFloat:
      return shortest_float(std::get<float>(literal.value));
    case TypeId::kDouble:
      return text::python_float(std::get<double>(literal.value));
    case TypeId::kDecimal:
      return decimal_to_text(std::get<Int128>(literal.value), literal.type.scale());
    case TypeId::kDate:
      return time::format_date(literal.as_long());
    case TypeId::kTime:
      return trim_fraction(time::format_time_micros(literal.as_long()));
    case TypeId::kTimestamp:
      return trim_fraction(time::format_timestamp_micros(literal.as_long()));
    case TypeId::kTimestampTz:
      return trim_fraction(time::format_timestamp_micros(literal.as_long())) + "+00:00";
    case TypeId::kTimestampNs:
      return trim_fraction(format_timestamp_nanos(literal.as_long()));
    case TypeId::kTimestampTzNs:
      return trim_fraction(format_timestamp_nanos(literal.as_long())) + "+00:00";
    case TypeId::kUuid:
      return uuid_to_text(literal.as_bytes());
    case TypeId::kFixed:
    case TypeId::kBinary:
      return text::to_base64(literal.as_bytes());
    case TypeId::kString:
      return literal.as_bytes();
    default:
      return fmt::format("{}", literal.as_long());
  }
}

}  // namespace floe::iceberg
