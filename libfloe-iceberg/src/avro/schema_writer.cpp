#include "avro/schema_writer.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <unordered_set>

namespace floe::iceberg::avro {

namespace {

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

class Writer {
 public:
  Result<json::value> record(const Type& type, std::string_view name) {
    json::array fields;
    for (const Field& field : type.fields()) {
      json::object object;
      const std::string avro_name = sanitized_name(field.name);
      object["name"] = avro_name;
      json::value value = FLOE_TRY(value_type(field).with_context(fmt::format("field `{}`", field.name)));
      if (field.required || field.type.id() == TypeId::kUnknown) {
        object["type"] = std::move(value);
      } else {
        object["type"] = json::array{"null", std::move(value)};
      }
      if (field.doc) object["doc"] = *field.doc;
      if (!field.required) object["default"] = nullptr;
      if (avro_name != field.name) object["iceberg-field-name"] = field.name;
      object["field-id"] = field.id;
      fields.push_back(std::move(object));
    }
    json::object object;
    object["type"] = "record";
    object["name"] = name;
    object["fields"] = std::move(fields);
    return json::value(std::move(object));
  }

 private:
  static json::value logical(std::string_view type, std::string_view name) {
    json::object object;
    object["type"] = type;
    object["logicalType"] = name;
    return object;
  }

  static json::value timestamp(bool adjust_to_utc) {
    json::value value = logical("long", "timestamp-micros");
    value.get_object()["adjust-to-utc"] = adjust_to_utc;
    return value;
  }

  // A named type is spelled out once; from then on its name stands for it.
  json::value fixed(const std::string& name, std::int32_t size, json::object attributes) {
    if (!defined_.insert(name).second) return json::value(name);
    json::object object;
    object["type"] = "fixed";
    object["name"] = name;
    object["size"] = size;
    for (auto& attribute : attributes)
      object[attribute.key()] = std::move(attribute.value());
    return object;
  }

  json::value decimal(const Type& type) {
    json::object attributes;
    attributes["logicalType"] = "decimal";
    attributes["precision"] = type.precision();
    attributes["scale"] = type.scale();
    return fixed(fmt::format("decimal_{}_{}", type.precision(), type.scale()), decimal_required_bytes(type.precision()),
                 std::move(attributes));
  }

  Result<json::value> map(const Type& type) {
    // Only int keys occur in manifests: Avro's own maps have text keys.
    if (type.key().type.id() == TypeId::kString) return fail(ErrorCode::kUnsupported, "a map with text keys");
    std::vector<Field> fields = {type.key(), type.value()};
    json::value item =
        FLOE_TRY(record(Type::structure(std::move(fields)), fmt::format("k{}_v{}", type.key().id, type.value().id)));
    json::object object;
    object["type"] = "array";
    object["items"] = std::move(item);
    object["logicalType"] = "map";
    return json::value(std::move(object));
  }

  Result<json::value> list(const Type& type) {
    json::value item = FLOE_TRY(value_type(type.element()));
    json::object object;
    object["type"] = "array";
    object["items"] = type.element().required ? std::move(item) : json::value(json::array{"null", std::move(item)});
    object["element-id"] = type.element().id;
    return json::value(std::move(object));
  }

  Result<json::value> value_type(const Field& field) {
    const Type& type = field.type;
    switch (type.id()) {
      case TypeId::kBoolean:
        return json::value("boolean");
      case TypeId::kInt:
        return json::value("int");
      case TypeId::kLong:
        return json::value("long");
      case TypeId::kFloat:
        return json::value("float");
      case TypeId::kDouble:
        return json::value("double");
      case TypeId::kString:
        return json::value("string");
      case TypeId::kBinary:
        return json::value("bytes");
      case TypeId::kDate:
        return logical("int", "date");
      case TypeId::kTime:
        return logical("long", "time-micros");
      case TypeId::kTimestamp:
        return timestamp(false);
      case TypeId::kTimestampTz:
        return timestamp(true);
      case TypeId::kDecimal:
        return decimal(type);
      case TypeId::kUuid:
        return fixed("uuid_fixed", 16, {{"logicalType", "uuid"}});
      case TypeId::kFixed:
        return fixed(fmt::format("fixed_{}", type.length()), type.length(), {});
      case TypeId::kStruct:
        return record(type, fmt::format("r{}", field.id));
      case TypeId::kList:
        return list(type);
      case TypeId::kMap:
        return map(type);
      // A partition field whose source column is gone holds nothing but nulls.
      case TypeId::kUnknown:
        return json::value("null");
      default:
        return failf(ErrorCode::kUnsupported, "type `{}` in a manifest of version 2", type.to_string());
    }
  }

  std::unordered_set<std::string> defined_;
};

}  // namespace

std::string sanitized_name(std::string_view name) {
  std::string out;
  std::size_t position = 0;
  while (position < name.size()) {
    const std::size_t start = position;
    const char32_t c = text::next_code_point(name, &position);
    const bool passes = is_ascii_letter(c) || c == '_' || c >= 0x80 || (is_digit(c) && start > 0);
    if (passes) {
      out.append(name.substr(start, position - start));
    } else if (is_digit(c)) {
      out.push_back('_');
      out.push_back(static_cast<char>(c));
    } else {
      out += fmt::format("_x{:X}", static_cast<std::uint32_t>(c));
    }
  }
  return out;
}

Result<std::string> avro_schema_text(const Type& root, std::string_view record_name) {
  const json::value schema = FLOE_TRY(Writer().record(root, record_name));
  return to_json(schema);
}

}  // namespace floe::iceberg::avro
