// Schemas of Parquet files that DuckDB reads as something else.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/result.hpp"

namespace floe::duckdb_compute {

// DuckDB reads a DECIMAL of more than 38 digits as a DOUBLE, which has 15 of them: it is refused. A column that is not
// loaded may be one. Names that differ in case only are refused, of columns and of members: DuckDB would number them in
// the order of each file. A file without a schema that can be read is left to the reader, which says what is wrong.
Status check_parquet_schemas(Statement& statement, const FileRequest& request);

}  // namespace floe::duckdb_compute
