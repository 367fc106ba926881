// Numbers of CSV and JSON lines files that DuckDB infers a DOUBLE for, and a DOUBLE changes: 12345678901234567890.
#pragma once

#include "file_reader.hpp"
#include "session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// DOUBLE columns of a staged table with numbers so large that whole ones may have been changed.
Result<std::vector<std::string>> large_numbers(Statement& statement, const json::object& staged);

// `texts` is a staged table of the same files with the columns `names` as text. Those that a DOUBLE does change:
// DECIMAL(38,0) when all are whole numbers of that size, else VARCHAR.
Result<std::vector<FileColumn>> exact_types(Statement& statement, const json::object& texts,
                                            const std::vector<std::string>& names);

// A request for the files of `staged` with other types for some columns.
FileRequest with_types(const FileRequest& request, const json::object& staged, const std::vector<FileColumn>& types);

}  // namespace floe::duckdb_compute
