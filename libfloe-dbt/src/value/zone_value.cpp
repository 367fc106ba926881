// pytz and datetime.timezone.
#include "value/datetime.hpp"
#include "value/method_arguments.hpp"
#include "value/temporal.hpp"

#include <fmt/format.h>

namespace floe::dbt {

std::string_view ZoneObject::type_name() const {
  switch (origin) {
    case Origin::kPytzUtc:
      return "UTC";
    case Origin::kPytzZone:
      return "DstTzInfo";
    case Origin::kFixed:
      return "timezone";
  }
  return "tzinfo";
}

std::string ZoneObject::repr() const {
  switch (origin) {
    case Origin::kPytzUtc:
      return "<UTC>";
    case Origin::kFixed:
      if (offset.seconds_east == 0) return "datetime.timezone.utc";
      return "datetime.timezone(" + to_repr(make_timedelta(offset.seconds_east * kMicrosPerSecond)) + ")";
    case Origin::kPytzZone:
      break;
  }
  std::int32_t seconds = offset.seconds_east;
  std::string shown = to_str(make_timedelta(seconds * kMicrosPerSecond));
  return fmt::format("<DstTzInfo {} {}{}{} {}>", to_repr(Value(name)), offset.abbreviation, seconds >= 0 ? "+" : "",
                     shown, offset.is_daylight ? "DST" : "STD");
}

bool ZoneObject::equals(const Value& other) const {
  const auto* tz = other.object_as<ZoneObject>();
  return tz != nullptr && tz->origin == origin && tz->name == name && tz->offset.seconds_east == offset.seconds_east &&
         tz->offset.abbreviation == offset.abbreviation;
}

Ref<ZoneObject> ZoneObject::at_utc(std::int64_t unix_seconds) {
  if (!zone) return Ref<ZoneObject>(this);
  return make_ref<ZoneObject>(origin, name, zone, zone->at_utc(unix_seconds));
}

Ref<ZoneObject> ZoneObject::at_local(std::int64_t local_seconds, bool daylight) {
  if (!zone) return Ref<ZoneObject>(this);
  return at_utc(zone->to_utc(local_seconds, daylight));
}

namespace {

const DateTimeObject& require_datetime(const Value& value) {
  const auto* moment = value.object_as<DateTimeObject>();
  if (moment == nullptr) {
    raise(ExceptionKind::kTypeError, fmt::format("a datetime is required, not {}", type_name(value)));
  }
  return *moment;
}

Value localize(const Value& self, Arguments& arguments) {
  Value bound[2];
  bind_arguments("localize", arguments, {"dt", "is_dst"}, 1, bound);
  const DateTimeObject& moment = require_datetime(bound[0]);
  if (moment.zone) raise(ExceptionKind::kValueError, "Not naive datetime (tzinfo is already set)");
  bool daylight = !bound[1].is_missing() && truth(bound[1]);
  auto* zone = self.object_as<ZoneObject>();
  return Value(
      make_ref<DateTimeObject>(moment.micros, zone->at_local(floor_divide(moment.micros, kMicrosPerSecond), daylight)));
}

Value normalize(const Value& self, Arguments& arguments) {
  Value bound[2];
  bind_arguments("normalize", arguments, {"dt", "is_dst"}, 1, bound);
  const DateTimeObject& moment = require_datetime(bound[0]);
  if (!moment.zone) raise(ExceptionKind::kValueError, "Naive time - no tzinfo set");
  std::int64_t utc = moment.utc_micros();
  Ref<ZoneObject> zone = self.object_as<ZoneObject>()->at_utc(floor_divide(utc, kMicrosPerSecond));
  return Value(make_ref<DateTimeObject>(utc + zone->offset.seconds_east * kMicrosPerSecond, zone));
}

Value utcoffset(const Value& self, Arguments& /*arguments*/) {
  return make_timedelta(self.object_as<ZoneObject>()->offset.seconds_east * kMicrosPerSecond);
}

Value tzname(const Value& self, Arguments& /*arguments*/) {
  return Value(self.object_as<ZoneObject>()->offset.abbreviation);
}

}  // namespace

bool ZoneObject::get_attr(const StringObject& member, Value* out) {
  std::string_view text = member.view();
  if (text == "zone" && origin != Origin::kFixed) {
    *out = Value(name);
    return true;
  }
  BoundFunction function = nullptr;
  if (text == "localize" && origin != Origin::kFixed) function = localize;
  if (text == "normalize" && origin != Origin::kFixed) function = normalize;
  if (text == "utcoffset") function = utcoffset;
  if (text == "tzname") function = tzname;
  if (function == nullptr) return false;
  *out = make_bound_function(text, Value(Ref<ZoneObject>(this)), function);
  return true;
}

Value utc_zone() {
  static const auto* zone =
      new Value(make_ref<ZoneObject>(ZoneObject::Origin::kPytzUtc, "UTC", nullptr, time::ZoneOffset{0, false, "UTC"}));
  return *zone;
}

Value fixed_zone(std::int32_t seconds_east, std::string_view name) {
  std::string shown(name);
  if (shown.empty()) shown = seconds_east == 0 ? "UTC" : "UTC" + offset_text(seconds_east, ":");
  return Value(make_ref<ZoneObject>(ZoneObject::Origin::kFixed, "UTC", nullptr,
                                    time::ZoneOffset{seconds_east, false, std::move(shown)}));
}

Value pytz_timezone(std::string_view name) {
  if (name == "UTC" || name == "utc") return utc_zone();
  auto zone = time::Zone::load(name);
  if (!zone) raise(ExceptionKind::kKeyError, to_repr(Value(name)));
  // pytz's zones begin at their first offset, the local mean time, in whole minutes.
  constexpr std::int64_t kLongAgo = -(std::int64_t{1} << 40);
  time::ZoneOffset first = (*zone)->at_utc(kLongAgo);
  first.seconds_east = static_cast<std::int32_t>(floor_divide(first.seconds_east + 30, 60) * 60);
  return Value(make_ref<ZoneObject>(ZoneObject::Origin::kPytzZone, std::string(name), *zone, std::move(first)));
}

namespace {

Value timezone(Arguments& arguments) {
  Value bound[1];
  bind_arguments("timezone", arguments, {"zone"}, 1, bound);
  if (bound[0].is_none()) raise(ExceptionKind::kKeyError, "None");
  return pytz_timezone(expect_string(bound[0], "zone"));
}

Value construct_timezone(Arguments& arguments) {
  Value bound[2];
  bind_arguments("timezone", arguments, {"offset", "name"}, 1, bound);
  const auto* delta = bound[0].object_as<TimeDeltaObject>();
  if (delta == nullptr) {
    raise(ExceptionKind::kTypeError,
          fmt::format("timezone() argument 1 must be datetime.timedelta, not {}", type_name(bound[0])));
  }
  if (delta->micros <= -kMicrosPerDay || delta->micros >= kMicrosPerDay) {
    raise(ExceptionKind::kValueError,
          "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not " +
              delta->repr() + ".");
  }
  return fixed_zone(static_cast<std::int32_t>(delta->micros / kMicrosPerSecond),
                    bound[1].is_missing() ? std::string_view() : bound[1].as_string());
}

}  // namespace

Value make_timezone_class() {
  auto type = make_ref<ClassObject>("datetime.timezone", construct_timezone);
  type->members->set("utc", fixed_zone(0, ""));
  return Value(type);
}

Value make_pytz_module() {
  return make_namespace("module",
                        {{"timezone", make_function("timezone", timezone)}, {"utc", utc_zone()}, {"UTC", utc_zone()}});
}

}  // namespace floe::dbt
