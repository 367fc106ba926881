// Dates and times of the proleptic Gregorian calendar as integers, and their ISO 8601 text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::time {

struct CivilDate {
  std::int32_t year = 1970;
  std::int32_t month = 1;
  std::int32_t day = 1;
};

bool is_valid_date(const CivilDate& date);            // month and day in range, leap years kept in mind
std::int64_t days_from_civil(const CivilDate& date);  // since 1970-01-01, negative before
CivilDate civil_from_days(std::int64_t days);

std::string format_date(std::int64_t days);                  // 2026-11-21
std::string format_time_micros(std::int64_t micros_of_day);  // 01:02:03.000004, always six digits
std::string format_timestamp_micros(std::int64_t micros);    // 2026-11-21T01:02:03.000004
std::string format_timestamptz_micros(std::int64_t micros);  // ...+00:00
std::string format_utc_millis(std::int64_t unix_ms);         // 2026-11-21T01:02:03.004Z

std::optional<std::int64_t> parse_date(std::string_view text);  // days
std::optional<std::int64_t> parse_time_micros(std::string_view text);
// ISO 8601: a date alone or with `T` or a space and a time, 0 to 9 fraction digits, optional Z, +hh, +hhmm or +hh:mm.
// No zone: taken as UTC, *had_zone = false.
std::optional<std::int64_t> parse_timestamp_micros(std::string_view text, bool* had_zone = nullptr);

}  // namespace floe::time
