#include "parquet/stored_value.hpp"

#include "base/text/text.hpp"

#include <bit>
#include <cmath>

namespace floe::iceberg::parquet {

namespace {

template <class Unsigned>
std::optional<Unsigned> load(std::string_view bytes) {
  if (bytes.size() != sizeof(Unsigned)) return std::nullopt;
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value |= static_cast<Unsigned>(static_cast<Unsigned>(static_cast<unsigned char>(bytes[i])) << (8 * i));
  }
  return value;
}

// INT32 and INT64 with their sign; unsigned 32 bits widen, unsigned 64 bits do not fit.
std::optional<std::int64_t> integer_of(const SchemaElement& element, std::string_view bytes) {
  const bool is_unsigned = element.logical.kind == LogicalKind::kInteger && !element.logical.is_signed;
  if (element.type == PhysicalType::kInt32) {
    const auto bits = load<std::uint32_t>(bytes);
    if (!bits) return std::nullopt;
    return is_unsigned ? std::int64_t{*bits} : std::int64_t{static_cast<std::int32_t>(*bits)};
  }
  if (element.type != PhysicalType::kInt64 || is_unsigned) return std::nullopt;
  const auto bits = load<std::uint64_t>(bytes);
  if (!bits) return std::nullopt;
  return static_cast<std::int64_t>(*bits);
}

std::optional<std::int64_t> rescaled(std::int64_t value, TimeUnit from, TimeUnit to) {
  const auto exponent = [](TimeUnit unit) { return static_cast<int>(unit) * 3; };
  int steps = exponent(to) - exponent(from);
  for (; steps > 0; --steps) {
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) return std::nullopt;
  }
  std::int64_t divisor = 1;
  for (; steps < 0; ++steps)
    divisor *= 10;
  const std::int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

std::optional<Literal> integer_bound(const SchemaElement& element, const Type& type, std::string_view bytes) {
  const auto value = integer_of(element, bytes);
  const LogicalKind kind = element.logical.kind;
  if (!value || (kind != LogicalKind::kNone && kind != LogicalKind::kInteger)) return std::nullopt;
  if (type.id() == TypeId::kInt && (*value < INT32_MIN || *value > INT32_MAX)) return std::nullopt;
  return Literal{type, *value};
}

std::optional<Literal> time_bound(const SchemaElement& element, const Type& type, std::string_view bytes) {
  const auto value = integer_of(element, bytes);
  if (!value) return std::nullopt;
  if (type.id() == TypeId::kDate) {
    if (element.logical.kind != LogicalKind::kDate || element.type != PhysicalType::kInt32) return std::nullopt;
    return Literal{type, *value};
  }
  const LogicalKind wanted = type.id() == TypeId::kTime ? LogicalKind::kTime : LogicalKind::kTimestamp;
  if (element.logical.kind != wanted) return std::nullopt;
  const bool is_nanos = type.id() == TypeId::kTimestampNs || type.id() == TypeId::kTimestampTzNs;
  const auto scaled = rescaled(*value, element.logical.unit, is_nanos ? TimeUnit::kNanos : TimeUnit::kMicros);
  if (!scaled) return std::nullopt;
  return Literal{type, *scaled};
}

std::optional<double> real_of(const SchemaElement& element, std::string_view bytes) {
  if (element.type == PhysicalType::kFloat) {
    const auto bits = load<std::uint32_t>(bytes);
    if (bits) return double{std::bit_cast<float>(*bits)};
  } else if (element.type == PhysicalType::kDouble) {
    const auto bits = load<std::uint64_t>(bytes);
    if (bits) return std::bit_cast<double>(*bits);
  }
  return std::nullopt;
}

std::optional<Literal> real_bound(const SchemaElement& element, const Type& type, std::string_view bytes, Side side) {
  auto value = real_of(element, bytes);
  if (!value || std::isnan(*value)) return std::nullopt;
  if (*value == 0) value = side == Side::kLower ? -0.0 : 0.0;
  if (type.id() == TypeId::kDouble) return Literal{type, *value};
  if (element.type != PhysicalType::kFloat) return std::nullopt;
  return Literal{type, static_cast<float>(*value)};
}

std::optional<Literal> decimal_bound(const SchemaElement& element, const Type& type, std::string_view bytes) {
  if (element.logical.kind != LogicalKind::kDecimal || element.logical.scale != type.scale()) return std::nullopt;
  if (element.type == PhysicalType::kByteArray || element.type == PhysicalType::kFixedLenByteArray) {
    const auto unscaled = decimal_from_bytes(bytes);
    if (!unscaled) return std::nullopt;
    return Literal{type, *unscaled};
  }
  const auto value = integer_of(element, bytes);
  if (!value) return std::nullopt;
  return Literal{type, Int128{*value}};
}

std::optional<Literal> bytes_bound(const SchemaElement& element, const Type& type, std::string_view bytes, Side side) {
  const bool is_fixed = element.type == PhysicalType::kFixedLenByteArray;
  if (!is_fixed && element.type != PhysicalType::kByteArray) return std::nullopt;
  // Decimals and intervals compare in other ways.
  if (element.logical.kind == LogicalKind::kDecimal || element.logical.kind == LogicalKind::kInterval ||
      element.logical.kind == LogicalKind::kFloat16) {
    return std::nullopt;
  }
  switch (type.id()) {
    case TypeId::kUuid:
      if (!is_fixed || bytes.size() != 16) return std::nullopt;
      break;
    case TypeId::kFixed:
      if (!is_fixed || bytes.size() != static_cast<std::size_t>(type.length())) return std::nullopt;
      break;
    case TypeId::kString:
      // A writer that cuts by bytes may end within a character: what is whole still is a lower bound.
      if (const auto invalid = text::find_invalid_utf8(bytes)) {
        if (side == Side::kUpper) return std::nullopt;
        bytes = bytes.substr(0, *invalid);
      }
      break;
    default:
      break;
  }
  return Literal{type, std::string(bytes)};
}

}  // namespace

