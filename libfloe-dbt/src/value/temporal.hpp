// The objects behind value/datetime.hpp.
#pragma once

#include "value/object.hpp"
#include "value/operations.hpp"

#include "base/time/civil.hpp"
#include "base/time/zone.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace floe::dbt {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

inline std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
  std::int64_t quotient = value / divisor;
  return value % divisor != 0 && (value < 0) != (divisor < 0) ? quotient - 1 : quotient;
}

// A Python class: called to make an object, with class methods and constants as attributes.
class ClassObject final : public Object {
 public:
  using Constructor = Value (*)(Arguments& arguments);

  ClassObject(std::string name, Constructor constructor)
      : members(make_ref<DictObject>()), name_(std::move(name)), constructor_(constructor) {}

  [[nodiscard]] std::string_view type_name() const override { return "type"; }

  [[nodiscard]] std::string repr() const override { return "<class '" + name_ + "'>"; }

  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Arguments& arguments) override { return constructor_(arguments); }

  bool get_attr(const StringObject& name, Value* out) override {
    const Value* found = members->find(name);
    if (found != nullptr) *out = *found;
    return found != nullptr;
  }

  Ref<DictObject> members;

 private:
  std::string name_;
  Constructor constructor_;
};

class TimeDeltaObject final : public Object {
 public:
  explicit TimeDeltaObject(std::int64_t total) : micros(total) {}

  [[nodiscard]] std::string_view type_name() const override { return "timedelta"; }

  [[nodiscard]] std::string str() const override;
  [[nodiscard]] std::string repr() const override;

  [[nodiscard]] bool truth() const override { return micros != 0; }

  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<int> compare(const Value& other) const override;

  [[nodiscard]] std::uint64_t hash() const override { return dbt::hash(Value(micros)); }

  std::optional<Value> binary(BinaryOperator op, const Value& other, bool reflected) override;

  std::optional<Value> unary_minus() override { return make(-micros); }

  bool get_attr(const StringObject& name, Value* out) override;
  static Value make(std::int64_t micros);

  const std::int64_t micros;
};

// pytz zones at one of their offsets, pytz.utc, and datetime.timezone.
class ZoneObject final : public Object {
 public:
  enum class Origin : std::uint8_t { kPytzUtc, kPytzZone, kFixed };

  ZoneObject(Origin made_by, std::string zone_name, std::shared_ptr<const time::Zone> table, time::ZoneOffset at)
      : origin(made_by), name(std::move(zone_name)), zone(std::move(table)), offset(std::move(at)) {}

  [[nodiscard]] std::string_view type_name() const override;

  [[nodiscard]] std::string str() const override { return origin == Origin::kFixed ? offset.abbreviation : name; }

  [[nodiscard]] std::string repr() const override;
  [[nodiscard]] bool equals(const Value& other) const override;

  [[nodiscard]] std::uint64_t hash() const override { return hash_text(name) + 7; }

  bool get_attr(const StringObject& member, Value* out) override;

  // This zone at the offset that holds at a moment, or for a wall time.
  Ref<ZoneObject> at_utc(std::int64_t unix_seconds);
  Ref<ZoneObject> at_local(std::int64_t local_seconds, bool daylight);

  const Origin origin;
  const std::string name;
  const std::shared_ptr<const time::Zone> zone;  // kPytzZone only
  const time::ZoneOffset offset;
};

Value utc_zone();                            // pytz.utc
Value pytz_timezone(std::string_view name);  // raises UnknownTimeZoneError
Value fixed_zone(std::int32_t seconds_east, std::string_view name);

class DateObject final : public Object {
 public:
  explicit DateObject(std::int64_t since_epoch) : days(since_epoch) {}

  [[nodiscard]] std::string_view type_name() const override { return "date"; }

  [[nodiscard]] std::string str() const override { return time::format_date(days); }

  [[nodiscard]] std::string repr() const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<int> compare(const Value& other) const override;

  [[nodiscard]] std::uint64_t hash() const override { return dbt::hash(Value(days)) ^ 0x11; }

  std::optional<Value> binary(BinaryOperator op, const Value& other, bool reflected) override;
  bool get_attr(const StringObject& name, Value* out) override;
  [[nodiscard]] std::optional<std::string> format(std::string_view spec) const override;

  const std::int64_t days;
};

class DateTimeObject final : public Object {
 public:
  DateTimeObject(std::int64_t wall, Ref<ZoneObject> tz) : micros(wall), zone(std::move(tz)) {}

  [[nodiscard]] std::string_view type_name() const override { return "datetime"; }

  [[nodiscard]] std::string str() const override { return isoformat(' '); }

  [[nodiscard]] std::string repr() const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<int> compare(const Value& other) const override;

  [[nodiscard]] std::uint64_t hash() const override { return dbt::hash(Value(utc_micros())) ^ 0x22; }

  std::optional<Value> binary(BinaryOperator op, const Value& other, bool reflected) override;
  bool get_attr(const StringObject& name, Value* out) override;
  [[nodiscard]] std::optional<std::string> format(std::string_view spec) const override;

  [[nodiscard]] std::string isoformat(char separator, std::string_view timespec = "auto") const;

  [[nodiscard]] std::int64_t utc_micros() const {
    return zone ? micros - zone->offset.seconds_east * kMicrosPerSecond : micros;
  }

  [[nodiscard]] std::int64_t days() const { return floor_divide(micros, kMicrosPerDay); }

  [[nodiscard]] std::int64_t micros_of_day() const { return micros - days() * kMicrosPerDay; }

  const std::int64_t micros;  // wall time since 1970-01-01
  const Ref<ZoneObject> zone;
};

class TimeObject final : public Object {
 public:
  explicit TimeObject(std::int64_t since_midnight) : micros(since_midnight) {}

  [[nodiscard]] std::string_view type_name() const override { return "time"; }

  [[nodiscard]] std::string str() const override;
  [[nodiscard]] std::string repr() const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<int> compare(const Value& other) const override;

  [[nodiscard]] std::uint64_t hash() const override { return dbt::hash(Value(micros)) ^ 0x33; }

  bool get_attr(const StringObject& name, Value* out) override;

  const std::int64_t micros;
};

// 01:02:03[.000004]
std::string clock_text(std::int64_t micros_of_day, std::string_view timespec = "auto");
std::string offset_text(std::int32_t seconds_east, std::string_view colon);  // +01:00
std::string format_time(std::string_view format, std::int64_t days, std::int64_t micros_of_day,
                        const ZoneObject* zone);           // strftime
Value parse_time(const Value& text, const Value& format);  // datetime.strptime
// Raises ValueError for what no calendar has.
std::int64_t checked_days(std::int64_t year, std::int64_t month, std::int64_t day);
std::int64_t checked_micros(std::int64_t hour, std::int64_t minute, std::int64_t second, std::int64_t micros);

Value make_date_class(const Value& clock);
Value make_datetime_class(const Value& clock);
Value make_time_class();
Value make_timedelta_class();
Value make_timezone_class();
Value make_pytz_module();
Value make_re_module();
Value make_itertools_module();

// The clock inside the class methods that need one.
std::int64_t now_micros(const Value& clock);

}  // namespace floe::dbt
