#include "otlp_protobuf.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace floe::otlp {
namespace {

// The kind of a member: on the wire, and how OTLP's JSON spells it.
enum class Kind : std::uint8_t {
  kText,
  kHex,     // bytes
  kBase64,  // bytes
  kBool,
  kVarint,   // int64, uint32, enums
  kFixed64,  // fixed64, sfixed64
  kFixed32,
  kDouble,
  kMessage,
  kMessages,  // repeated
};

struct Field;
using Message = std::span<const Field> (*)();  // a function, since values hold values

struct Field {
  std::string_view name;
  std::uint32_t number;
  Kind kind;
  Message message = nullptr;
};

// --- The messages of opentelemetry-proto 1.x, common.proto first

std::span<const Field> any_value();

std::span<const Field> array_value() {
  static constexpr Field kFields[] = {{"values", 1, Kind::kMessages, any_value}};
  return kFields;
}

std::span<const Field> key_value() {
  static constexpr Field kFields[] = {{"key", 1, Kind::kText}, {"value", 2, Kind::kMessage, any_value}};
  return kFields;
}

std::span<const Field> key_value_list() {
  static constexpr Field kFields[] = {{"values", 1, Kind::kMessages, key_value}};
  return kFields;
}

std::span<const Field> any_value() {
  static constexpr Field kFields[] = {{"stringValue", 1, Kind::kText},
                                      {"boolValue", 2, Kind::kBool},
                                      {"intValue", 3, Kind::kVarint},
                                      {"doubleValue", 4, Kind::kDouble},
                                      {"arrayValue", 5, Kind::kMessage, array_value},
                                      {"kvlistValue", 6, Kind::kMessage, key_value_list},
                                      {"bytesValue", 7, Kind::kBase64}};
  return kFields;
}

std::span<const Field> scope() {
  static constexpr Field kFields[] = {{"name", 1, Kind::kText},
                                      {"version", 2, Kind::kText},
                                      {"attributes", 3, Kind::kMessages, key_value},
                                      {"droppedAttributesCount", 4, Kind::kVarint}};
  return kFields;
}

std::span<const Field> resource() {
  static constexpr Field kFields[] = {{"attributes", 1, Kind::kMessages, key_value},
                                      {"droppedAttributesCount", 2, Kind::kVarint}};
  return kFields;
}

// --- trace.proto

std::span<const Field> span_event() {
  static constexpr Field kFields[] = {{"timeUnixNano", 1, Kind::kFixed64},
                                      {"name", 2, Kind::kText},
                                      {"attributes", 3, Kind::kMessages, key_value},
                                      {"droppedAttributesCount", 4, Kind::kVarint}};
  return kFields;
}

std::span<const Field> span_link() {
  static constexpr Field kFields[] = {{"traceId", 1, Kind::kHex},
                                      {"spanId", 2, Kind::kHex},
                                      {"traceState", 3, Kind::kText},
                                      {"attributes", 4, Kind::kMessages, key_value},
                                      {"droppedAttributesCount", 5, Kind::kVarint},
                                      {"flags", 6, Kind::kFixed32}};
  return kFields;
}

std::span<const Field> status() {
  static constexpr Field kFields[] = {{"message", 2, Kind::kText}, {"code", 3, Kind::kVarint}};
  return kFields;
}

std::span<const Field> span() {
  static constexpr Field kFields[] = {{"traceId", 1, Kind::kHex},
                                      {"spanId", 2, Kind::kHex},
                                      {"traceState", 3, Kind::kText},
                                      {"parentSpanId", 4, Kind::kHex},
                                      {"name", 5, Kind::kText},
                                      {"kind", 6, Kind::kVarint},
                                      {"startTimeUnixNano", 7, Kind::kFixed64},
                                      {"endTimeUnixNano", 8, Kind::kFixed64},
                                      {"attributes", 9, Kind::kMessages, key_value},
                                      {"droppedAttributesCount", 10, Kind::kVarint},
                                      {"events", 11, Kind::kMessages, span_event},
                                      {"droppedEventsCount", 12, Kind::kVarint},
                                      {"links", 13, Kind::kMessages, span_link},
                                      {"droppedLinksCount", 14, Kind::kVarint},
                                      {"status", 15, Kind::kMessage, status},
                                      {"flags", 16, Kind::kFixed32}};
  return kFields;
}

std::span<const Field> scope_spans() {
  static constexpr Field kFields[] = {
      {"scope", 1, Kind::kMessage, scope}, {"spans", 2, Kind::kMessages, span}, {"schemaUrl", 3, Kind::kText}};
  return kFields;
}

std::span<const Field> resource_spans() {
  static constexpr Field kFields[] = {{"resource", 1, Kind::kMessage, resource},
                                      {"scopeSpans", 2, Kind::kMessages, scope_spans},
                                      {"schemaUrl", 3, Kind::kText}};
  return kFields;
}

// --- metrics.proto: numbers; floe records no histograms

std::span<const Field> number_point() {
  static constexpr Field kFields[] = {{"startTimeUnixNano", 2, Kind::kFixed64},
                                      {"timeUnixNano", 3, Kind::kFixed64},
                                      {"asDouble", 4, Kind::kDouble},
                                      {"asInt", 6, Kind::kFixed64},
                                      {"attributes", 7, Kind::kMessages, key_value},
                                      {"flags", 8, Kind::kVarint}};
  return kFields;
}

std::span<const Field> gauge() {
  static constexpr Field kFields[] = {{"dataPoints", 1, Kind::kMessages, number_point}};
  return kFields;
}

std::span<const Field> sum() {
  static constexpr Field kFields[] = {{"dataPoints", 1, Kind::kMessages, number_point},
                                      {"aggregationTemporality", 2, Kind::kVarint},
                                      {"isMonotonic", 3, Kind::kBool}};
  return kFields;
}

std::span<const Field> metric() {
  static constexpr Field kFields[] = {{"name", 1, Kind::kText},        {"description", 2, Kind::kText},
                                      {"unit", 3, Kind::kText},        {"gauge", 5, Kind::kMessage, gauge},
                                      {"sum", 7, Kind::kMessage, sum}, {"metadata", 12, Kind::kMessages, key_value}};
  return kFields;
}

std::span<const Field> scope_metrics() {
  static constexpr Field kFields[] = {
      {"scope", 1, Kind::kMessage, scope}, {"metrics", 2, Kind::kMessages, metric}, {"schemaUrl", 3, Kind::kText}};
  return kFields;
}

std::span<const Field> resource_metrics() {
  static constexpr Field kFields[] = {{"resource", 1, Kind::kMessage, resource},
                                      {"scopeMetrics", 2, Kind::kMessages, scope_metrics},
                                      {"schemaUrl", 3, Kind::kText}};
  return kFields;
}

// --- logs.proto

std::span<const Field> log_record() {
  static constexpr Field kFields[] = {{"timeUnixNano", 1, Kind::kFixed64},
                                      {"severityNumber", 2, Kind::kVarint},
                                      {"severityText", 3, Kind::kText},
                                      {"body", 5, Kind::kMessage, any_value},
                                      {"attributes", 6, Kind::kMessages, key_value},
                                      {"droppedAttributesCount", 7, Kind::kVarint},
                                      {"flags", 8, Kind::kFixed32},
                                      {"traceId", 9, Kind::kHex},
                                      {"spanId", 10, Kind::kHex},
                                      {"observedTimeUnixNano", 11, Kind::kFixed64},
                                      {"eventName", 12, Kind::kText}};
  return kFields;
}

std::span<const Field> scope_logs() {
  static constexpr Field kFields[] = {{"scope", 1, Kind::kMessage, scope},
                                      {"logRecords", 2, Kind::kMessages, log_record},
                                      {"schemaUrl", 3, Kind::kText}};
  return kFields;
}

std::span<const Field> resource_logs() {
  static constexpr Field kFields[] = {{"resource", 1, Kind::kMessage, resource},
                                      {"scopeLogs", 2, Kind::kMessages, scope_logs},
                                      {"schemaUrl", 3, Kind::kText}};
  return kFields;
}

// The three requests number their one member alike; a request has one of them.
std::span<const Field> request_message() {
  static constexpr Field kFields[] = {{"resourceSpans", 1, Kind::kMessages, resource_spans},
                                      {"resourceMetrics", 1, Kind::kMessages, resource_metrics},
                                      {"resourceLogs", 1, Kind::kMessages, resource_logs}};
  return kFields;
}

// --- The wire

enum class Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void put_varint(std::string* out, std::uint64_t value) {
  constexpr std::uint64_t kMore = 0x80;
  for (; value >= kMore; value >>= 7U)
    out->push_back(static_cast<char>((value & 0x7FU) | kMore));
  out->push_back(static_cast<char>(value));
}

void put_tag(std::string* out, const Field& field, Wire wire) {
  put_varint(out, (std::uint64_t{field.number} << 3U) | static_cast<std::uint64_t>(wire));
}

void put_little_endian(std::string* out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i)
    out->push_back(static_cast<char>((value >> static_cast<unsigned>(8 * i)) & 0xFFU));
}