std::optional<Literal> bound_from_statistics(const SchemaElement& element, const Type& type, std::string_view bytes,
                                             Side side) {
  switch (type.id()) {
    case TypeId::kBoolean:
      if (element.type != PhysicalType::kBoolean || bytes.size() != 1) return std::nullopt;
      return Literal{type, bytes[0] != 0};
    case TypeId::kInt:
    case TypeId::kLong:
      return integer_bound(element, type, bytes);
    case TypeId::kFloat:
    case TypeId::kDouble:
      return real_bound(element, type, bytes, side);
    case TypeId::kDecimal:
      return decimal_bound(element, type, bytes);
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kTimestampNs:
    case TypeId::kTimestampTzNs:
      return time_bound(element, type, bytes);
    case TypeId::kString:
    case TypeId::kUuid:
    case TypeId::kFixed:
    case TypeId::kBinary:
      return bytes_bound(element, type, bytes, side);
    default:
      return std::nullopt;
  }
}

std::optional<std::string_view> statistics_bytes(const Statistics& statistics, const SchemaElement& element,
                                                 bool has_foreign_order, Side side) {
  if (has_foreign_order) return std::nullopt;
  const auto& value = side == Side::kLower ? statistics.min_value : statistics.max_value;
  if (value) return std::string_view(*value);
  const auto& deprecated = side == Side::kLower ? statistics.deprecated_min : statistics.deprecated_max;
  if (!deprecated) return std::nullopt;
  // The old fields were compared as signed: right for numbers, wrong for bytes and unsigned numbers.
  const bool is_unsigned = element.logical.kind == LogicalKind::kInteger && !element.logical.is_signed;
  switch (element.type) {
    case PhysicalType::kBoolean:
    case PhysicalType::kInt32:
    case PhysicalType::kInt64:
    case PhysicalType::kFloat:
    case PhysicalType::kDouble:
      if (!is_unsigned) return std::string_view(*deprecated);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace floe::iceberg::parquet
