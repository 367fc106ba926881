// The SELECT that reads an Iceberg table's files by field id.
#pragma once

#include "layout.hpp"
#include "runner.hpp"
#include "scan.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

enum class Positions : std::uint8_t { kNone, kFileAndRow };  // adds columns floe_file and floe_row

// `runner` reads footers where ids of nested fields or missing columns matter.
Result<std::string> iceberg_scan_sql(Runner& runner, LayoutCache& layouts, const std::vector<Column>& columns,
                                     const std::vector<DataFile>& files, Positions positions);

// A JSON single value (Iceberg spec, appendix D) as a literal of the column's storage type.
std::string constant_literal(const Column& column, const Constant& constant);

}  // namespace floe::duckdb_compute
