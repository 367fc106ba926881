// Configuration and request documents of LocalStorage.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::storage {

// Problems as a JSON array of {path, message}.
std::string config_problems(std::string_view config);

struct Config {
  std::string root;  // absolute path, or ""
};

Result<Config> parse_config(std::string_view config);

struct WriteOptions {
  bool only_new = false;  // if_none_match "*"
  std::string if_match;   // "" = any
  bool durable = false;
};

Result<WriteOptions> parse_write_options(std::string_view options);

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// [[offset, length], ...] within an object of `size` bytes; [] = all of it. A negative offset counts from the end; of
// such a range the part that is there is taken, any other range beyond the end is kInvalidArgument.
Result<std::vector<ByteRange>> parse_ranges(std::string_view ranges, std::uint64_t size);

Result<std::vector<std::string>> parse_uris(std::string_view uris);

}  // namespace floe::storage
