#include "sql/plan_value.hpp"

#include "base/json/json.hpp"
#include "base/time/civil.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

namespace floe::duckdb_compute {
namespace {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

constexpr std::array<std::string_view, 9> kIntegers = {"TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT", "HUGEINT",
                                                       "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"};

// What the specification can write: years of four digits.
constexpr std::int64_t kFirstDay = -719162;  // 0001-01-01
constexpr std::int64_t kLastDay = 2932896;   // 9999-12-31
constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

struct PlanConstant {
  std::string_view type;
  int scale = 0;  // DECIMAL
  const json::value* value = nullptr;
};

std::optional<Uint128> unsigned_number(const json::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_int64() && value.get_int64() >= 0) return static_cast<Uint128>(value.get_int64());
  return std::nullopt;
}

// An integer, or {upper, lower} beyond 64 bits.
std::optional<Int128> integer(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return static_cast<Int128>(value.get_uint64());
  const json::object* halves = value.if_object();
  if (halves == nullptr) return std::nullopt;
  const auto upper = get_int(*halves, "upper");
  const json::value* lower = halves->if_contains("lower");
  if (!upper || lower == nullptr) return std::nullopt;
  const auto low = unsigned_number(*lower);
  if (!low) return std::nullopt;
  return static_cast<Int128>((static_cast<Uint128>(static_cast<std::uint64_t>(*upper)) << 64) | *low);
}

bool is_integer(const PlanConstant& constant) {
  return std::find(kIntegers.begin(), kIntegers.end(), constant.type) != kIntegers.end();
}

std::string decimal_text(Int128 unscaled, int scale) {
  const bool is_negative = unscaled < 0;
  auto rest = is_negative ? ~static_cast<Uint128>(unscaled) + 1 : static_cast<Uint128>(unscaled);
  std::string digits;
  for (; rest > 0; rest /= 10)
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  const auto least = static_cast<std::size_t>(scale) + 1;
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
  return (is_negative ? "-" : "") + digits;
}

std::optional<json::value> whole_number(const PlanConstant& constant) {
  if (!is_integer(constant)) return std::nullopt;
  const auto number = integer(*constant.value);
  if (!number || *number > INT64_MAX || *number < INT64_MIN) return std::nullopt;
  return json::value(static_cast<std::int64_t>(*number));
}

std::optional<json::value> decimal(const PlanConstant& constant, const IcebergType& type) {
  const auto shape = decimal_shape(type.name);
  const auto number = integer(*constant.value);
  if (!shape || !number) return std::nullopt;
  const int scale = is_integer(constant) ? 0 : constant.scale;
  if (!is_integer(constant) && constant.type != "DECIMAL") return std::nullopt;
  if (scale != shape->scale) return std::nullopt;
  return json::value(decimal_text(*number, scale));
}

std::optional<json::value> real(const PlanConstant& constant) {
  if (constant.type != "FLOAT" && constant.type != "DOUBLE") return std::nullopt;
  if (!constant.value->is_number()) return std::nullopt;
  const double number = constant.value->to_number<double>();
  if (!std::isfinite(number)) return std::nullopt;
  return json::value(number);
}

std::optional<json::value> moment(const PlanConstant& constant, std::string_view wanted, std::int64_t first,
                                  std::int64_t last, std::string (*format)(std::int64_t)) {
  if (constant.type != wanted || !constant.value->is_int64()) return std::nullopt;
  const std::int64_t number = constant.value->get_int64();
  if (number < first || number > last) return std::nullopt;
  return json::value(format(number));
}

// DuckDB flips the highest bit, so that its numbers sort as the text does.
std::optional<json::value> uuid(const PlanConstant& constant) {
  if (constant.type != "UUID") return std::nullopt;
  const auto number = integer(*constant.value);
  if (!number) return std::nullopt;
  const Uint128 bits = static_cast<Uint128>(*number) ^ (static_cast<Uint128>(1) << 127);
  const auto high = static_cast<std::uint64_t>(bits >> 64);
  const auto low = static_cast<std::uint64_t>(bits);
  return json::value(fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                                 high & 0xffff, low >> 48, low & 0xffffffffffff));
}

PlanConstant parse(const json::object& object) {
  PlanConstant constant;
  constant.value = object.if_contains("value");
  const json::object* type = get_object(object, "type");
  if (type == nullptr) return constant;
  if (const json::value* id = type->if_contains("id"); id != nullptr && id->is_string()) {
    constant.type = to_view(id->get_string());
  }
  if (const json::object* info = get_object(*type, "type_info")) {
    constant.scale = static_cast<int>(get_int(*info, "scale").value_or(0));
  }
  return constant;
}

}  // namespace

std::optional<json::value> single_value(const json::object& object, const IcebergType& type) {
  const PlanConstant constant = parse(object);
  if (constant.value == nullptr || get_bool_or(object, "is_null", false)) return std::nullopt;
  if (type.nested()) return std::nullopt;
  const std::string_view name = type.name;
  const auto first = kFirstDay * kMicrosPerDay;
  const auto last = (kLastDay + 1) * kMicrosPerDay - 1;
  if (name == "boolean" && constant.type == "BOOLEAN" && constant.value->is_bool()) return *constant.value;
  if (name == "int" || name == "long") return whole_number(constant);
  if (name == "float" || name == "double") return real(constant);
  if (name.starts_with("decimal")) return decimal(constant, type);
  if (name == "date") return moment(constant, "DATE", kFirstDay, kLastDay, time::format_date);
  if (name == "time") return moment(constant, "TIME", 0, kMicrosPerDay - 1, time::format_time_micros);
  if (name == "timestamp") return moment(constant, "TIMESTAMP", first, last, time::format_timestamp_micros);
  if (name == "timestamptz") {
    return moment(constant, "TIMESTAMP WITH TIME ZONE", first, last, time::format_timestamptz_micros);
  }
  if (name == "string" && constant.type == "VARCHAR" && constant.value->is_string()) return *constant.value;
  if (name == "uuid") return uuid(constant);
  return std::nullopt;
}

}  // namespace floe::duckdb_compute
