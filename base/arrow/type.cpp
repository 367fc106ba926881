#include "base/arrow/type.hpp"

#include "base/fail.hpp"

#include <array>
#include <charconv>

namespace floe::arrow {
namespace {

struct Simple {
  std::string_view format;
  Kind kind;
  Unit unit;
  Layout layout;
  std::int32_t bytes;
};

// The first format of a kind (and unit) is the one the builder writes.
constexpr std::array kSimple{
    Simple{"n", Kind::kNull, Unit::kMicro, Layout::kNone, 0},
    Simple{"b", Kind::kBool, Unit::kMicro, Layout::kBits, 0},
    Simple{"c", Kind::kInt8, Unit::kMicro, Layout::kFixed, 1},
    Simple{"s", Kind::kInt16, Unit::kMicro, Layout::kFixed, 2},
    Simple{"i", Kind::kInt32, Unit::kMicro, Layout::kFixed, 4},
    Simple{"l", Kind::kInt64, Unit::kMicro, Layout::kFixed, 8},
    Simple{"C", Kind::kUint8, Unit::kMicro, Layout::kFixed, 1},
    Simple{"S", Kind::kUint16, Unit::kMicro, Layout::kFixed, 2},
    Simple{"I", Kind::kUint32, Unit::kMicro, Layout::kFixed, 4},
    Simple{"L", Kind::kUint64, Unit::kMicro, Layout::kFixed, 8},
    Simple{"f", Kind::kFloat, Unit::kMicro, Layout::kFixed, 4},
    Simple{"g", Kind::kDouble, Unit::kMicro, Layout::kFixed, 8},
    Simple{"u", Kind::kUtf8, Unit::kMicro, Layout::kOffsets32, 0},
    Simple{"U", Kind::kUtf8, Unit::kMicro, Layout::kOffsets64, 0},
    Simple{"vu", Kind::kUtf8, Unit::kMicro, Layout::kViews, 0},
    Simple{"z", Kind::kBinary, Unit::kMicro, Layout::kOffsets32, 0},
    Simple{"Z", Kind::kBinary, Unit::kMicro, Layout::kOffsets64, 0},
    Simple{"vz", Kind::kBinary, Unit::kMicro, Layout::kViews, 0},
    Simple{"tdD", Kind::kDate32, Unit::kMicro, Layout::kFixed, 4},
    Simple{"tdm", Kind::kDate64, Unit::kMilli, Layout::kFixed, 8},
    Simple{"tts", Kind::kTime32, Unit::kSecond, Layout::kFixed, 4},
    Simple{"ttm", Kind::kTime32, Unit::kMilli, Layout::kFixed, 4},
    Simple{"ttu", Kind::kTime64, Unit::kMicro, Layout::kFixed, 8},
    Simple{"ttn", Kind::kTime64, Unit::kNano, Layout::kFixed, 8},
    Simple{"tDs", Kind::kDuration, Unit::kSecond, Layout::kFixed, 8},
    Simple{"tDm", Kind::kDuration, Unit::kMilli, Layout::kFixed, 8},
    Simple{"tDu", Kind::kDuration, Unit::kMicro, Layout::kFixed, 8},
    Simple{"tDn", Kind::kDuration, Unit::kNano, Layout::kFixed, 8},
    Simple{"tin", Kind::kInterval, Unit::kNano, Layout::kFixed, 16},
    Simple{"+l", Kind::kList, Unit::kMicro, Layout::kList32, 0},
    Simple{"+L", Kind::kList, Unit::kMicro, Layout::kList64, 0},
    Simple{"+s", Kind::kStruct, Unit::kMicro, Layout::kChildren, 0},
    Simple{"+m", Kind::kMap, Unit::kMicro, Layout::kList32, 0},
};

constexpr std::string_view kUnitLetters = "smun";

std::optional<std::int32_t> number(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

Error unsupported(std::string_view format) {
  return failf(ErrorCode::kUnsupported, "Arrow format `{}` is not supported", format);
}

// "d:precision,scale" or "d:precision,scale,bits"
Result<ParsedFormat> parse_decimal(std::string_view format) {
  std::string_view rest = format.substr(2);
  const std::size_t comma = rest.find(',');
  if (comma == std::string_view::npos) return unsupported(format);
  const auto precision = number(rest.substr(0, comma));
  rest.remove_prefix(comma + 1);
  const std::size_t bits = rest.find(',');
  const auto scale = number(rest.substr(0, bits));
  if (!precision || !scale || (bits != std::string_view::npos && rest.substr(bits + 1) != "128")) {
    return unsupported(format);
  }
  return ParsedFormat{decimal(*precision, *scale), Layout::kFixed, 16};
}

}  // namespace

bool operator==(const Type& left, const Type& right) {
  return left.kind == right.kind && left.unit == right.unit && left.timezone == right.timezone &&
         left.width == right.width && left.precision == right.precision && left.scale == right.scale &&
         left.children == right.children;
}

Type of(Kind kind) {
  Type type;
  type.kind = kind;
  return type;
}

Type decimal(std::int32_t precision, std::int32_t scale) {
  Type type = of(Kind::kDecimal);
  type.width = 16;
  type.precision = precision;
  type.scale = scale;
  return type;
}

Type fixed_binary(std::int32_t width) {
  Type type = of(Kind::kFixedBinary);
  type.width = width;
  return type;
}

Type timestamp(Unit unit, std::string timezone) {
  Type type = of(Kind::kTimestamp);
  type.unit = unit;
  type.timezone = std::move(timezone);
  return type;
}

Type time(Unit unit) {
  Type type = of(unit == Unit::kSecond || unit == Unit::kMilli ? Kind::kTime32 : Kind::kTime64);
  type.unit = unit;
  return type;
}

Type list(Type element, bool nullable) {
  Type type = of(Kind::kList);
  type.children.push_back({"element", std::move(element), nullable, {}});
  return type;
}

Type map(Type key, Type value, bool nullable) {
  Type type = of(Kind::kMap);
  type.children.push_back({"key", std::move(key), false, {}});
  type.children.push_back({"value", std::move(value), nullable, {}});
  return type;
}

Type structure(std::vector<Field> fields) {
  Type type = of(Kind::kStruct);
  type.children = std::move(fields);
  return type;
}

std::string format_of(const Type& type) {
  const char unit = kUnitLetters[static_cast<std::size_t>(type.unit)];
  if (type.kind == Kind::kTimestamp) return std::string("ts") + unit + ":" + type.timezone;
  if (type.kind == Kind::kDecimal) return "d:" + std::to_string(type.precision) + "," + std::to_string(type.scale);
  if (type.kind == Kind::kFixedBinary) return "w:" + std::to_string(type.width);
  const bool by_unit = type.kind == Kind::kTime32 || type.kind == Kind::kTime64 || type.kind == Kind::kDuration;
  for (const Simple& simple : kSimple) {
    if (simple.kind == type.kind && (!by_unit || simple.unit == type.unit)) return std::string(simple.format);
  }
  return "n";
}

Result<ParsedFormat> parse_format(std::string_view format) {
  for (const Simple& simple : kSimple) {
    if (simple.format != format) continue;
    Type type = of(simple.kind);
    type.unit = simple.unit;
    return ParsedFormat{std::move(type), simple.layout, simple.bytes};
  }
  if (format.starts_with("ts") && format.size() >= 4 && format[3] == ':') {
    const std::size_t unit = kUnitLetters.find(format[2]);
    if (unit == std::string_view::npos) return unsupported(format);
    return ParsedFormat{timestamp(static_cast<Unit>(unit), std::string(format.substr(4))), Layout::kFixed, 8};
  }
  if (format.starts_with("w:")) {
    const auto width = number(format.substr(2));
    if (!width) return unsupported(format);
    return ParsedFormat{fixed_binary(*width), Layout::kFixed, *width};
  }
  if (format.starts_with("d:")) return parse_decimal(format);
  return unsupported(format);
}

}  // namespace floe::arrow
