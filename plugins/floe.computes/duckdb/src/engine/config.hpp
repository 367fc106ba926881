// The plugin's configuration (config.schema.json).
#pragma once

#include "json_depth.h"

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::duckdb_compute {

struct Config {
  std::vector<std::pair<std::string, std::string>> options;   // of the instance: threads, memory_limit, temp_directory
  std::vector<std::pair<std::string, std::string>> settings;  // set on every connection
  std::int64_t statement_timeout = 0;                         // seconds; 0: none
  std::uint32_t json_depth = FLOE_DUCKDB_MAX_JSON_DEPTH;      // levels; JSON that nests deeper is malformed
};

struct ConfigProblem {
  std::string path;
  std::string message;
};

// Every problem of the text; nothing is opened.
std::vector<ConfigProblem> check_config(std::string_view json_text);
Result<Config> parse_config(std::string_view json_text);

}  // namespace floe::duckdb_compute
