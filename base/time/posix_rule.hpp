// The TZ string at the end of a TZif file: what holds after the last transition (POSIX, with the extensions of RFC
// 8536).
#pragma once

#include "base/time/zone.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::time {

class PosixRule {
 public:
  // `CET-1CEST,M3.5.0,M10.5.0/3`; nullopt when the text is none.
  static std::optional<PosixRule> parse(std::string_view text);

  [[nodiscard]] ZoneOffset at_utc(std::int64_t unix_seconds) const;

 private:
  enum class DayForm : std::uint8_t { kMonthWeekDay, kJulianWithoutLeapDay, kDayOfYear };

  struct Change {
    DayForm form = DayForm::kMonthWeekDay;
    std::int32_t month = 0;
    std::int32_t week = 0;
    std::int32_t day = 0;
    std::int32_t seconds = 7200;  // after local midnight; may be negative or beyond the day
  };

  class Reader;

  static std::int64_t local_seconds(const Change& change, std::int32_t year);

  ZoneOffset standard_;
  std::optional<ZoneOffset> daylight_;
  Change begin_;
  Change end_;
};

}  // namespace floe::time
