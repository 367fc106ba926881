// datetime.timedelta.
#include "value/bigint.hpp"
#include "value/datetime.hpp"
#include "value/method_arguments.hpp"
#include "value/temporal.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace floe::dbt {

namespace {

// 64-bit microseconds reach 292,000 years; Python's limit is ten times that.
constexpr std::int64_t kMaxMicros = 99'999'999 * kMicrosPerDay;

const TimeDeltaObject* as_delta(const Value& value) { return value.object_as<TimeDeltaObject>(); }

// A real number of microseconds, half to even.
std::int64_t whole_micros(double micros) {
  if (!(std::fabs(micros) <= 9.0e18)) raise(ExceptionKind::kOverflowError, "timedelta is out of range");
  return static_cast<std::int64_t>(std::nearbyint(micros));
}

Value scaled(std::int64_t micros, const Value& factor) {
  if (factor.is_float()) return TimeDeltaObject::make(whole_micros(static_cast<double>(micros) * factor.as_float()));
  Value product = binary(BinaryOperator::kMultiply, Value(micros), factor);
  if (!product.is_int()) raise(ExceptionKind::kOverflowError, "timedelta is out of range");
  return TimeDeltaObject::make(product.as_int());
}

}  // namespace

Value TimeDeltaObject::make(std::int64_t total) {
  if (total > kMaxMicros + kMicrosPerDay || total < -kMaxMicros) {
    raise(ExceptionKind::kOverflowError,
          fmt::format("days={}; must have magnitude <= 99999999", floor_divide(total, kMicrosPerDay)));
  }
  return Value(make_ref<TimeDeltaObject>(total));
}

Value make_timedelta(std::int64_t micros) { return TimeDeltaObject::make(micros); }

std::string TimeDeltaObject::str() const {
  std::int64_t days = floor_divide(micros, kMicrosPerDay);
  std::int64_t rest = micros - days * kMicrosPerDay;
  std::int64_t seconds = rest / kMicrosPerSecond;
  std::string text;
  if (days != 0) text = fmt::format("{} {}, ", days, text::plural(std::abs(days), "day"));
  text += fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (rest % kMicrosPerSecond != 0) text += fmt::format(".{:06}", rest % kMicrosPerSecond);
  return text;
}

std::string TimeDeltaObject::repr() const {
  std::int64_t days = floor_divide(micros, kMicrosPerDay);
  std::int64_t rest = micros - days * kMicrosPerDay;
  std::string text;
  auto add = [&text](std::string_view name, std::int64_t amount) {
    if (amount != 0) text += fmt::format("{}{}={}", text.empty() ? "" : ", ", name, amount);
  };
  add("days", days);
  add("seconds", rest / kMicrosPerSecond);
  add("microseconds", rest % kMicrosPerSecond);
  return "datetime.timedelta(" + (text.empty() ? std::string("0") : text) + ")";
}

bool TimeDeltaObject::equals(const Value& other) const {
  const auto* delta = as_delta(other);
  return delta != nullptr && delta->micros == micros;
}

std::optional<int> TimeDeltaObject::compare(const Value& other) const {
  const auto* delta = as_delta(other);
  if (delta == nullptr) return std::nullopt;
  return micros < delta->micros ? -1 : micros > delta->micros ? 1 : 0;
}

