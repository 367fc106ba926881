#include "base/transform/transform.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <charconv>

namespace floe::transform {

namespace {

constexpr std::int64_t kMicrosPerHour = 3'600'000'000;

std::int64_t floor_div(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

struct Name {
  std::string_view text;
  Kind kind;
};

constexpr Name kNames[] = {{"identity", Kind::kIdentity},
                           {"year", Kind::kYear},
                           {"month", Kind::kMonth},
                           {"day", Kind::kDay},
                           {"hour", Kind::kHour},
                           {"void", Kind::kVoid},
                           // spellings of early writers that readers take
                           {"years", Kind::kYear},
                           {"months", Kind::kMonth},
                           {"days", Kind::kDay},
                           {"hours", Kind::kHour},
                           {"always_null", Kind::kVoid}};

constexpr Name kParameterized[] = {{"bucket", Kind::kBucket}, {"truncate", Kind::kTruncate}};

}  // namespace

Result<Transform> parse(std::string_view text) {
  const std::string folded = text::to_lower_ascii(text);
  for (const Name& name : kNames) {
    if (folded == name.text) return Transform{name.kind, 0, std::string(text)};
  }
  for (const Name& name : kParameterized) {
    std::string_view rest = folded;
    if (!rest.starts_with(name.text)) continue;
    rest.remove_prefix(name.text.size());
    if (!rest.starts_with('[') || !rest.ends_with(']')) continue;
    rest = rest.substr(1, rest.size() - 2);
    std::int32_t parameter = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), parameter);
    if (read.ec != std::errc{} || read.ptr != rest.data() + rest.size() || parameter <= 0) {
      return failf(ErrorCode::kInvalidArgument,
                   "transform `{}`: `{}` takes a whole number from 1 to 2147483647, as in `{}[16]`", text, name.text,
                   name.text);
    }
    return Transform{name.kind, parameter, std::string(text)};
  }
  if (text.empty()) return fail(ErrorCode::kInvalidArgument, "a transform has no name; write one such as `day`");
  return Transform{Kind::kUnknown, 0, std::string(text)};
}

std::int64_t truncate_long(std::int64_t value, std::int32_t width) {
  const std::int64_t remainder = ((value % width) + width) % width;
  // Java wraps around below the smallest long, and a table must not depend on who wrote it.
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(remainder));
}

std::string truncate_string(std::string_view utf8, std::int32_t width) {
  return std::string(utf8.substr(0, text::code_point_offset(utf8, static_cast<std::size_t>(width))));
}

std::string truncate_bytes(std::string_view bytes, std::int32_t width) {
  return std::string(bytes.substr(0, static_cast<std::size_t>(width)));
}

std::int32_t years_from_days(std::int64_t days) { return time::civil_from_days(days).year - 1970; }

std::int32_t months_from_days(std::int64_t days) {
  const time::CivilDate date = time::civil_from_days(days);
  return (date.year - 1970) * 12 + date.month - 1;
}

std::int64_t days_from_micros(std::int64_t micros) { return floor_div(micros, 24 * kMicrosPerHour); }

std::int64_t hours_from_micros(std::int64_t micros) { return floor_div(micros, kMicrosPerHour); }

}  // namespace floe::transform
