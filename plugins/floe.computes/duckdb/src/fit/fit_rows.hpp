// Rows of files made to fit the table they go to: values in its types, one row for each key.
#pragma once

#include "engine/duck_type.hpp"
#include "engine/file_reader.hpp"
#include "engine/session.hpp"
#include "fit/partial_columns.hpp"

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

// There is a table that the rows go to.
bool has_table(const FitRequest& fit);

// `staged` is the answer of read_files without `fit`, `partial` the marked columns of its table; the result has it, and
// another staged table in its place. `own_columns` have the types that the files have, where `staged` has others for
// the sake of the conversion.
Result<json::object> fit_rows(Statement& statement, const FileRequest& files, const FitRequest& fit,
                              const std::vector<QueryColumn>& own_columns, json::object staged,
                              std::vector<PartialColumn> partial);

}  // namespace floe::duckdb_compute
