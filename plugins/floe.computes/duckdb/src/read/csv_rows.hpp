// Rows of CSV files, of any number of layouts, and each bad row with its line.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

namespace floe::duckdb_compute {

// The answer of read_files; with rejects the bad rows are a table of their own. kData with a diagnostic for each bad
// row otherwise.
Result<json::object> read_csv(Statement& statement, const FileRequest& request);

}  // namespace floe::duckdb_compute
