// DuckDB's logical types: their name in SQL, and the Iceberg type that stores each.
#pragma once

#include "sql/iceberg_type.hpp"

#include "base/result.hpp"

#include <duckdb.h>

#include <string>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

struct DuckType {
  duckdb_type id = DUCKDB_TYPE_INVALID;
  std::string alias;  // `JSON` and other named types
  int width = 0;      // DECIMAL
  int scale = 0;
  idx_t array_size = 0;             // ARRAY
  std::vector<std::string> labels;  // ENUM
  std::vector<std::string> names;   // STRUCT, UNION: one per child
  std::vector<DuckType> children;   // LIST, ARRAY: element; MAP: key, value; STRUCT, UNION: members
};

bool is_json(const DuckType& type);  // a text that is JSON

bool is_text(const DuckType& type);  // and not JSON

DuckType scalar_type(duckdb_type id);

DuckType read_type(duckdb_logical_type type);  // does not take the handle

// Of a STRUCT, in any case; nothing when there is none.
const DuckType* member_named(const DuckType& type, std::string_view name);

// As DESCRIBE prints it; reads back in a CAST.
std::string sql_name(const DuckType& type);

// A type that Iceberg v2 has no place for is kUnsupported: names `column`, the type and the cast to write.
Result<IcebergType> storable_type(const DuckType& type, const std::string& column);

// Of a table: 3 s and 1 GB to load, by the square.
inline constexpr std::size_t kMaxColumns = 10'000;

struct QueryColumn {
  std::string name;
  DuckType type;
};

}  // namespace floe::duckdb_compute
