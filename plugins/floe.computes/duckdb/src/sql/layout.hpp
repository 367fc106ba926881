// FileLayout: where the columns of a table lie in one of its Parquet files, as the table format has found
// (iceberg/layout).
#pragma once

#include "sql/iceberg_type.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace floe::duckdb_compute {

struct FileLayout {
  bool by_name = false;                  // no field ids: columns are found by the names below
  std::vector<IcebergField> columns;     // those that the file holds, with its names and types
  std::vector<std::int32_t> nan_unsafe;  // columns whose bounds may leave NaN out: filters must not skip by them
};

using FileLayoutPtr = std::shared_ptr<const FileLayout>;

Result<std::vector<FileLayoutPtr>> parse_layouts(const boost::json::value& layouts);

// The stored field with that id; null when there is none.
const IcebergField* find_field(const std::vector<IcebergField>& fields, std::int32_t id);

}  // namespace floe::duckdb_compute
