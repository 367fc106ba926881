// Keys of JSON objects that DuckDB would lose the value of: it takes the first of equal keys, and ends a name at a NUL.
#pragma once

#include "yyjson_document.hpp"

#include <cstdint>
#include <string>

namespace floe::duckdb_guard {

enum class KeyFault : std::uint8_t { kNone, kRepeated, kNul };

struct LostKey {
  KeyFault fault = KeyFault::kNone;
  const yyjson_val* key = nullptr;
};

// The first one of a document, objects from the outside in.
LostKey lost_key(const yyjson_doc& document);

// The keys that lead to it, and itself: `a.b[].c`.
std::string path_of(const yyjson_doc& document, const yyjson_val* key);

}  // namespace floe::duckdb_guard
