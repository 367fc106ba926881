// Compiled time zone files (RFC 8536), versions 1 to 4.
#pragma once

#include "base/result.hpp"
#include "base/time/posix_rule.hpp"
#include "base/time/zone.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace floe::time {

struct TzifTable {
  std::vector<std::int64_t> moments;      // of transitions, in Unix seconds, ascending
  std::vector<std::size_t> moment_types;  // the type from each moment on
  std::vector<ZoneOffset> types;          // at least one
  std::size_t first_type = 0;             // before the first moment
  std::optional<PosixRule> rule;          // after the last moment
};

// kData says what is wrong with the bytes.
Result<TzifTable> parse_tzif(std::string_view bytes);

}  // namespace floe::time
