// Columns that several Parquet files have with different types: DuckDB converts all values to a type of its own choice
// before anybody sees them.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

namespace floe::duckdb_compute {

// `staged` is the answer of the read. kData, with the column and two of the files, when a value of one file is another
// one in that type, or of another kind: a timestamp with and without a time zone, a BOOLEAN among numbers, text among
// bytes or nested values. The files are read once more where types differ.
Status check_parquet_mixtures(Statement& statement, const FileRequest& request, const json::object& staged);

}  // namespace floe::duckdb_compute
