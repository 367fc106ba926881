// Arrow types as values, and their format strings (Arrow C data interface).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::arrow {

enum class Kind : std::uint8_t {
  kNull,
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat,
  kDouble,
  kUtf8,
  kBinary,
  kFixedBinary,
  kDecimal,
  kDate32,
  kDate64,
  kTime32,
  kTime64,
  kTimestamp,
  kDuration,
  kInterval,
  kList,
  kStruct,
  kMap,
};

enum class Unit : std::uint8_t { kSecond, kMilli, kMicro, kNano };

struct Field;

struct Type {
  Kind kind = Kind::kNull;
  Unit unit = Unit::kMicro;    // time, timestamp, duration
  std::string timezone;        // timestamp; "" = without zone
  std::int32_t width = 0;      // bytes: fixed binary, decimal (16)
  std::int32_t precision = 0;  // decimal
  std::int32_t scale = 0;
  std::vector<Field> children;  // list: [element]; map: [key, value]; struct: fields

  friend bool operator==(const Type&, const Type&);
};

struct Field {
  std::string name;
  Type type;
  bool nullable = true;
  std::vector<std::pair<std::string, std::string>> metadata;  // PARQUET:field_id and the like

  friend bool operator==(const Field&, const Field&) = default;
};

Type of(Kind kind);  // kinds without parameters
Type decimal(std::int32_t precision, std::int32_t scale);
Type fixed_binary(std::int32_t width);
Type timestamp(Unit unit, std::string timezone = {});
Type time(Unit unit);  // 32 bits for seconds and milliseconds, else 64
Type list(Type element, bool nullable = true);
Type map(Type key, Type value, bool nullable = true);
Type structure(std::vector<Field> fields);

// "l", "tsu:UTC", "d:10,2", "+l" ... as the builder writes them.
std::string format_of(const Type& type);

// How a format is laid out in memory; large and view variants have the same Type.
enum class Layout : std::uint8_t { kNone, kBits, kFixed, kOffsets32, kOffsets64, kViews, kList32, kList64, kChildren };

struct ParsedFormat {
  Type type;  // without children
  Layout layout = Layout::kNone;
  std::int32_t bytes = 0;  // of one value, layout kFixed
};

// kUnsupported naming the format when it is not one of the above (unions, run ends, list views, half floats).
Result<ParsedFormat> parse_format(std::string_view format);

}  // namespace floe::arrow
