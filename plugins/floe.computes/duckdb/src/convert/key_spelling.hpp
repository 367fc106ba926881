// Keys of JSON lines that differ in case only. They name one column, or one member of a struct, and DuckDB reads the
// values of one spelling alone.
#pragma once

#include "engine/duck_type.hpp"
#include "engine/runner.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::duckdb_compute {

// Whether DuckDB may have named one of the columns itself: `c_1` because the key differs from another one in case only,
// `C0` because the key is empty. A key may have such a name as well.
bool may_hide_keys(const std::vector<QueryColumn>& columns);

// The error is that of inferring a struct with such keys.
bool says_key_spelling(const Error& error);

// Writes into `table` (file, line, content, problem) the problem of each line that spells a key otherwise than the
// first line that has it. `good` is the WHERE of its lines that are JSON objects and become `columns`. Members of JSON
// and of maps may differ in case. Whether there are such lines.
Result<bool> mark_other_spellings(Runner& runner, const std::string& table, const std::string& good,
                                  const std::vector<QueryColumn>& columns);

}  // namespace floe::duckdb_compute
