// The JSON single-value form (spec, appendix D).
#include "schema/literal.hpp"
#include "schema/nanos.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <cmath>
#include <limits>

namespace floe::iceberg {

namespace {

Error unacceptable(const Type& type, std::string_view accepted, const json::value& value) {
  return failf(ErrorCode::kData, "{} is no value of type `{}`: expected {}", to_json(value), type.to_string(),
               accepted);
}

std::optional<std::int64_t> integer_of(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  return std::nullopt;
}

std::optional<double> number_of(const json::value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_double()) return value.get_double();
  return std::nullopt;
}

std::optional<std::string_view> text_of(const json::value& value) {
  const json::string* text = value.if_string();
  if (text == nullptr) return std::nullopt;
  return to_view(*text);
}

Result<Literal> integer_from_json(const Type& type, const json::value& value) {
  const auto number = integer_of(value);
  if (!number) return unacceptable(type, "an integer", value);
  if (type.id() == TypeId::kInt && (*number < INT32_MIN || *number > INT32_MAX)) {
    return unacceptable(type, "a 32-bit integer", value);
  }
  return Literal{type, *number};
}

// Appendix D gives numbers only; partition values are also NaN and infinite.
std::optional<double> special_number(const json::value& value) {
  const auto text = text_of(value);
  if (!text) return std::nullopt;
  const auto lower = text::to_lower_ascii(*text);
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (lower == "infinity" || lower == "inf") return std::numeric_limits<double>::infinity();
  if (lower == "-infinity" || lower == "-inf") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

json::value real_to_json(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return number;
}

Result<Literal> real_from_json(const Type& type, const json::value& value) {
  if (const auto special = special_number(value)) {
    if (type.id() == TypeId::kDouble) return Literal{type, *special};
    return Literal{type, static_cast<float>(*special)};
  }
  const auto number = number_of(value);
  if (!number) return unacceptable(type, "a number", value);
  if (type.id() == TypeId::kDouble) return Literal{type, *number};
  const auto narrow = static_cast<float>(*number);
  if (std::isinf(narrow)) return unacceptable(type, "a number within the range of float", value);
  return Literal{type, narrow};
}

Result<Literal> time_from_json(const Type& type, const json::value& value) {
  const auto text = text_of(value);
  std::optional<std::int64_t> parsed;
  bool had_zone = false;
  switch (type.id()) {
    case TypeId::kDate:
      if (text) parsed = time::parse_date(*text);
      if (!parsed || *parsed < INT32_MIN || *parsed > INT32_MAX) return unacceptable(type, "\"YYYY-MM-DD\"", value);
      break;
    case TypeId::kTime:
      if (text) parsed = time::parse_time_micros(*text);
      if (!parsed) return unacceptable(type, "\"HH:MM:SS.ffffff\"", value);
      break;
    case TypeId::kTimestamp:
    case TypeId::kTimestampNs:
      if (text) {
        parsed = type.id() == TypeId::kTimestamp ? time::parse_timestamp_micros(*text, &had_zone)
                                                 : parse_timestamp_nanos(*text, &had_zone);
      }
      if (!parsed || had_zone) return unacceptable(type, "\"YYYY-MM-DDTHH:MM:SS.ffffff\" without a zone", value);
      break;
    default:
      if (text) {
        parsed = type.id() == TypeId::kTimestampTz ? time::parse_timestamp_micros(*text, &had_zone)
                                                   : parse_timestamp_nanos(*text, &had_zone);
      }
      if (!parsed || !had_zone) return unacceptable(type, "\"YYYY-MM-DDTHH:MM:SS.ffffff+00:00\"", value);
      break;
  }
  return Literal{type, *parsed};
}

Result<Literal> decimal_from_json(const Type& type, const json::value& value) {
  const auto text = text_of(value);
  std::optional<Int128> unscaled;
  if (text) unscaled = decimal_from_text(*text, type.scale());
  Int128 limit = 1;
  for (std::int32_t i = 0; i < type.precision(); ++i)
    limit *= 10;
  if (!unscaled || *unscaled >= limit || *unscaled <= -limit) {
    return unacceptable(type, "a string such as \"14.20\" that fits", value);
  }
  return Literal{type, *unscaled};
}

Result<Literal> bytes_from_json(const Type& type, const json::value& value) {
  const auto text = text_of(value);
  std::optional<std::string> bytes;
  if (text) bytes = text::from_hex(text::to_lower_ascii(*text));
  if (!bytes) return unacceptable(type, "a string of hex digits", value);
  if (type.id() == TypeId::kFixed && bytes->size() != static_cast<std::size_t>(type.length())) {
    return unacceptable(type, fmt::format("{} hex digits", 2 * type.length()), value);
  }
  return Literal{type, *std::move(bytes)};
}

}  // namespace

Result<Literal> literal_from_json(const Type& type, const json::value& value) {
  switch (type.id()) {
    case TypeId::kBoolean:
      if (!value.is_bool()) return unacceptable(type, "true or false", value);
      return Literal{type, value.get_bool()};
    case TypeId::kInt:
    case TypeId::kLong:
      return integer_from_json(type, value);
    case TypeId::kFloat:
    case TypeId::kDouble:
      return real_from_json(type, value);
    case TypeId::kDecimal:
      return decimal_from_json(type, value);
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kTimestampNs:
    case TypeId::kTimestampTzNs:
      return time_from_json(type, value);
    case TypeId::kString: {
      const auto text = text_of(value);
      if (!text) return unacceptable(type, "a string", value);
      return Literal{type, std::string(*text)};
    }
    case TypeId::kUuid: {
      const auto text = text_of(value);
      std::optional<std::string> bytes;
      if (text) bytes = uuid_from_text(*text);
      if (!bytes) return unacceptable(type, "a UUID such as \"f79c3e09-677c-4bbd-a479-3f349cb785e7\"", value);
      return Literal{type, *std::move(bytes)};
    }
    case TypeId::kFixed:
    case TypeId::kBinary:
      return bytes_from_json(type, value);
    default:
      return failf(ErrorCode::kUnsupported, "type `{}` has no JSON value floe reads", type.to_string());
  }
}

Result<std::optional<Literal>> optional_literal_from_json(const Type& type, const json::value& value) {
  if (value.is_null()) return std::optional<Literal>();
  Literal literal = FLOE_TRY(literal_from_json(type, value));
  return std::optional<Literal>(std::move(literal));
}

json::value literal_to_json(const Literal& literal) {
  switch (literal.type.id()) {
    case TypeId::kBoolean:
      return json::value(literal.as_bool());
    case TypeId::kInt:
    case TypeId::kLong:
      return json::value(literal.as_long());
    case TypeId::kFloat: {
      // Through text, or 0.1f would print as 0.10000000149011612.
      const float real = std::get<float>(literal.value);
      if (!std::isfinite(real)) return real_to_json(real);
      Result<json::value> parsed = parse_json(shortest_float(real));
      return parsed.has_value() ? *std::move(parsed) : json::value(static_cast<double>(real));
    }
    case TypeId::kDouble: {
      return real_to_json(std::get<double>(literal.value));
    }
    case TypeId::kFixed:
    case TypeId::kBinary:
      return json::value(text::to_upper_ascii(text::to_hex(literal.as_bytes())));
    default:
      return json::value(literal_to_text(literal));
  }
}

}  // namespace floe::iceberg
