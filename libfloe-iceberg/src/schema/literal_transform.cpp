// Partition transforms over typed values.
#include "schema/partition_spec.hpp"

#include "base/fail.hpp"

#include <limits>

namespace floe::iceberg {

namespace {

using transform::Kind;

constexpr std::int64_t kNanosPerMicro = 1000;

bool is_timestamp(TypeId id) {
  return id == TypeId::kTimestamp || id == TypeId::kTimestampTz || id == TypeId::kTimestampNs ||
         id == TypeId::kTimestampTzNs;
}

bool accepts(Kind kind, TypeId id) {
  switch (kind) {
    case Kind::kIdentity:
      return id < TypeId::kStruct && id != TypeId::kUnknown && id != TypeId::kVariant && id != TypeId::kGeometry &&
             id != TypeId::kGeography;
    case Kind::kVoid:
    case Kind::kUnknown:
      return true;
    case Kind::kBucket:
      return id == TypeId::kInt || id == TypeId::kLong || id == TypeId::kDecimal || id == TypeId::kDate ||
             id == TypeId::kTime || is_timestamp(id) || id == TypeId::kString || id == TypeId::kUuid ||
             id == TypeId::kFixed || id == TypeId::kBinary;
    case Kind::kTruncate:
      return id == TypeId::kInt || id == TypeId::kLong || id == TypeId::kDecimal || id == TypeId::kString ||
             id == TypeId::kBinary;
    case Kind::kYear:
    case Kind::kMonth:
    case Kind::kDay:
      return id == TypeId::kDate || is_timestamp(id);
    case Kind::kHour:
      return is_timestamp(id);
  }
  return false;
}

std::int64_t to_micros(const Literal& value) {
  const std::int64_t units = value.as_long();
  if (value.type.id() != TypeId::kTimestampNs && value.type.id() != TypeId::kTimestampTzNs) return units;
  const std::int64_t quotient = units / kNanosPerMicro;
  return units % kNanosPerMicro < 0 ? quotient - 1 : quotient;
}

std::int64_t to_days(const Literal& value) {
  return value.type.id() == TypeId::kDate ? value.as_long() : transform::days_from_micros(to_micros(value));
}

std::int32_t hash_of(const Literal& value) {
  switch (value.type.id()) {
    case TypeId::kDecimal:
      return transform::hash_decimal(decimal_to_bytes(std::get<Int128>(value.value)));
    case TypeId::kString:
    case TypeId::kUuid:
    case TypeId::kFixed:
    case TypeId::kBinary:
      return transform::hash_bytes(value.as_bytes());
    default:
      return transform::hash_long(to_micros(value));
  }
}

Literal truncated(const Literal& value, std::int32_t width) {
  switch (value.type.id()) {
    case TypeId::kString:
      return {value.type, transform::truncate_string(value.as_bytes(), width)};
    case TypeId::kBinary:
      return {value.type, transform::truncate_bytes(value.as_bytes(), width)};
    case TypeId::kDecimal: {
      const Int128 unscaled = std::get<Int128>(value.value);
      const Int128 remainder = ((unscaled % width) + width) % width;
      return {value.type, unscaled - remainder};
    }
    case TypeId::kInt: {
      // Java's int arithmetic wraps: so does the stored value.
      const std::int64_t result = transform::truncate_long(value.as_long(), width);
      return {value.type, std::int64_t{static_cast<std::int32_t>(result)}};
    }
    default:
      return {value.type, transform::truncate_long(value.as_long(), width)};
  }
}

}  // namespace

Result<Type> transform_result_type(const Transform& transform, const Type& source) {
  if (!accepts(transform.kind, source.id())) {
    return failf(ErrorCode::kInvalidArgument, "transform `{}` does not accept a column of type `{}`", transform.text,
                 source.to_string());
  }
  switch (transform.kind) {
    case Kind::kBucket:
    case Kind::kYear:
    case Kind::kMonth:
    case Kind::kHour:
      return Type(TypeId::kInt);
    case Kind::kDay:
      return Type(TypeId::kDate);
    case Kind::kUnknown:
      return Type(TypeId::kString);  // what Java says of transforms it does not know
    default:
      return source;
  }
}

Result<std::optional<Literal>> apply_transform(const Transform& transform, const Literal& value) {
  if (transform.kind == Kind::kVoid) return std::optional<Literal>();
  if (transform.kind == Kind::kUnknown) {
    return failf(ErrorCode::kUnsupported, "partition transform `{}` is not known", transform.text);
  }
  FLOE_TRY(transform_result_type(transform, value.type));
  const auto wrap = [](Literal literal) { return std::optional<Literal>(std::move(literal)); };
  switch (transform.kind) {
    case Kind::kIdentity:
      return wrap(value);
    case Kind::kBucket:
      return wrap(Literal::integer(transform::bucket_of(hash_of(value), transform.parameter)));
    case Kind::kTruncate:
      return wrap(truncated(value, transform.parameter));
    case Kind::kYear:
      return wrap(Literal::integer(transform::years_from_days(to_days(value))));
    case Kind::kMonth:
      return wrap(Literal::integer(transform::months_from_days(to_days(value))));
    case Kind::kDay:
      return wrap(Literal::date(static_cast<std::int32_t>(to_days(value))));
    default:
      return wrap(Literal::integer(static_cast<std::int32_t>(transform::hours_from_micros(to_micros(value)))));
  }
}

}  // namespace floe::iceberg
