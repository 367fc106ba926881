// Iceberg partition transforms (spec, "Partition Transforms"): one implementation for manifests, pruning and the
// scalar functions the DuckDB plugin registers.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::transform {

enum class Kind : std::uint8_t { kIdentity, kBucket, kTruncate, kYear, kMonth, kDay, kHour, kVoid, kUnknown };

struct Transform {
  Kind kind = Kind::kIdentity;
  std::int32_t parameter = 0;  // bucket count or truncate width
  std::string text;            // spelling in metadata: `bucket[16]`, `truncate[4]`, `day`
};

Result<Transform> parse(std::string_view text);  // unknown names are kept as kUnknown

std::int32_t murmur3_32(std::string_view bytes);  // x86, seed 0
std::int32_t hash_long(std::int64_t value);       // int, long, date, time, timestamp: 8 bytes little-endian
std::int32_t hash_bytes(std::string_view bytes);  // string, binary, fixed, uuid (big-endian bytes)
std::int32_t hash_decimal(std::string_view big_endian_minimal);

inline std::int32_t bucket_of(std::int32_t hash, std::int32_t count) { return (hash & 0x7fffffff) % count; }

std::int64_t truncate_long(std::int64_t value, std::int32_t width);
std::string truncate_string(std::string_view utf8, std::int32_t width);  // code points
std::string truncate_bytes(std::string_view bytes, std::int32_t width);

// Floor semantics: negative before 1970.
std::int32_t years_from_days(std::int64_t days);
std::int32_t months_from_days(std::int64_t days);
std::int64_t days_from_micros(std::int64_t micros);
std::int64_t hours_from_micros(std::int64_t micros);

}  // namespace floe::transform
