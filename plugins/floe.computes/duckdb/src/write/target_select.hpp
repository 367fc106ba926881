// From the columns of a query to those of a table: matched by name, cast to the stored types, checked to fit.
#pragma once

#include "engine/duck_type.hpp"
#include "engine/runner.hpp"
#include "write/write_request.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// The rows to write.
struct Source {
  std::string from;  // what stands after FROM: a quoted table, or `(\n<query>\n) AS floe_q`
  int lines = 0;     // line breaks before the user's SQL inside it
  std::vector<QueryColumn> columns;
  bool ordered = false;    // the order of its rows was asked for
  std::int64_t rows = -1;  // when known
};

struct TargetColumn {
  const Column* column = nullptr;
  std::string expression;  // of the stored value
  std::string fitting;     // of the same with TRY_CAST, NULL when the value does not fit; empty when it always does
  std::string input;       // the query's column; empty when it has none
};

// Every column of the table; those the query lacks are NULL.
Result<std::vector<TargetColumn>> target_columns(const std::vector<Column>& columns, const Source& source);

std::string select_list(const std::vector<TargetColumn>& targets);

// Why a write of `source` failed: a value that does not fit is looked up and named by column and row. Else `error`.
Error explain_misfit(Runner& runner, const std::vector<TargetColumn>& targets, const Source& source, Error error);

// The first row for which `predicate` over the query's columns holds; kData naming it.
Error row_error(Runner& runner, const Source& source, const TargetColumn& target, const std::string& predicate,
                std::string_view what);

}  // namespace floe::duckdb_compute
