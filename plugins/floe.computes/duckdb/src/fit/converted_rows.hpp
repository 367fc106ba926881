// Rows whose columns are read as one type and converted to another (FileRequest::conversions).
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

struct ConvertedRows {
  std::string table;    // of the session; with `misfits` none
  json::array inexact;  // columns with values that the type changes, in the form of `misfits`
  json::array misfits;  // columns with values that the type does not have
};

// Of the rows in `staged`, a table of the session that it takes the place of.
Result<ConvertedRows> convert_rows(Statement& statement, const FileRequest& request, const std::string& staged);

// A new table of the values in `list`, SQL of the columns of `staged`, in its order of rows. Nothing, and no table,
// when one of the conditions holds for a row. Values and conditions are looked at together, once.
Result<std::optional<std::string>> make_unless(Statement& statement, const std::string& staged, const std::string& list,
                                               const std::vector<std::string>& conditions);

// How many rows of the table each of the conditions holds for, in one pass.
Result<std::vector<std::int64_t>> count_rows(Runner& runner, const std::string& table,
                                             const std::vector<std::string>& conditions);

}  // namespace floe::duckdb_compute
