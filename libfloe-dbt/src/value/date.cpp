// datetime.date and datetime.time.
#include "value/datetime.hpp"
#include "value/method_arguments.hpp"
#include "value/temporal.hpp"

#include <fmt/format.h>

namespace floe::dbt {

std::int64_t checked_days(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (year < 1 || year > 9999) raise(ExceptionKind::kValueError, fmt::format("year {} is out of range", year));
  if (month < 1 || month > 12) raise(ExceptionKind::kValueError, "month must be in 1..12");
  time::CivilDate date{static_cast<std::int32_t>(year), static_cast<std::int32_t>(month), 1};
  time::CivilDate next = date;
  if (++next.month == 13) next = {date.year + 1, 1, 1};
  std::int64_t first = time::days_from_civil(date);
  if (day < 1 || day > time::days_from_civil(next) - first) {
    raise(ExceptionKind::kValueError, "day is out of range for month");
  }
  return first + day - 1;
}

std::int64_t checked_micros(std::int64_t hour, std::int64_t minute, std::int64_t second, std::int64_t micros) {
  if (hour < 0 || hour > 23) raise(ExceptionKind::kValueError, "hour must be in 0..23");
  if (minute < 0 || minute > 59) raise(ExceptionKind::kValueError, "minute must be in 0..59");
  if (second < 0 || second > 59) raise(ExceptionKind::kValueError, "second must be in 0..59");
  if (micros < 0 || micros > 999999) raise(ExceptionKind::kValueError, "microsecond must be in 0..999999");
  return ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond + micros;
}

Value make_date(std::int64_t days) { return Value(make_ref<DateObject>(days)); }

bool is_date(const Value& value) { return value.object_as<DateObject>() != nullptr; }

Value make_time(std::int64_t micros_of_day) { return Value(make_ref<TimeObject>(micros_of_day)); }

std::string DateObject::repr() const {
  time::CivilDate date = time::civil_from_days(days);
  return fmt::format("datetime.date({}, {}, {})", date.year, date.month, date.day);
}

bool DateObject::equals(const Value& other) const {
  const auto* date = other.object_as<DateObject>();
  return date != nullptr && date->days == days;
}

std::optional<int> DateObject::compare(const Value& other) const {
  if (is_datetime(other)) raise(ExceptionKind::kTypeError, "can't compare datetime.datetime to datetime.date");
  const auto* date = other.object_as<DateObject>();
  if (date == nullptr) return std::nullopt;
  return days < date->days ? -1 : days > date->days ? 1 : 0;
}

namespace {

Value moved(std::int64_t days) {
  if (days < time::days_from_civil({1, 1, 1}) || days > time::days_from_civil({9999, 12, 31})) {
    raise(ExceptionKind::kOverflowError, "date value out of range");
  }
  return make_date(days);
}

}  // namespace

std::optional<Value> DateObject::binary(BinaryOperator op, const Value& other, bool reflected) {
  if (const auto* delta = other.object_as<TimeDeltaObject>()) {
    std::int64_t by = floor_divide(delta->micros, kMicrosPerDay);
    if (op == BinaryOperator::kAdd) return moved(days + by);
    if (op == BinaryOperator::kSubtract && !reflected) return moved(days - by);
  }
  const auto* date = other.object_as<DateObject>();
  if (date != nullptr && op == BinaryOperator::kSubtract) {
    return make_timedelta((reflected ? date->days - days : days - date->days) * kMicrosPerDay);
  }
  return std::nullopt;
}

std::optional<std::string> DateObject::format(std::string_view spec) const {
  return spec.empty() ? str() : format_time(spec, days, 0, nullptr);
}

namespace {

const DateObject& date_of(const Value& self) { return *self.object_as<DateObject>(); }

Value strftime_date(const Value& self, Arguments& arguments) {
  Value bound[1];
  bind_arguments("strftime", arguments, {"format"}, 1, bound);
  return format_time(expect_string(bound[0], "strftime() argument 1"), date_of(self).days, 0, nullptr);
}

Value replace_date(const Value& self, Arguments& arguments) {
  Value bound[3];
  bind_arguments("replace", arguments, {"year", "month", "day"}, 0, bound);
  time::CivilDate date = time::civil_from_days(date_of(self).days);
  auto part = [&](std::size_t index, std::int64_t now) {
    return bound[index].is_missing() ? now : expect_index(bound[index]);
  };
  return make_date(checked_days(part(0, date.year), part(1, date.month), part(2, date.day)));
}

std::int64_t weekday_of(std::int64_t days) { return ((days + 3) % 7 + 7) % 7; }

Value isocalendar(std::int64_t days) {
  std::int64_t thursday = days - weekday_of(days) + 3;
  std::int32_t year = time::civil_from_days(thursday).year;
  std::int64_t week = (thursday - time::days_from_civil({year, 1, 1})) / 7 + 1;
  return Value::tuple({Value(year), Value(week), Value(weekday_of(days) + 1)});
}

}  // namespace

bool DateObject::get_attr(const StringObject& name, Value* out) {
  time::CivilDate date = time::civil_from_days(days);
  std::string_view text = name.view();
  if (text == "year") return *out = date.year, true;
  if (text == "month") return *out = date.month, true;
  if (text == "day") return *out = date.day, true;
  BoundFunction function = nullptr;
  if (text == "strftime") function = strftime_date;
  if (text == "replace") function = replace_date;
  if (text == "isoformat" || text == "__str__") {
    function = [](const Value& self, Arguments&) -> Value { return date_of(self).str(); };
  }
  if (text == "weekday")
    function = [](const Value& self, Arguments&) -> Value { return weekday_of(date_of(self).days); };
  if (text == "isoweekday") {
    function = [](const Value& self, Arguments&) -> Value { return weekday_of(date_of(self).days) + 1; };
  }
  if (text == "isocalendar") function = [](const Value& self, Arguments&) { return isocalendar(date_of(self).days); };
  if (text == "toordinal") {
    function = [](const Value& self, Arguments&) -> Value { return date_of(self).days + 719163; };
  }
  if (text == "ctime") {
    function = [](const Value& self, Arguments&) -> Value {
      return format_time("%a %b %e %H:%M:%S %Y", date_of(self).days, 0, nullptr);
    };
  }
  if (function == nullptr) return false;
  *out = make_bound_function(text, Value(Ref<DateObject>(this)), function);
  return true;
}

namespace {

Value construct_date(Arguments& arguments) {
  Value bound[3];
  bind_arguments("date", arguments, {"year", "month", "day"}, 3, bound);
  return make_date(checked_days(expect_index(bound[0]), expect_index(bound[1]), expect_index(bound[2])));
}

Value date_from_iso(Arguments& arguments) {
  Value bound[1];
  bind_arguments("fromisoformat", arguments, {"date_string"}, 1, bound);
  auto days = time::parse_date(expect_string(bound[0], "fromisoformat: argument"));
  if (!days) raise(ExceptionKind::kValueError, "Invalid isoformat string: " + to_repr(bound[0]));
  return make_date(*days);
}

Value date_from_ordinal(Arguments& arguments) {
  Value bound[1];
  bind_arguments("fromordinal", arguments, {"ordinal"}, 1, bound);
  return moved(expect_index(bound[0]) - 719163);
}

}  // namespace

Value make_date_class(const Value& clock) {
  auto type = make_ref<ClassObject>("datetime.date", construct_date);
  type->members->set("today", make_bound_function("today", clock, [](const Value& self, Arguments&) {
                       return make_date(floor_divide(now_micros(self), kMicrosPerDay));
                     }));
  type->members->set("fromisoformat", make_function("fromisoformat", date_from_iso));
  type->members->set("fromordinal", make_function("fromordinal", date_from_ordinal));
  type->members->set("min", make_date(checked_days(1, 1, 1)));
  type->members->set("max", make_date(checked_days(9999, 12, 31)));
  return Value(type);
}

// --- time

std::string TimeObject::str() const { return clock_text(micros); }

std::string TimeObject::repr() const {
  std::int64_t seconds = micros / kMicrosPerSecond;
  std::string text = fmt::format("datetime.time({}, {}", seconds / 3600, seconds / 60 % 60);
  std::int64_t fraction = micros % kMicrosPerSecond;
  if (seconds % 60 != 0 || fraction != 0) text += fmt::format(", {}", seconds % 60);
  if (fraction != 0) text += fmt::format(", {}", fraction);
  return text + ")";
}

bool TimeObject::equals(const Value& other) const {
  const auto* time = other.object_as<TimeObject>();
  return time != nullptr && time->micros == micros;
}

std::optional<int> TimeObject::compare(const Value& other) const {
  const auto* time = other.object_as<TimeObject>();
  if (time == nullptr) return std::nullopt;
  return micros < time->micros ? -1 : micros > time->micros ? 1 : 0;
}

bool TimeObject::get_attr(const StringObject& name, Value* out) {
  std::int64_t seconds = micros / kMicrosPerSecond;
  std::string_view text = name.view();
  if (text == "hour") return *out = seconds / 3600, true;
  if (text == "minute") return *out = seconds / 60 % 60, true;
  if (text == "second") return *out = seconds % 60, true;
  if (text == "microsecond") return *out = micros % kMicrosPerSecond, true;
  if (text == "tzinfo") return *out = Value(), true;
  BoundFunction function = nullptr;
  if (text == "isoformat") {
    function = [](const Value& self, Arguments& arguments) -> Value {
      Value bound[1];
      bind_arguments("isoformat", arguments, {"timespec"}, 0, bound);
      return clock_text(self.object_as<TimeObject>()->micros,
                        bound[0].is_missing() ? std::string_view("auto") : bound[0].as_string());
    };
  }
  if (text == "strftime") {
    function = [](const Value& self, Arguments& arguments) -> Value {
      Value bound[1];
      bind_arguments("strftime", arguments, {"format"}, 1, bound);
      return format_time(expect_string(bound[0], "strftime() argument 1"), time::days_from_civil({1900, 1, 1}),
                         self.object_as<TimeObject>()->micros, nullptr);
    };
  }
  if (function == nullptr) return false;
  *out = make_bound_function(text, Value(Ref<TimeObject>(this)), function);
  return true;
}

Value make_time_class() {
  return Value(make_ref<ClassObject>("datetime.time", [](Arguments& arguments) {
    Value bound[4];
    bind_arguments("time", arguments, {"hour", "minute", "second", "microsecond"}, 0, bound);
    auto part = [&](std::size_t index) { return bound[index].is_missing() ? 0 : expect_index(bound[index]); };
    return make_time(checked_micros(part(0), part(1), part(2), part(3)));
  }));
}

}  // namespace floe::dbt