std::optional<Value> TimeDeltaObject::binary(BinaryOperator op, const Value& other, bool reflected) {
  const auto* delta = as_delta(other);
  bool number = other.is_int() || other.is_bool() || other.is_float();
  if (delta == nullptr && !number) return std::nullopt;
  std::int64_t left = reflected && delta != nullptr ? delta->micros : micros;
  std::int64_t right = delta == nullptr ? 0 : reflected ? micros : delta->micros;
  if (op == BinaryOperator::kMultiply && number) return scaled(micros, other);
  if (reflected && number) return std::nullopt;
  bool divides = op == BinaryOperator::kDivide || op == BinaryOperator::kFloorDivide || op == BinaryOperator::kModulo;
  if (divides && (delta != nullptr ? right == 0 : !dbt::truth(other))) {
    raise(ExceptionKind::kZeroDivisionError, op == BinaryOperator::kModulo   ? "integer modulo by zero"
                                             : op == BinaryOperator::kDivide ? "division by zero"
                                                                             : "integer division or modulo by zero");
  }
  switch (op) {
    case BinaryOperator::kAdd:
      return delta == nullptr ? std::nullopt : std::optional(make(left + right));
    case BinaryOperator::kSubtract:
      return delta == nullptr ? std::nullopt : std::optional(make(left - right));
    case BinaryOperator::kDivide:
      if (delta != nullptr) return dbt::binary(op, Value(left), Value(right));
      return make(whole_micros(static_cast<double>(micros) / dbt::to_float(other)));
    case BinaryOperator::kFloorDivide:
      if (delta != nullptr) return Value(floor_divide(left, right));
      if (other.is_float()) return std::nullopt;
      return make(floor_divide(micros, other.as_int()));
    case BinaryOperator::kModulo:
      if (delta == nullptr) return std::nullopt;
      return make(left - floor_divide(left, right) * right);
    default:
      return std::nullopt;
  }
}

bool TimeDeltaObject::get_attr(const StringObject& name, Value* out) {
  std::int64_t days = floor_divide(micros, kMicrosPerDay);
  std::int64_t rest = micros - days * kMicrosPerDay;
  std::string_view text = name.view();
  if (text == "days") {
    *out = days;
  } else if (text == "seconds") {
    *out = rest / kMicrosPerSecond;
  } else if (text == "microseconds") {
    *out = rest % kMicrosPerSecond;
  } else if (text == "total_seconds") {
    *out = make_bound_function(text, Value(Ref<TimeDeltaObject>(this)), [](const Value& self, Arguments& arguments) {
      expect_count("timedelta.total_seconds", arguments, 0, 0);
      return Value(static_cast<double>(self.object_as<TimeDeltaObject>()->micros) / 1e6);
    });
  } else {
    return false;
  }
  return true;
}

namespace {

Value construct(Arguments& arguments) {
  static constexpr std::int64_t kUnits[] = {kMicrosPerDay,           kMicrosPerSecond, 1, 1000, 60 * kMicrosPerSecond,
                                            3600 * kMicrosPerSecond, 7 * kMicrosPerDay};
  Value bound[7];
  bind_arguments("timedelta", arguments,
                 {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"}, 0, bound);
  std::int64_t total = 0;
  double fraction = 0;
  for (std::size_t index = 0; index < 7; ++index) {
    if (bound[index].is_missing()) continue;
    if (bound[index].is_float()) {
      fraction += bound[index].as_float() * static_cast<double>(kUnits[index]);
      continue;
    }
    auto count = as_index(bound[index]);
    if (!count) {
      if (bound[index].is_undefined()) bound[index].undefined_object()->fail();
      raise(ExceptionKind::kTypeError,
            fmt::format("unsupported type for timedelta component: {}", type_name(bound[index])));
    }
    std::int64_t part = 0;
    if (__builtin_mul_overflow(*count, kUnits[index], &part) || __builtin_add_overflow(total, part, &total)) {
      raise(ExceptionKind::kOverflowError, "timedelta is out of range");
    }
  }
  return TimeDeltaObject::make(total + whole_micros(fraction));
}

}  // namespace

Value make_timedelta_class() {
  auto type = make_ref<ClassObject>("datetime.timedelta", construct);
  type->members->set("min", TimeDeltaObject::make(-kMaxMicros));
  type->members->set("max", TimeDeltaObject::make(kMaxMicros + kMicrosPerDay - 1));
  type->members->set("resolution", TimeDeltaObject::make(1));
  return Value(type);
}

}  // namespace floe::dbt
