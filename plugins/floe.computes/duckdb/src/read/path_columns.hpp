// Columns that rows of JSON lines have from the path of their file: `filename`, and `y` of `y=2024/`.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// With the types that DuckDB's reader of the format gives them in all files.
Result<std::vector<FileColumn>> path_columns(Statement& statement, const FileRequest& request);

// Options of read_csv, `, name = value`, that give these columns as texts.
std::string path_options(const FileRequest& request, const std::vector<FileColumn>& columns);

}  // namespace floe::duckdb_compute
