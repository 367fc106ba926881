// Literal: one typed value; its binary (bounds, partition summaries) and JSON (appendix D) single-value forms.
#pragma once

#include "schema/type.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace floe::iceberg {

__extension__ typedef __int128 Int128;  // unscaled decimals; no portable spelling exists

// Of primitive type. Representation by type:
//   boolean: bool; int, long, date (days), time and timestamps (micros or nanos): int64_t; float: float;
//   double: double; decimal: Int128 (unscaled); string (UTF-8), uuid (16 bytes big-endian), fixed, binary: string.
struct Literal {
  using Value = std::variant<bool, std::int64_t, float, double, Int128, std::string>;
  Type type;
  Value value;

  static Literal boolean(bool value) { return {TypeId::kBoolean, value}; }

  static Literal integer(std::int32_t value) { return {TypeId::kInt, std::int64_t{value}}; }

  static Literal long_integer(std::int64_t value) { return {TypeId::kLong, value}; }

  static Literal real(float value) { return {TypeId::kFloat, value}; }

  static Literal double_real(double value) { return {TypeId::kDouble, value}; }

  static Literal string(std::string value) { return {TypeId::kString, std::move(value)}; }

  static Literal date(std::int32_t days) { return {TypeId::kDate, std::int64_t{days}}; }

  [[nodiscard]] bool as_bool() const { return std::get<bool>(value); }

  [[nodiscard]] std::int64_t as_long() const { return std::get<std::int64_t>(value); }

  [[nodiscard]] const std::string& as_bytes() const { return std::get<std::string>(value); }

  [[nodiscard]] bool is_nan() const;

  friend bool operator==(const Literal& left, const Literal& right);  // same type and compare() == 0
};

// Total order within one type: numbers by value, -0.0 before 0.0, NaN last (as Java's Double.compare), text, uuid,
// fixed and binary by unsigned bytes (for UTF-8 that is code point order), false before true. Decimals may differ in
// precision but not in scale. Literals of different type ids must not be compared (FLOE_ASSERT).
std::strong_ordering compare(const Literal& left, const Literal& right);

// Single-value binary form. Accepts what was written before a promotion: 4 bytes for a long, timestamp or double.
Result<Literal> literal_from_bytes(const Type& type, std::string_view bytes);
std::string literal_to_bytes(const Literal& literal);

// Single-value JSON form. kData says what the type accepts. `null` is not accepted here.
Result<Literal> literal_from_json(const Type& type, const json::value& value);
json::value literal_to_json(const Literal& literal);  // NaN and infinities (no JSON form) are null
// As above, but nothing for JSON null.
Result<std::optional<Literal>> optional_literal_from_json(const Type& type, const json::value& value);

// The same value in a type that can_promote() allows.
Result<Literal> promote_literal(const Literal& literal, const Type& type);

// A decimal as minimal big-endian two's complement, and back (1 to 16 bytes). -128 is one byte.
std::string decimal_to_bytes(Int128 unscaled);
std::optional<Int128> decimal_from_bytes(std::string_view bytes);
std::string decimal_to_text(Int128 unscaled, std::int32_t scale);  // `-14.20`
// Nothing when it is no number, needs more digits after the point than `scale`, or exceeds 38 digits.
std::optional<Int128> decimal_from_text(std::string_view text, std::int32_t scale);

std::string uuid_to_text(std::string_view bytes);
std::optional<std::string> uuid_from_text(std::string_view text);

// For messages and partition paths: `2026-11-21`, `14.20`, text as it is, binary as base64.
std::string literal_to_text(const Literal& literal);

}  // namespace floe::iceberg
