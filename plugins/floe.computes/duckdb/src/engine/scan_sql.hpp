// The SELECT that reads an Iceberg table's files by field id.
#pragma once

#include "engine/scan.hpp"

#include "base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

// Columns that say where a row lies, named so that no column of the table has these names.
struct PositionNames {
  std::string file;
  std::string row;
};

Result<std::string> iceberg_scan_sql(const std::vector<Column>& columns, const std::vector<DataFile>& files,
                                     const std::optional<PositionNames>& positions);

}  // namespace floe::duckdb_compute
