// Counts and durations as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace floe::text {

std::string grouped_count(std::int64_t value);  // 1,234,567
std::string short_duration(double seconds);     // 0.05s, 12.30s, 2m05s

}  // namespace floe::text
