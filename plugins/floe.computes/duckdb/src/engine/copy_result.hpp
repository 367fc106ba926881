// What COPY ... (RETURN_STATS) says about the files it wrote.
#pragma once

#include "engine/duckdb_api.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

struct LeafStatistics {
  std::int64_t null_count = 0;
  bool has_nan = false;
  bool infinite = false;  // a date or timestamp outside the calendar
  bool ends_day = false;  // the greatest text is 24:00:00, which is a time of DuckDB
};

struct CopiedFile {
  std::string path;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  std::map<std::string, LeafStatistics> leaves;  // by `"a"."b"`
};

std::vector<CopiedFile> read_copy_result(Rows& rows);

}  // namespace floe::duckdb_compute
