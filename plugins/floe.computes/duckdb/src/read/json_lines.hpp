// JSON lines read line by line, so that a bad one is found by its number.
#pragma once

#include "engine/file_reader.hpp"
#include "engine/session.hpp"

#include "base/result.hpp"

#include <string>

namespace floe::duckdb_compute {

struct SplitLines {
  std::string rows;     // staged table of the good lines
  std::string rejects;  // staged table (file, line, column, error, content)
};

// kData when no line is an object with a key and the columns are not given.
Result<SplitLines> split_json_lines(Statement& statement, const FileRequest& request);

// The rejects alone, as rows (file, line, column, error, content).
Result<Rows> bad_json_lines(Statement& statement, const FileRequest& request);

}  // namespace floe::duckdb_compute
