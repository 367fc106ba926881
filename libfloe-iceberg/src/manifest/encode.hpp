// Encoders of values that manifests and manifest lists have in common.
#pragma once

#include "avro/cursor.hpp"
#include "manifest/data_file.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floe::iceberg {

// Optional fields are the union [null, T]: branch 0 is null.
inline void encode_null(std::string* out) { avro::write_long(out, 0); }

inline void encode_present(std::string* out) { avro::write_long(out, 1); }

template <class Integer>
void encode_optional(std::string* out, const std::optional<Integer>& value) {
  if (!value) return encode_null(out);
  encode_present(out);
  avro::write_long(out, *value);
}

inline void encode_optional(std::string* out, const std::optional<std::string>& value) {
  if (!value) return encode_null(out);
  encode_present(out);
  avro::write_bytes(out, *value);
}

template <class Integer>
void encode_optional(std::string* out, const std::vector<Integer>& values) {
  if (values.empty()) return encode_null(out);
  encode_present(out);
  avro::write_long(out, static_cast<std::int64_t>(values.size()));
  for (const Integer value : values)
    avro::write_long(out, value);
  avro::write_long(out, 0);
}

void encode_optional(std::string* out, const IdCounts& counts);
void encode_optional(std::string* out, const IdBounds& bounds);

// One value of a partition tuple whose column has `type`. kInvalidArgument when the literal is of another type.
Status encode_partition_value(std::string* out, const Field& field, const std::optional<Literal>& value);

}  // namespace floe::iceberg
