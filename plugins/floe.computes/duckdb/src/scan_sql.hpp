// The SELECT that reads an Iceberg table's files by field id.
#pragma once

#include "scan.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

enum class Positions : std::uint8_t { kNone, kFileAndRow };  // adds columns floe_file and floe_row

Result<std::string> iceberg_scan_sql(const std::vector<Column>& columns, const std::vector<DataFile>& files,
                                     Positions positions);

}  // namespace floe::duckdb_compute
