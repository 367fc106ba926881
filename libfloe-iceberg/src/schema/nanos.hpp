// Text of values that base/time has no form for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::iceberg {

std::string format_timestamp_nanos(std::int64_t nanos);  // nine digits, no zone
std::optional<std::int64_t> parse_timestamp_nanos(std::string_view text, bool* had_zone);

// java.time's ISO text: no fraction when it is zero, else 3, 6 or 9 digits (seconds are kept).
std::string trim_fraction(std::string text);

std::string shortest_float(float value);  // `1.5`, `-7.0`

}  // namespace floe::iceberg
