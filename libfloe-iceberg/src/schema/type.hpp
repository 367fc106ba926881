// Iceberg types. A Type is a small immutable value: nested parts are shared, so copies are cheap.
#pragma once

#include "base/result.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe {
namespace json = boost::json;
}

namespace floe::iceberg {

enum class TypeId : std::uint8_t {
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kTimestampTz,
  kString,
  kUuid,
  kFixed,
  kBinary,
  // v3: parsed and printed; tables of v2 that would contain one are refused by check_writable().
  kTimestampNs,
  kTimestampTzNs,
  kUnknown,
  kVariant,
  kGeometry,
  kGeography,
  kStruct,
  kList,
  kMap,
};

struct Field;

class Type {
 public:
  Type() = default;  // unknown

  Type(TypeId id) : id_(id) {}  // NOLINT: implicit by design; a type without parameters

  static Type decimal(std::int32_t precision, std::int32_t scale);
  static Type fixed(std::int32_t length);
  static Type geo(TypeId id, std::string text);  // geometry/geography; `text` is the whole spelling
  static Type structure(std::vector<Field> fields);
  // Field names `element`, `key`, `value`; a map key is always required.
  static Type list(std::int32_t element_id, bool element_required, Type element);
  static Type map(std::int32_t key_id, Type key, std::int32_t value_id, bool value_required, Type value);

  [[nodiscard]] TypeId id() const { return id_; }

  [[nodiscard]] bool is_nested() const { return id_ >= TypeId::kStruct; }

  [[nodiscard]] bool is_primitive() const { return !is_nested(); }

  [[nodiscard]] std::int32_t precision() const { return first_; }  // decimal

  [[nodiscard]] std::int32_t scale() const { return second_; }  // decimal

  [[nodiscard]] std::int32_t length() const { return first_; }  // fixed

  // struct: its fields; list: {element}; map: {key, value}; otherwise empty.
  [[nodiscard]] const std::vector<Field>& fields() const;
  [[nodiscard]] const Field& element() const;  // list only
  [[nodiscard]] const Field& key() const;      // map only
  [[nodiscard]] const Field& value() const;    // map only

  // `long`, `decimal(9, 2)`, `fixed[16]`, `struct<1: a: optional int>`, `list<string>`, `map<string, int>`.
  [[nodiscard]] std::string to_string() const;

  // Structure, ids, names, docs and requiredness.
  friend bool operator==(const Type& left, const Type& right);

 private:
  TypeId id_ = TypeId::kUnknown;
  std::int32_t first_ = 0;
  std::int32_t second_ = 0;
  std::shared_ptr<const std::vector<Field>> fields_;
  std::shared_ptr<const std::string> text_;
};

struct Field {
  std::int32_t id = 0;
  std::string name;
  bool required = false;
  Type type;
  std::optional<std::string> doc = {};
  // v3 defaults as JSON text (single-value form), kept verbatim.
  std::optional<std::string> initial_default_json = {};
  std::optional<std::string> write_default_json = {};

  friend bool operator==(const Field& left, const Field& right) = default;
};

// `int`, `decimal(9,2)`, `decimal(9, 2)`, `fixed[16]`, ... kData names the text when it is no primitive type.
Result<Type> parse_primitive_type(std::string_view text);

// The JSON of a type: a string, or an object of struct, list or map. Depth is limited to 100.
Result<Type> type_from_json(const json::value& value);
json::value type_to_json(const Type& type);

// kUnsupported naming the first field whose type a table of format version 2 cannot hold.
Status check_writable(const Type& type);

// int->long, float->double, wider decimal of equal scale; equal primitives are fine too. v2 rules.
bool can_promote(const Type& from, const Type& to);

// Minimal bytes of a decimal(precision, _) as a fixed: 4 for 9, 8 for 18, 16 for 38.
std::int32_t decimal_required_bytes(std::int32_t precision);

}  // namespace floe::iceberg
