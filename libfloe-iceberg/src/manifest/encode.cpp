#include "manifest/encode.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

void encode_optional(std::string* out, const IdCounts& counts) {
  if (counts.empty()) return encode_null(out);
  encode_present(out);
  avro::write_long(out, static_cast<std::int64_t>(counts.size()));
  for (const IdCounts::Item& item : counts.items()) {
    avro::write_long(out, item.id);
    avro::write_long(out, item.value);
  }
  avro::write_long(out, 0);
}

void encode_optional(std::string* out, const IdBounds& bounds) {
  if (bounds.empty()) return encode_null(out);
  encode_present(out);
  avro::write_long(out, static_cast<std::int64_t>(bounds.size()));
  for (const IdBounds::Item& item : bounds.items()) {
    avro::write_long(out, item.id);
    avro::write_bytes(out, bounds.bytes(item));
  }
  avro::write_long(out, 0);
}

namespace {

// Sign-extended to the size of the Avro fixed.
Status encode_decimal(std::string* out, const Field& field, Int128 unscaled) {
  const std::string minimal = decimal_to_bytes(unscaled);
  const auto size = static_cast<std::size_t>(decimal_required_bytes(field.type.precision()));
  if (minimal.size() > size) {
    return failf(ErrorCode::kInvalidArgument, "partition value of `{}` does not fit `{}`", field.name,
                 field.type.to_string());
  }
  out->append(size - minimal.size(), unscaled < 0 ? '\xff' : '\0');
  out->append(minimal);
  return ok();
}

}  // namespace

Status encode_partition_value(std::string* out, const Field& field, const std::optional<Literal>& value) {
  if (field.type.id() == TypeId::kUnknown) {
    if (value) return failf(ErrorCode::kInvalidArgument, "partition field `{}` can only be null", field.name);
    return ok();  // Avro's null takes no bytes
  }
  if (!value) {
    encode_null(out);
    return ok();
  }
  if (field.type.id() == TypeId::kFixed) {
    // Java stores these with a length and cannot read them without; its schema, the spec and everybody else have none.
    return failf(ErrorCode::kUnsupported,
                 "partition field `{}` of type `{}`: Iceberg implementations disagree on how "
                 "such a value is stored, so floe does not write it",
                 field.name, field.type.to_string());
  }
  encode_present(out);
  Literal literal =
      FLOE_TRY(promote_literal(*value, field.type).with_context(fmt::format("partition value of `{}`", field.name)));
  switch (literal.value.index()) {
    case 0:
      avro::write_bool(out, literal.as_bool());
      break;
    case 1:
      avro::write_long(out, literal.as_long());
      break;
    case 2:
      avro::write_real(out, std::get<float>(literal.value));
      break;
    case 3:
      avro::write_real(out, std::get<double>(literal.value));
      break;
    case 4:
      return encode_decimal(out, field, std::get<Int128>(literal.value));
    default: {
      const std::string& bytes = literal.as_bytes();
      if (field.type.id() != TypeId::kUuid) {
        avro::write_bytes(out, bytes);
        break;
      }
      if (bytes.size() != 16) {
        return failf(ErrorCode::kInvalidArgument, "partition value of `{}` has {} bytes, a uuid has 16", field.name,
                     bytes.size());
      }
      out->append(bytes);
    }
  }
  return ok();
}

}  // namespace floe::iceberg
