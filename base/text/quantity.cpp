#include "base/text/quantity.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace floe::text {

std::string grouped_count(std::int64_t value) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  for (auto position = static_cast<std::ptrdiff_t>(digits.size()) - 3; position > 0; position -= 3)
    digits.insert(static_cast<std::size_t>(position), ",");
  return value < 0 ? "-" + digits : digits;
}

std::string short_duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.2f}s", seconds);
  const auto whole = static_cast<std::int64_t>(seconds);
  return fmt::format("{}m{:02}s", whole / 60, whole % 60);
}

}  // namespace floe::text
