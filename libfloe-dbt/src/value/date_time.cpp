// datetime.datetime.
#include "value/datetime.hpp"
#include "value/method_arguments.hpp"
#include "value/temporal.hpp"

#include <fmt/format.h>

#include <cmath>
#include <ctime>

namespace floe::dbt {

Value make_datetime(std::int64_t micros) { return Value(make_ref<DateTimeObject>(micros, Ref<ZoneObject>())); }

Value make_utc_datetime(std::int64_t micros) {
  return Value(make_ref<DateTimeObject>(micros, Ref<ZoneObject>(utc_zone().object_as<ZoneObject>())));
}

bool is_datetime(const Value& value) { return value.object_as<DateTimeObject>() != nullptr; }

std::optional<std::int64_t> datetime_micros(const Value& value) {
  if (const auto* moment = value.object_as<DateTimeObject>()) return moment->utc_micros();
  if (const auto* date = value.object_as<DateObject>()) return date->days * kMicrosPerDay;
  return std::nullopt;
}

std::string DateTimeObject::isoformat(char separator, std::string_view timespec) const {
  std::string text = time::format_date(days()) + separator + clock_text(micros_of_day(), timespec);
  return zone ? text + offset_text(zone->offset.seconds_east, ":") : text;
}

std::string DateTimeObject::repr() const {
  time::CivilDate date = time::civil_from_days(days());
  std::int64_t seconds = micros_of_day() / kMicrosPerSecond;
  std::int64_t fraction = micros_of_day() % kMicrosPerSecond;
  std::string text = fmt::format("datetime.datetime({}, {}, {}, {}, {}", date.year, date.month, date.day,
                                 seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0 || fraction != 0) text += fmt::format(", {}", seconds % 60);
  if (fraction != 0) text += fmt::format(", {}", fraction);
  if (zone) text += ", tzinfo=" + zone->repr();
  return text + ")";
}

bool DateTimeObject::equals(const Value& other) const {
  const auto* moment = other.object_as<DateTimeObject>();
  return moment != nullptr && static_cast<bool>(moment->zone) == static_cast<bool>(zone) &&
         moment->utc_micros() == utc_micros();
}

std::optional<int> DateTimeObject::compare(const Value& other) const {
  if (is_date(other)) raise(ExceptionKind::kTypeError, "can't compare datetime.datetime to datetime.date");
  const auto* moment = other.object_as<DateTimeObject>();
  if (moment == nullptr) return std::nullopt;
  if (static_cast<bool>(moment->zone) != static_cast<bool>(zone)) {
    raise(ExceptionKind::kTypeError, "can't compare offset-naive and offset-aware datetimes");
  }
  return utc_micros() < moment->utc_micros() ? -1 : utc_micros() > moment->utc_micros() ? 1 : 0;
}

namespace {

Value moved(std::int64_t micros, const Ref<ZoneObject>& zone) {
  if (micros < time::days_from_civil({1, 1, 1}) * kMicrosPerDay ||
      micros >= (time::days_from_civil({9999, 12, 31}) + 1) * kMicrosPerDay) {
    raise(ExceptionKind::kOverflowError, "date value out of range");
  }
  return Value(make_ref<DateTimeObject>(micros, zone));
}

const DateTimeObject& moment_of(const Value& self) { return *self.object_as<DateTimeObject>(); }

Ref<ZoneObject> zone_argument(const Value& value) {
  if (value.is_missing() || value.is_none()) return {};
  auto* zone = value.object_as<ZoneObject>();
  if (zone == nullptr) {
    raise(ExceptionKind::kTypeError,
          fmt::format("tzinfo argument must be None or of a tzinfo subclass, not type '{}'", type_name(value)));
  }
  return Ref<ZoneObject>(zone);
}

// A moment as that zone shows it.
Value in_zone(std::int64_t utc_micros, const Ref<ZoneObject>& zone) {
  Ref<ZoneObject> now = zone->at_utc(floor_divide(utc_micros, kMicrosPerSecond));
  return moved(utc_micros + now->offset.seconds_east * kMicrosPerSecond, now);
}

// The zone of the machine, at a moment.
std::int32_t local_offset(std::int64_t utc_micros) {
  std::time_t seconds = floor_divide(utc_micros, kMicrosPerSecond);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return static_cast<std::int32_t>(parts.tm_gmtoff);
}

}  // namespace

std::optional<Value> DateTimeObject::binary(BinaryOperator op, const Value& other, bool reflected) {
  if (const auto* delta = other.object_as<TimeDeltaObject>()) {
    if (op == BinaryOperator::kAdd) return moved(micros + delta->micros, zone);
    if (op == BinaryOperator::kSubtract && !reflected) return moved(micros - delta->micros, zone);
  }
  const auto* moment = other.object_as<DateTimeObject>();
  if (moment == nullptr || op != BinaryOperator::kSubtract) return std::nullopt;
  if (static_cast<bool>(moment->zone) != static_cast<bool>(zone)) {
    raise(ExceptionKind::kTypeError, "can't subtract offset-naive and offset-aware datetimes");
  }
  std::int64_t difference = utc_micros() - moment->utc_micros();
  return make_timedelta(reflected ? -difference : difference);
}

std::optional<std::string> DateTimeObject::format(std::string_view spec) const {
  return spec.empty() ? str() : format_time(spec, days(), micros_of_day(), zone.get());
}

namespace {

Value strftime(const Value& self, Arguments& arguments) {
  Value bound[1];
  bind_arguments("strftime", arguments, {"format"}, 1, bound);
  const DateTimeObject& moment = moment_of(self);
  return format_time(expect_string(bound[0], "strftime() argument 1"), moment.days(), moment.micros_of_day(),
                     moment.zone.get());
}

Value isoformat(const Value& self, Arguments& arguments) {
  Value bound[2];
  bind_arguments("isoformat", arguments, {"sep", "timespec"}, 0, bound);
  char separator = bound[0].is_missing() || bound[0].as_string().empty() ? 'T' : bound[0].as_string()[0];
  return moment_of(self).isoformat(separator, bound[1].is_missing() ? std::string_view("auto") : bound[1].as_string());
}

Value replace(const Value& self, Arguments& arguments) {
  Value bound[8];
  bind_arguments("replace", arguments, {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"}, 0,
                 bound);
  const DateTimeObject& moment = moment_of(self);
  time::CivilDate date = time::civil_from_days(moment.days());
  std::int64_t seconds = moment.micros_of_day() / kMicrosPerSecond;
  auto part = [&](std::size_t index, std::int64_t now) {
    return bound[index].is_missing() ? now : expect_index(bound[index]);
  };
  std::int64_t days = checked_days(part(0, date.year), part(1, date.month), part(2, date.day));
  std::int64_t clock = checked_micros(part(3, seconds / 3600), part(4, seconds / 60 % 60), part(5, seconds % 60),
                                      part(6, moment.micros_of_day() % kMicrosPerSecond));
  Ref<ZoneObject> zone = bound[7].is_missing() ? moment.zone : zone_argument(bound[7]);
  return Value(make_ref<DateTimeObject>(days * kMicrosPerDay + clock, zone));
}

Value astimezone(const Value& self, Arguments& arguments) {
  Value bound[1];
  bind_arguments("astimezone", arguments, {"tz"}, 0, bound);
  const DateTimeObject& moment = moment_of(self);
  std::int64_t utc = moment.utc_micros();
  if (!moment.zone) utc -= local_offset(moment.micros) * kMicrosPerSecond;
  Ref<ZoneObject> zone = zone_argument(bound[0]);
  if (!zone) zone = Ref<ZoneObject>(fixed_zone(local_offset(utc), "").object_as<ZoneObject>());
  return in_zone(utc, zone);
}

Value timestamp(const Value& self, Arguments& /*arguments*/) {
  const DateTimeObject& moment = moment_of(self);
  std::int64_t utc = moment.utc_micros();
  if (!moment.zone) utc -= local_offset(moment.micros) * kMicrosPerSecond;
  return static_cast<double>(utc) / 1e6;
}

// What a datetime has from date: weekday() and the like, asked of its date.
Value date_method(const Value& self, std::string_view name) {
  Value result;
  Value date = make_date(moment_of(self).days());
  date.object()->get_attr(*intern(name).string(), &result);
  return result;
}

BoundFunction find_datetime_method(std::string_view name) {
  if (name == "strftime") return strftime;
  if (name == "isoformat") return isoformat;
  if (name == "replace") return replace;
  if (name == "astimezone") return astimezone;
  if (name == "timestamp") return timestamp;
  if (name == "date") return [](const Value& self, Arguments&) { return make_date(moment_of(self).days()); };
  if (name == "time") return [](const Value& self, Arguments&) { return make_time(moment_of(self).micros_of_day()); };
  if (name == "utcoffset") {
    return [](const Value& self, Arguments&) -> Value {
      const DateTimeObject& moment = moment_of(self);
      return moment.zone ? make_timedelta(moment.zone->offset.seconds_east * kMicrosPerSecond) : Value();
    };
  }
  if (name == "tzname") {
    return [](const Value& self, Arguments&) -> Value {
      const DateTimeObject& moment = moment_of(self);
      return moment.zone ? Value(moment.zone->offset.abbreviation) : Value();
    };
  }
  if (name == "ctime") {
    return [](const Value& self, Arguments&) -> Value {
      const DateTimeObject& moment = moment_of(self);
      return format_time("%a %b %e %H:%M:%S %Y", moment.days(), moment.micros_of_day(), nullptr);
    };
  }
  return nullptr;
}

}  // namespace

bool DateTimeObject::get_attr(const StringObject& name, Value* out) {
  std::string_view text = name.view();
  std::int64_t seconds = micros_of_day() / kMicrosPerSecond;
  time::CivilDate date = time::civil_from_days(days());
  if (text == "year") return *out = date.year, true;
  if (text == "month") return *out = date.month, true;
  if (text == "day") return *out = date.day, true;
  if (text == "hour") return *out = seconds / 3600, true;
  if (text == "minute") return *out = seconds / 60 % 60, true;
  if (text == "second") return *out = seconds % 60, true;
  if (text == "microsecond") return *out = micros_of_day() % kMicrosPerSecond, true;
  if (text == "tzinfo") return *out = zone ? Value(zone) : Value(), true;
  Value self{Ref<DateTimeObject>(this)};
  if (BoundFunction method = find_datetime_method(text)) {
    *out = make_bound_function(text, self, method);
    return true;
  }
  if (text == "weekday" || text == "isoweekday" || text == "isocalendar" || text == "toordinal") {
    *out = date_method(self, text);
    return true;
  }
  return false;
}

namespace {

Value construct(Arguments& arguments) {
  Value bound[8];
  bind_arguments("datetime", arguments, {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"},
                 3, bound);
  auto part = [&](std::size_t index) { return bound[index].is_missing() ? 0 : expect_index(bound[index]); };
  std::int64_t days = checked_days(part(0), part(1), part(2));
  std::int64_t clock = checked_micros(part(3), part(4), part(5), part(6));
  return Value(make_ref<DateTimeObject>(days * kMicrosPerDay + clock, zone_argument(bound[7])));
}

Value now(const Value& clock, Arguments& arguments) {
  Value bound[1];
  bind_arguments("now", arguments, {"tz"}, 0, bound);
  std::int64_t utc = now_micros(clock);
  if (Ref<ZoneObject> zone = zone_argument(bound[0])) return in_zone(utc, zone);
  return make_datetime(utc + local_offset(utc) * kMicrosPerSecond);
}

Value from_timestamp(Arguments& arguments) {
  Value bound[2];
  bind_arguments("fromtimestamp", arguments, {"timestamp", "tz"}, 1, bound);
  double seconds = to_float(bound[0]);
  if (!(std::fabs(seconds) < 3e11)) raise(ExceptionKind::kValueError, "year is out of range");
  auto utc = static_cast<std::int64_t>(std::nearbyint(seconds * 1e6));
  if (Ref<ZoneObject> zone = zone_argument(bound[1])) return in_zone(utc, zone);
  return moved(utc + local_offset(utc) * kMicrosPerSecond, {});
}

Value utc_from_timestamp(Arguments& arguments) {
  Value bound[1];
  bind_arguments("utcfromtimestamp", arguments, {"timestamp"}, 1, bound);
  return moved(static_cast<std::int64_t>(std::nearbyint(to_float(bound[0]) * 1e6)), {});
}

Value strptime(Arguments& arguments) {
  Value bound[2];
  bind_arguments("strptime", arguments, {"date_string", "format"}, 2, bound);
  return parse_time(bound[0], bound[1]);
}

Value combine(Arguments& arguments) {
  Value bound[3];
  bind_arguments("combine", arguments, {"date", "time", "tzinfo"}, 2, bound);
  auto days = datetime_micros(bound[0]);
  const auto* clock = bound[1].object_as<TimeObject>();
  if (!days || clock == nullptr) raise(ExceptionKind::kTypeError, "combine() needs a date and a time");
  return Value(make_ref<DateTimeObject>(floor_divide(*days, kMicrosPerDay) * kMicrosPerDay + clock->micros,
                                        zone_argument(bound[2])));
}

Value from_iso(Arguments& arguments) {
  Value bound[1];
  bind_arguments("fromisoformat", arguments, {"date_string"}, 1, bound);
  const std::string& text = expect_string(bound[0], "fromisoformat: argument");
  if (auto days = time::parse_date(text)) return make_datetime(*days * kMicrosPerDay);
  bool zoned = false;
  auto utc = time::parse_timestamp_micros(text, &zoned);
  if (!utc) raise(ExceptionKind::kValueError, "Invalid isoformat string: " + to_repr(bound[0]));
  if (!zoned) return make_datetime(*utc);
  // The offset as written, `Z` or the last `+hh:mm`.
  std::int32_t offset = 0;
  std::size_t sign = text.find_last_of("+-");
  if (text.back() != 'Z' && text.back() != 'z' && sign != std::string::npos && sign > 10) {
    std::string digits = text.substr(sign + 1);
    std::erase(digits, ':');
    int hours = std::atoi(digits.substr(0, 2).c_str());
    int minutes = digits.size() >= 4 ? std::atoi(digits.substr(2, 2).c_str()) : 0;
    offset = (hours * 3600 + minutes * 60) * (text[sign] == '-' ? -1 : 1);
  }
  return Value(make_ref<DateTimeObject>(*utc + offset * kMicrosPerSecond,
                                        Ref<ZoneObject>(fixed_zone(offset, "").object_as<ZoneObject>())));
}

}  // namespace

Value make_datetime_class(const Value& clock) {
  auto type = make_ref<ClassObject>("datetime.datetime", construct);
  type->members->set("now", make_bound_function("now", clock, now));
  type->members->set("today", make_bound_function("today", clock, now));
  type->members->set("utcnow", make_bound_function("utcnow", clock, [](const Value& self, Arguments&) {
                       return make_datetime(now_micros(self));
                     }));
  type->members->set("strptime", make_function("strptime", strptime));
  type->members->set("fromtimestamp", make_function("fromtimestamp", from_timestamp));
  type->members->set("utcfromtimestamp", make_function("utcfromtimestamp", utc_from_timestamp));
  type->members->set("combine", make_function("combine", combine));
  type->members->set("fromisoformat", make_function("fromisoformat", from_iso));
  type->members->set("min", make_datetime(checked_days(1, 1, 1) * kMicrosPerDay));
  type->members->set("max", make_datetime((checked_days(9999, 12, 31) + 1) * kMicrosPerDay - 1));
  return Value(type);
}

}  // namespace floe::dbt
