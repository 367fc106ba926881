// Rows of files made to fit the table they go to: values in its types, one row for each key.
#pragma once

#include "file_reader.hpp"
#include "session.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

// `fit` of a read request.
struct FitRequest {
  std::vector<FileColumn> columns;  // of the table; empty = it is new
  std::vector<std::string> keys;    // columns that identify a row; the last row of a key stays
  // No other columns than `columns`, and only rows that fit them. Else nothing is left out, and a column keeps its own
  // type when one of its values does not fit.
  bool is_exact = false;
  bool is_complete = false;  // exact, and columns that the files lack are NULL
};

// Of the rows of `table` for which `condition` holds: how many (`rows`), and the first ones (`examples`) with the text
// of `value`. Both are SQL.
Result<json::object> rows_with_examples(Statement& statement, const std::string& table, const std::string& condition,
                                        const std::string& value);

Result<std::optional<FitRequest>> parse_fit(const json::object& request);

// Columns of the table that are text: what a CSV file says there is not to be read as numbers, `007` would be 7.
std::vector<std::string> text_columns(const FitRequest& fit);

// `staged` is the answer of read_files without `fit`; the result has it, and another staged table in its place.
Result<json::object> fit_rows(Statement& statement, const FitRequest& fit, json::object staged);

}  // namespace floe::duckdb_compute
