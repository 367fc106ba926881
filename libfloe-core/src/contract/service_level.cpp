#include "contract/service_level.hpp"

#include "base/text/text.hpp"

#include <array>
#include <charconv>
#include <string>

namespace floe::contract {
namespace {

struct TimeUnit {
  std::string_view names;  // separated by blanks
  double seconds;
};

constexpr double kMinute = 60;
constexpr double kHour = 60 * kMinute;
constexpr double kDay = 24 * kHour;
constexpr std::array<TimeUnit, 5> kTimeUnits{{{"s sec secs second seconds", 1},
                                              {"m min mins minute minutes", kMinute},
                                              {"h hr hrs hour hours", kHour},
                                              {"d day days", kDay},
                                              {"w week weeks", 7 * kDay}}};

std::optional<double> unit_seconds(std::string_view unit) {
  const std::string wanted = text::to_lower_ascii(unit);
  for (const TimeUnit& each : kTimeUnits) {
    for (const std::string_view name : text::split(each.names, ' ')) {
      if (name == wanted) return each.seconds;
    }
  }
  return std::nullopt;
}

// The number a text begins with; what follows it is left in `text`.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (text.starts_with(' '))
    text.remove_prefix(1);
  return value;
}

// `P1DT12H`: each number has one letter behind it; M means minutes, so only behind T.
std::optional<double> iso_seconds(std::string_view text) {
  text.remove_prefix(1);
  double total = 0;
  bool is_time = false;
  bool is_empty = true;
  while (!text.empty()) {
    if (text.front() == 'T' && !is_time) {
      is_time = true;
      text.remove_prefix(1);
      continue;
    }
    const auto number = take_number(text);
    if (!number || text.empty()) return std::nullopt;
    const char letter = text.front();
    const bool fits = is_time ? letter == 'H' || letter == 'M' || letter == 'S' : letter == 'D' || letter == 'W';
    if (!fits) return std::nullopt;
    total += *number * *unit_seconds(std::string_view(&letter, 1));
    text.remove_prefix(1);
    is_empty = false;
  }
  return is_empty ? std::nullopt : std::optional(total);
}

// `99.9%` is 99.9 of unit %.
std::string_view plain_unit(const ServiceLevel& level) {
  return level.unit.empty() && level.value.ends_with('%') ? "%" : std::string_view(level.unit);
}

bool is_age(std::string_view property) {
  constexpr std::array<std::string_view, 6> kAges{"freshness",    "latency",      "frequency",
                                                  "timetodetect", "timetonotify", "timetorepair"};
  const std::string name = text::to_lower_ascii(property);
  for (const std::string_view age : kAges) {
    if (name == age) return true;
  }
  return false;
}

}  // namespace

std::optional<double> duration_seconds(std::string_view value, std::string_view unit) {
  if (value.starts_with('P')) return unit.empty() ? iso_seconds(value) : std::nullopt;
  const auto number = take_number(value);
  if (!number) return std::nullopt;
  if (!value.empty() && !unit.empty()) return std::nullopt;
  const auto seconds = unit_seconds(value.empty() ? unit : value);
  return seconds ? std::optional(*number * *seconds) : std::nullopt;
}

std::optional<double> plain_number(std::string_view value) {
  const auto number = take_number(value);
  return number && (value.empty() || value == "%") ? number : std::nullopt;
}

Strength compare_service_levels(const ServiceLevel& level, const ServiceLevel& other) {
  auto before = duration_seconds(level.value, level.unit);
  auto after = duration_seconds(other.value, other.unit);
  if (!before && !after && plain_unit(level) == plain_unit(other)) {
    before = plain_number(level.value);
    after = plain_number(other.value);
  }
  if (!before || !after) {
    return level.value == other.value && level.unit == other.unit ? Strength::kEqual : Strength::kUnknown;
  }
  if (*before == *after) return Strength::kEqual;
  return (*after > *before) == is_age(level.property) ? Strength::kWeaker : Strength::kStronger;
}

}  // namespace floe::contract
