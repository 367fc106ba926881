// Types that DuckDB infers for CSV and JSON lines files although they change what a text of the column says: 26 for
// 0x1A, a timestamp without the offset of its text.
#pragma once

#include "engine/duck_type.hpp"
#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

// Whether a text of the column may not be what its inferred type says.
std::vector<QueryColumn> doubtful_columns(const FileRequest& request, const std::vector<QueryColumn>& inferred);

// The doubt about the column is only whether its JSON has texts, which needs no other reading of the files.
bool doubts_json_only(const FileRequest& request, const QueryColumn& column);

// The request that reads the doubtful columns as the texts of the files: of CSV files all columns.
FileRequest as_texts(const FileRequest& request, const std::vector<QueryColumn>& doubtful);

// `doubtful` columns whose type must be another, with that type. `from` is what as_texts reads: a table, or a reader.
Result<std::vector<QueryColumn>> kept_types(Statement& statement, const FileRequest& request,
                                            const std::vector<QueryColumn>& doubtful, const std::string& from);

// The request that gave the `inferred` columns with other types for the `kept` ones.
Result<FileRequest> with_types(Statement& statement, const FileRequest& request,
                               const std::vector<QueryColumn>& inferred, const std::vector<QueryColumn>& kept);

}  // namespace floe::duckdb_compute
