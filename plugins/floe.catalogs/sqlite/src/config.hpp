// Configuration of the SQLite catalog.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::sqlite {

struct Config {
  std::string path;  // absolute
  std::string name = "floe";
  std::string warehouse;
  bool durable = true;
  std::int64_t busy_timeout_ms = 5'000;
};

// Problems as a JSON array of {path, message}.
std::string config_problems(std::string_view config);

Result<Config> parse_config(std::string_view config);

// sqlite:////abs, sqlite:///abs, jdbc:sqlite:/abs, file:///abs or /abs.
Result<std::string> path_of_uri(std::string_view uri);

// kUnsupported when the directory of `path` is on a file system that SQLite's write-ahead log cannot work on.
Status refuse_network_file_system(const std::string& path);

}  // namespace floe::sqlite
