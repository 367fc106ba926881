#include "rules/contract/service_level.hpp"

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

enum class Better : std::uint8_t { kSmaller, kLarger };

// What ODCS calls service levels, with its short words, and the dimensions of quality.
struct KnownProperty {
  std::string_view name;
  std::string_view short_name;
  Better better;
};

constexpr std::array<KnownProperty, 22> kProperties{
    {{"freshness", "", Better::kSmaller},      {"latency", "ly", Better::kSmaller},
     {"frequency", "fy", Better::kSmaller},    {"errorRate", "er", Better::kSmaller},
     {"timeToDetect", "td", Better::kSmaller}, {"timeToNotify", "tn", Better::kSmaller},
     {"timeToRepair", "tr", Better::kSmaller}, {"generalAvailability", "ga", Better::kSmaller},
     {"availability", "av", Better::kLarger},  {"throughput", "th", Better::kLarger},
     {"retention", "re", Better::kLarger},     {"endOfSupport", "es", Better::kLarger},
     {"endOfLife", "el", Better::kLarger},     {"quality", "", Better::kLarger},
     {"accuracy", "", Better::kLarger},        {"completeness", "", Better::kLarger},
     {"conformity", "", Better::kLarger},      {"consistency", "", Better::kLarger},
     {"coverage", "", Better::kLarger},        {"timeliness", "", Better::kLarger},
     {"uniqueness", "", Better::kLarger},      {"validity", "", Better::kLarger}}};

const KnownProperty* find_property(std::string_view property) {
  for (const KnownProperty& known : kProperties) {
    if (text::equals_ignore_case_ascii(property, known.name)) return &known;
    if (!property.empty() && text::equals_ignore_case_ascii(property, known.short_name)) return &known;
  }
  return nullptr;
}

// 20260131 for `2026-01-31` and for a time on that day.
std::optional<double> day_number(std::string_view value) {
  if (value.size() < 10 || value[4] != '-' || value[7] != '-') return std::nullopt;
  const std::string digits =
      std::string(value.substr(0, 4)) + std::string(value.substr(5, 2)) + std::string(value.substr(8, 2));
  std::string_view rest = digits;
  const auto day = take_number(rest);
  return rest.empty() ? day : std::nullopt;
}

// Both values as numbers that can be compared; nullopt when there are none.
std::optional<std::pair<double, double>> comparable(const ServiceLevel& level, const ServiceLevel& other) {
  const auto both = [](std::optional<double> one, std::optional<double> two) {
    return one && two ? std::optional(std::pair(*one, *two)) : std::nullopt;
  };
  if (auto times = both(duration_seconds(level.value, level.unit), duration_seconds(other.value, other.unit)))
    return times;
  if (auto days = both(day_number(level.value), day_number(other.value))) return days;
  if (plain_unit(level) != plain_unit(other)) return std::nullopt;
  return both(plain_number(level.value), plain_number(other.value));
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

std::string_view service_property(std::string_view property) {
  const KnownProperty* known = find_property(property);
  return known == nullptr ? property : known->name;
}

Strength compare_service_levels(const ServiceLevel& level, const ServiceLevel& other) {
  if (level.value == other.value && level.unit == other.unit) return Strength::kEqual;
  const auto values = comparable(level, other);
  if (!values) return Strength::kUnknown;
  const auto [before, after] = *values;
  if (before == after) return Strength::kEqual;
  const KnownProperty* known = find_property(level.property);
  if (known == nullptr) return Strength::kUnknown;
  return (after < before) == (known->better == Better::kSmaller) ? Strength::kStronger : Strength::kWeaker;
}

}  // namespace floe::contract
