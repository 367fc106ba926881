// Partial columns: of several files read together, the columns that not all of them have. NULL of a file that has the
// column is a value; NULL of a file without the column says nothing.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

struct PartialColumn {
  std::string name;
  std::string marker;  // a BOOLEAN column of the staged table: the file of the row has the column
};

// Rows that reading a request gives, the malformed ones left out.
using CountRows = std::function<Result<std::int64_t>(const FileRequest& request)>;

// Adds the markers to the table `staged`, which holds the rows of `request` in the order of its files. Nothing is read
// when no column of the table has a NULL; `count_rows` is called only when files differ in their columns.
Result<std::vector<PartialColumn>> mark_partial_columns(Statement& statement, const FileRequest& request,
                                                        const std::string& staged, const CountRows& count_rows);

}  // namespace floe::duckdb_compute
