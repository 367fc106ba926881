// Iceberg types as a tree, from and to the JSON of the table spec (ids may be missing), and the DuckDB type that stores
// each.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::json {
class value;   // NOLINT(readability-identifier-naming): Boost names it
class array;   // NOLINT(readability-identifier-naming): Boost names it
class object;  // NOLINT(readability-identifier-naming): Boost names it
}  // namespace boost::json

namespace floe::duckdb_compute {

struct IcebergField;

struct IcebergType {
  enum class Kind : std::uint8_t { kPrimitive, kStruct, kList, kMap };

  Kind kind = Kind::kPrimitive;
  std::string name;                    // primitives: `int`, `decimal(9,2)`, `fixed[16]`
  std::vector<IcebergField> children;  // struct: its fields; list: the element; map: key, then value

  [[nodiscard]] bool nested() const { return kind != Kind::kPrimitive; }
};

struct IcebergField {
  std::int32_t id = -1;
  std::string name;
  IcebergType type;
  bool required = false;
  std::optional<std::string> initial_default = {};  // JSON, of files that lack the field
};

Result<IcebergType> parse_iceberg_type(const boost::json::value& value);
Result<std::vector<IcebergField>> parse_iceberg_fields(const boost::json::array& fields);
boost::json::value iceberg_type_to_json(const IcebergType& type);

// DuckDB's type for the values as they lie in the file: `decimal(9,2)` -> DECIMAL(9,2).
Result<std::string> storage_sql(const IcebergType& type);

struct DecimalShape {
  int precision = 0;
  int scale = 0;
};

// Of `decimal(P,S)`, with or without a space.
Result<DecimalShape> decimal_shape(std::string_view name);

}  // namespace floe::duckdb_compute
