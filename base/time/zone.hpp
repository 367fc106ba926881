// IANA time zones from /usr/share/zoneinfo, through our own TZif reader (RFC 8536).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace floe::time {

struct ZoneOffset {
  std::int32_t seconds_east = 0;
  bool is_daylight = false;
  std::string abbreviation;
};

class Zone {
 public:
  static Result<std::shared_ptr<const Zone>> load(std::string_view name);  // kNotFound names the zone
  static Result<std::shared_ptr<const Zone>> parse(std::string name, std::string_view tzif);

  virtual ~Zone() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual ZoneOffset at_utc(std::int64_t unix_seconds) const = 0;
  // Local wall time to UTC. A time that occurs twice is read as daylight or as standard time, one that the clock skips
  // by the offset after (daylight) or before the gap: what pytz's localize(is_dst=daylight) does.
  [[nodiscard]] virtual std::int64_t to_utc(std::int64_t local_seconds, bool daylight = false) const = 0;
};

}  // namespace floe::time
