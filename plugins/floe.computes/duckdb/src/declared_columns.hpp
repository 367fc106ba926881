// Columns that a request declares, found in the files by their names.
#pragma once

#include "file_reader.hpp"
#include "session.hpp"

#include "base/result.hpp"

namespace floe::duckdb_compute {

// `columns` of a request: kInvalidArgument when DuckDB has no such type, kData when a name is surely meant for another.
// The detail floe.column has the name.
Status check_types(Statement& statement, const std::vector<FileColumn>& columns);
Status check_columns(Statement& statement, const FileRequest& request);

// The request with `types` and `select` instead of `columns`, where columns have names; NULL stands for those that no
// file has. `types` of columns that no file has are left out.
Result<FileRequest> match_columns(Statement& statement, const FileRequest& request);

}  // namespace floe::duckdb_compute
