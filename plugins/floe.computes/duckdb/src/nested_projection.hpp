// Nested columns whose fields were renamed or re-added: DuckDB matches them by name, Iceberg by id.
#pragma once

#include "iceberg_type.hpp"
#include "layout.hpp"

#include "base/result.hpp"

#include <string>

namespace floe::duckdb_compute {

// True when reading `node` by name gives what reading it by id gives.
bool same_by_name(const IcebergType& type, const LayoutNode& node);

struct Projection {
  std::string read_type;   // what to read the column as: the file's names, the table's types
  std::string expression;  // from `source` to the table's shape
};

Result<Projection> project_nested(const IcebergType& type, const LayoutNode& node, const std::string& source);

}  // namespace floe::duckdb_compute
