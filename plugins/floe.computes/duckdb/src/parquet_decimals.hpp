// Decimals of Parquet files that DuckDB has no type for.
#pragma once

#include "file_reader.hpp"
#include "session.hpp"

#include "base/result.hpp"

namespace floe::duckdb_compute {

// DuckDB reads a DECIMAL of more than 38 digits as a DOUBLE, which has 15 of them: it is refused. A column that is not
// loaded may be one. A file without a schema that can be read is left to the reader, which says what is wrong.
Status check_parquet_decimals(Statement& statement, const FileRequest& request);

}  // namespace floe::duckdb_compute
