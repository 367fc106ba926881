// Columns that several Parquet files have with types whose common type would change values.
#pragma once

#include "file_reader.hpp"
#include "session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

namespace floe::duckdb_compute {

// `staged` is the answer of the read. kData when moments became local times or these moments, or whole numbers of 64
// bits a DOUBLE that does not have them.
Status check_parquet_mixtures(Statement& statement, const FileRequest& request, const json::object& staged);

}  // namespace floe::duckdb_compute