void put_bytes(std::string* out, const Field& field, std::string_view bytes) {
  put_tag(out, field, Wire::kBytes);
  put_varint(out, bytes.size());
  *out += bytes;
}

Error wrong(const Field& field, std::string_view wanted) {
  return failf(ErrorCode::kData, "`{}` of an OTLP request is no {}", field.name, wanted);
}

// Integers are numbers or, when they have 64 bits, texts.
std::optional<std::uint64_t> integer(const json::value& value) {
  if (value.is_int64()) return static_cast<std::uint64_t>(value.get_int64());
  if (value.is_uint64()) return value.get_uint64();
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = to_view(value.get_string());
  const char* begin = text.data();
  const char* end = begin + text.size();
  std::int64_t negative = 0;
  std::uint64_t positive = 0;
  if (text.starts_with('-')) {
    const auto read = std::from_chars(begin, end, negative);
    if (read.ec == std::errc() && read.ptr == end) return static_cast<std::uint64_t>(negative);
    return std::nullopt;
  }
  const auto read = std::from_chars(begin, end, positive);
  if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return positive;
}

std::optional<double> real(const json::value& value) {
  if (value.is_double()) return value.get_double();
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = to_view(value.get_string());
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

class Encoder {
 public:
  Status put_message(std::string* out, const json::object& object, Message message) {
    for (const Field& field : message()) {
      const json::value* value = object.if_contains(field.name);
      if (value == nullptr || value->is_null()) continue;
      FLOE_TRY(put_member(out, *value, field));
    }
    return ok();
  }

 private:
  Status put_member(std::string* out, const json::value& value, const Field& field) {
    switch (field.kind) {
      case Kind::kText:
      case Kind::kHex:
      case Kind::kBase64:
        return put_text(out, value, field);
      case Kind::kBool:
      case Kind::kVarint:
      case Kind::kFixed64:
      case Kind::kFixed32:
        return put_integer(out, value, field);
      case Kind::kDouble:
        return put_double(out, value, field);
      case Kind::kMessage:
        return put_nested(out, value, field);
      case Kind::kMessages:
        break;
    }
    const json::array* items = value.if_array();
    if (items == nullptr) return wrong(field, "array");
    for (const json::value& item : *items)
      FLOE_TRY(put_nested(out, item, field));
    return ok();
  }

  static Status put_text(std::string* out, const json::value& value, const Field& field) {
    if (!value.is_string()) return wrong(field, "text");
    const std::string_view written = to_view(value.get_string());
    if (field.kind == Kind::kText) {
      put_bytes(out, field, written);
      return ok();
    }
    const auto bytes = field.kind == Kind::kHex ? text::from_hex(written) : text::from_base64(written);
    if (!bytes) return wrong(field, field.kind == Kind::kHex ? "hexadecimal text" : "base64");
    put_bytes(out, field, *bytes);
    return ok();
  }

  static Status put_integer(std::string* out, const json::value& value, const Field& field) {
    const auto number = value.is_bool() && field.kind == Kind::kBool
                            ? std::optional<std::uint64_t>(value.get_bool() ? 1 : 0)
                            : integer(value);
    if (!number) return wrong(field, "whole number");
    if (field.kind == Kind::kFixed64) {
      put_tag(out, field, Wire::kFixed64);
      put_little_endian(out, *number, 8);
    } else if (field.kind == Kind::kFixed32) {
      put_tag(out, field, Wire::kFixed32);
      put_little_endian(out, *number, 4);
    } else {
      put_tag(out, field, Wire::kVarint);
      put_varint(out, *number);
    }
    return ok();
  }

  static Status put_double(std::string* out, const json::value& value, const Field& field) {
    const auto number = real(value);
    if (!number) return wrong(field, "number");
    put_tag(out, field, Wire::kFixed64);
    put_little_endian(out, std::bit_cast<std::uint64_t>(*number), 8);
    return ok();
  }

  Status put_nested(std::string* out, const json::value& value, const Field& field) {
    constexpr int kMaxDepth = 64;  // protobuf readers stop at 100
    const json::object* object = value.if_object();
    if (object == nullptr) return wrong(field, "object");
    if (++depth_ > kMaxDepth) return fail(ErrorCode::kData, "an OTLP request is nested too deeply");
    std::string inside;
    FLOE_TRY(put_message(&inside, *object, field.message));
    --depth_;
    put_bytes(out, field, inside);
    return ok();
  }

  int depth_ = 0;
};

// Reads the fields of one message, up to its end or to where it is broken.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool next(std::uint32_t* number, std::uint64_t* value, std::string_view* bytes) {
    if (rest_.empty()) return false;
    *value = 0;
    *bytes = {};
    is_broken_ = !read_field(number, value, bytes);
    return !is_broken_;
  }

  [[nodiscard]] bool is_broken() const { return is_broken_; }

 private:
  bool read_field(std::uint32_t* number, std::uint64_t* value, std::string_view* bytes) {
    std::uint64_t tag = 0;
    if (!varint(&tag)) return false;
    *number = static_cast<std::uint32_t>(tag >> 3U);
    switch (static_cast<Wire>(tag & 7U)) {
      case Wire::kVarint:
        return varint(value);
      case Wire::kFixed64:
        return take(8, bytes);
      case Wire::kFixed32:
        return take(4, bytes);
      case Wire::kBytes: {
        std::uint64_t length = 0;
        return varint(&length) && take(length, bytes);
      }
    }
    return false;
  }

  bool varint(std::uint64_t* out) {
    *out = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      *out |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) return true;
    }
    return false;
  }

  bool take(std::uint64_t length, std::string_view* bytes) {
    if (length > rest_.size()) return false;
    *bytes = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return true;
  }

  std::string_view rest_;
  bool is_broken_ = false;
};

}  // namespace

Result<std::string> to_protobuf(std::string_view request) {
  const json::object parsed = FLOE_TRY(parse_json_object(request));
  std::string out;
  FLOE_TRY(Encoder().put_message(&out, parsed, request_message));
  return out;
}

Result<PartialSuccess> partial_success(std::string_view response) {
  PartialSuccess out;
  std::uint32_t number = 0;
  std::uint64_t value = 0;
  std::string_view bytes;
  Reader outer(response);
  while (outer.next(&number, &value, &bytes)) {
    if (number != 1) continue;
    Reader inner(bytes);
    while (inner.next(&number, &value, &bytes)) {
      if (number == 1) out.rejected = static_cast<std::int64_t>(value);
      if (number == 2) out.message = bytes;
    }
    if (inner.is_broken()) return fail(ErrorCode::kData, "the answer is no OTLP response");
  }
  if (outer.is_broken()) return fail(ErrorCode::kData, "the answer is no OTLP response");
  return out;
}

}  // namespace floe::otlp
