// One row for each key, of rows that a merge takes: the last one, as if each file had come on its own.
#pragma once

#include "engine/session.hpp"
#include "fit/partial_columns.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

inline constexpr const char* kMostExamples = "3";  // rows that a message names

struct KeyedRows {
  // Rows without a key and the first of their numbers (`rows`, `examples`), or null. Then nothing was removed.
  json::value keyless = nullptr;
  std::int64_t superseded = 0;  // rows removed because one with their key came later
};

// Removes rows of the table `staged` in favour of the last one with the same `keys`, which gets for each partial column
// the last value of a file that has it. Does nothing when the table lacks a key.
Result<KeyedRows> keep_last_rows(Statement& statement, const std::string& staged, const std::vector<std::string>& keys,
                                 const std::vector<PartialColumn>& partial);

}  // namespace floe::duckdb_compute
