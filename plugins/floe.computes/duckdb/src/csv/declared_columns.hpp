// Columns that a request declares, found in the files by their names.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

namespace floe::duckdb_compute {

// `columns` of a request: kInvalidArgument when DuckDB has no such type, kData when a name is surely meant for another.
// The detail floe.column has the name.
Status check_types(Statement& statement, const std::vector<FileColumn>& columns);
Status check_columns(Statement& statement, const FileRequest& request);

// The names of the columns in the files, each once. Of CSV files `request` is one of with_delimiter.
Result<std::vector<std::string>> file_names(Statement& statement, const FileRequest& request);

// The request with `types` and `select` instead of `columns`, where columns have names; NULL stands for those that no
// file has. `types` of columns that no file has are left out.
Result<FileRequest> match_columns(Statement& statement, const FileRequest& request);

// kData: a column with an overlong name. A file that is none of its format may be one long name, and no rows. `staged`:
// the answer of read_files.
Status check_name_lengths(const FileRequest& request, const json::object& staged);

}  // namespace floe::duckdb_compute
