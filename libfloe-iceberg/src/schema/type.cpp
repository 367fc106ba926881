#include "schema/type.hpp"

#include "base/fail.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace floe::iceberg {

namespace {

struct TypeName {
  TypeId id;
  std::string_view text;
};

constexpr std::array kNames = {
    TypeName{TypeId::kBoolean, "boolean"},
    TypeName{TypeId::kInt, "int"},
    TypeName{TypeId::kLong, "long"},
    TypeName{TypeId::kFloat, "float"},
    TypeName{TypeId::kDouble, "double"},
    TypeName{TypeId::kDate, "date"},
    TypeName{TypeId::kTime, "time"},
    TypeName{TypeId::kTimestamp, "timestamp"},
    TypeName{TypeId::kTimestampTz, "timestamptz"},
    TypeName{TypeId::kString, "string"},
    TypeName{TypeId::kUuid, "uuid"},
    TypeName{TypeId::kBinary, "binary"},
    TypeName{TypeId::kTimestampNs, "timestamp_ns"},
    TypeName{TypeId::kTimestampTzNs, "timestamptz_ns"},
    TypeName{TypeId::kUnknown, "unknown"},
    TypeName{TypeId::kVariant, "variant"},
    TypeName{TypeId::kGeometry, "geometry"},
    TypeName{TypeId::kGeography, "geography"},
};

std::string_view name_of(TypeId id) {
  for (const TypeName& name : kNames) {
    if (name.id == id) return name.text;
  }
  return "unknown";
}

std::string_view strip(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

std::optional<std::int32_t> to_int(std::string_view text) {
  text = strip(text);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The text between `open` and `close` when `text` is `name` + open + inner + close.
std::optional<std::string_view> inner_text(std::string_view text, std::string_view name, char open, char close) {
  if (!text.starts_with(name)) return std::nullopt;
  const std::string_view rest = strip(text.substr(name.size()));
  if (rest.size() < 2 || rest.front() != open || rest.back() != close) return std::nullopt;
  return rest.substr(1, rest.size() - 2);
}

const std::vector<Field>& no_fields() {
  static const std::vector<Field> kNone;
  return kNone;
}

}  // namespace

Type Type::decimal(std::int32_t precision, std::int32_t scale) {
  Type type(TypeId::kDecimal);
  type.first_ = precision;
  type.second_ = scale;
  return type;
}

Type Type::fixed(std::int32_t length) {
  Type type(TypeId::kFixed);
  type.first_ = length;
  return type;
}

Type Type::geo(TypeId id, std::string text) {
  Type type(id);
  type.text_ = std::make_shared<const std::string>(std::move(text));
  return type;
}

Type Type::structure(std::vector<Field> fields) {
  Type type(TypeId::kStruct);
  type.fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

Type Type::list(std::int32_t element_id, bool element_required, Type element) {
  Type type(TypeId::kList);
  std::vector<Field> fields;
  fields.push_back(Field{element_id, "element", element_required, std::move(element), {}, {}, {}});
  type.fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

Type Type::map(std::int32_t key_id, Type key, std::int32_t value_id, bool value_required, Type value) {
  Type type(TypeId::kMap);
  std::vector<Field> fields;
  fields.push_back(Field{key_id, "key", true, std::move(key), {}, {}, {}});
  fields.push_back(Field{value_id, "value", value_required, std::move(value), {}, {}, {}});
  type.fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

const std::vector<Field>& Type::fields() const { return fields_ ? *fields_ : no_fields(); }

const Field& Type::element() const {
  FLOE_ASSERT(id_ == TypeId::kList);
  return (*fields_)[0];
}

const Field& Type::key() const {
  FLOE_ASSERT(id_ == TypeId::kMap);
  return (*fields_)[0];
}

const Field& Type::value() const {
  FLOE_ASSERT(id_ == TypeId::kMap);
  return (*fields_)[1];
}

std::string Type::to_string() const {
  switch (id_) {
    case TypeId::kDecimal:
      return fmt::format("decimal({}, {})", first_, second_);
    case TypeId::kFixed:
      return fmt::format("fixed[{}]", first_);
    case TypeId::kList:
      return fmt::format("list<{}>", element().type.to_string());
    case TypeId::kMap:
      return fmt::format("map<{}, {}>", key().type.to_string(), value().type.to_string());
    case TypeId::kStruct: {
      std::string text = "struct<";
      for (const Field& field : fields()) {
        if (text.back() != '<') text += ", ";
        text += fmt::format("{}: {}: {} {}", field.id, field.name, field.required ? "required" : "optional",
                            field.type.to_string());
      }
      return text + ">";
    }
    default:
      return text_ ? *text_ : std::string(name_of(id_));
  }
}

bool operator==(const Type& left, const Type& right) {
  if (left.id_ != right.id_ || left.first_ != right.first_ || left.second_ != right.second_) return false;
  if ((left.text_ == nullptr) != (right.text_ == nullptr)) return false;
  if (left.text_ && *left.text_ != *right.text_) return false;
  return left.fields_ == right.fields_ || left.fields() == right.fields();
}

Result<Type> parse_primitive_type(std::string_view text) {
  for (const TypeName& name : kNames) {
    if (name.text == text) return Type(name.id);
  }
  if (const auto inner = inner_text(text, "decimal", '(', ')')) {
    const std::size_t comma = inner->find(',');
    if (comma != std::string_view::npos) {
      const auto precision = to_int(inner->substr(0, comma));
      const auto scale = to_int(inner->substr(comma + 1));
      if (precision && scale && *precision >= 1 && *precision <= 38 && *scale >= 0 && *scale <= *precision) {
        return Type::decimal(*precision, *scale);
      }
    }
    return failf(ErrorCode::kData, "type `{}` is not decimal(P, S) with 1 <= P <= 38 and 0 <= S <= P", text);
  }
  if (const auto inner = inner_text(text, "fixed", '[', ']')) {
    const auto length = to_int(*inner);
    if (length && *length >= 0) return Type::fixed(*length);
    return failf(ErrorCode::kData, "type `{}` is not fixed[LENGTH]", text);
  }
  if (inner_text(text, "geometry", '(', ')')) return Type::geo(TypeId::kGeometry, std::string(text));
  if (inner_text(text, "geography", '(', ')')) return Type::geo(TypeId::kGeography, std::string(text));
  return failf(ErrorCode::kData, "`{}` is not an Iceberg type", text);
}

Status check_writable(const Type& type) {
  for (const Field& field : type.fields()) {
    switch (field.type.id()) {
      case TypeId::kTimestampNs:
      case TypeId::kTimestampTzNs:
      case TypeId::kUnknown:
      case TypeId::kVariant:
      case TypeId::kGeometry:
      case TypeId::kGeography:
        return failf(ErrorCode::kUnsupported,
                     "column `{}` has type `{}`, which needs format version 3; floe writes version 2", field.name,
                     field.type.to_string());
      default:
        break;
    }
    if (field.initial_default_json || field.write_default_json) {
      return failf(ErrorCode::kUnsupported,
                   "column `{}` has a default value, which needs format version 3; floe writes version 2", field.name);
    }
    FLOE_TRY(check_writable(field.type).with_context(fmt::format("in `{}`", field.name)));
  }
  return ok();
}

bool can_promote(const Type& from, const Type& to) {
  if (from == to) return from.is_primitive();
  switch (from.id()) {
    case TypeId::kInt:
      return to.id() == TypeId::kLong;
    case TypeId::kFloat:
      return to.id() == TypeId::kDouble;
    case TypeId::kDecimal:
      return to.id() == TypeId::kDecimal && from.scale() == to.scale() && from.precision() <= to.precision();
    default:
      return false;
  }
}

std::int32_t decimal_required_bytes(std::int32_t precision) {
  // ceil((precision * log2(10) + 1 sign bit) / 8), by table: exact for all 38.
  static constexpr std::array<std::int8_t, 39> kBytes = {0,  1,  1,  2,  2,  3,  3,  4,  4,  4,  5,  5,  6,
                                                         6,  6,  7,  7,  8,  8,  9,  9,  9,  10, 10, 11, 11,
                                                         11, 12, 12, 13, 13, 13, 14, 14, 15, 15, 16, 16, 16};
  FLOE_ASSERT(precision >= 1 && precision <= 38);
  return kBytes[static_cast<std::size_t>(precision)];
}

}  // namespace floe::iceberg
