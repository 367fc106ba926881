#include "parquet/stored_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floe::iceberg::parquet {

namespace {

std::string_view physical_name(PhysicalType type) {
  switch (type) {
    case PhysicalType::kBoolean:
      return "BOOLEAN";
    case PhysicalType::kInt32:
      return "INT32";
    case PhysicalType::kInt64:
      return "INT64";
    case PhysicalType::kInt96:
      return "INT96";
    case PhysicalType::kFloat:
      return "FLOAT";
    case PhysicalType::kDouble:
      return "DOUBLE";
    case PhysicalType::kByteArray:
      return "BYTE_ARRAY";
    case PhysicalType::kFixedLenByteArray:
      return "FIXED_LEN_BYTE_ARRAY";
    case PhysicalType::kNone:
      break;
  }
  return "group";
}

std::string_view logical_name(const LogicalType& logical) {
  switch (logical.kind) {
    case LogicalKind::kInteger:
      return logical.is_signed ? "integer" : "unsigned integer";
    case LogicalKind::kTime:
      return logical.unit == TimeUnit::kNanos ? "time in nanoseconds" : "time";
    case LogicalKind::kTimestamp:
      return logical.unit == TimeUnit::kNanos ? "timestamp in nanoseconds" : "timestamp";
    case LogicalKind::kNull:
      return "null";
    case LogicalKind::kFloat16:
      return "float16";
    case LogicalKind::kVariant:
      return "variant";
    case LogicalKind::kGeometry:
      return "geometry";
    case LogicalKind::kGeography:
      return "geography";
    case LogicalKind::kInterval:
      return "interval";
    case LogicalKind::kDecimal:
      return "decimal";
    case LogicalKind::kDate:
      return "date";
    case LogicalKind::kString:
      return "string";
    default:
      return "";
  }
}

std::string spelling(const SchemaElement& element) {
  const auto logical = logical_name(element.logical);
  if (logical.empty()) return std::string(physical_name(element.type));
  return fmt::format("{} ({})", physical_name(element.type), logical);
}

std::optional<Type> int32_type(const LogicalType& logical) {
  switch (logical.kind) {
    case LogicalKind::kNone:
      return Type(TypeId::kInt);
    case LogicalKind::kInteger:
      return logical.is_signed || logical.bit_width < 32 ? Type(TypeId::kInt) : Type(TypeId::kLong);
    case LogicalKind::kDate:
      return Type(TypeId::kDate);
    case LogicalKind::kTime:
      return Type(TypeId::kTime);
    default:
      return std::nullopt;
  }
}

std::optional<Type> timestamp_type(const LogicalType& logical) {
  if (logical.unit == TimeUnit::kNanos)
    return logical.is_adjusted_to_utc ? TypeId::kTimestampTzNs : TypeId::kTimestampNs;
  return logical.is_adjusted_to_utc ? TypeId::kTimestampTz : TypeId::kTimestamp;
}

std::optional<Type> int64_type(const LogicalType& logical) {
  switch (logical.kind) {
    case LogicalKind::kNone:
      return Type(TypeId::kLong);
    case LogicalKind::kInteger:
      if (!logical.is_signed) return std::nullopt;
      return Type(TypeId::kLong);
    case LogicalKind::kTime:
      if (logical.unit == TimeUnit::kNanos) return std::nullopt;
      return Type(TypeId::kTime);
    case LogicalKind::kTimestamp:
      return timestamp_type(logical);
    default:
      return std::nullopt;
  }
}

std::optional<Type> bytes_type(const LogicalType& logical) {
  switch (logical.kind) {
    case LogicalKind::kString:
    case LogicalKind::kEnum:
    case LogicalKind::kJson:
      return Type(TypeId::kString);
    case LogicalKind::kNone:
    case LogicalKind::kBson:
      return Type(TypeId::kBinary);
    default:
      return std::nullopt;
  }
}

std::optional<Type> fixed_type(const SchemaElement& element) {
  if (element.logical.kind == LogicalKind::kUuid) return Type(TypeId::kUuid);
  if (element.logical.kind == LogicalKind::kNone) return Type::fixed(element.type_length);
  return std::nullopt;
}

std::optional<Type> primitive_type(const SchemaElement& element) {
  const auto& logical = element.logical;
  const bool may_be_decimal = element.type == PhysicalType::kInt32 || element.type == PhysicalType::kInt64 ||
                              element.type == PhysicalType::kByteArray ||
                              element.type == PhysicalType::kFixedLenByteArray;
  if (logical.kind == LogicalKind::kDecimal && may_be_decimal) return Type::decimal(logical.precision, logical.scale);
  switch (element.type) {
    case PhysicalType::kBoolean:
      return Type(TypeId::kBoolean);
    case PhysicalType::kInt32:
      return int32_type(logical);
    case PhysicalType::kInt64:
      return int64_type(logical);
    case PhysicalType::kInt96:
      return Type(TypeId::kTimestamp);
    case PhysicalType::kFloat:
      return Type(TypeId::kFloat);
    case PhysicalType::kDouble:
      return Type(TypeId::kDouble);
    case PhysicalType::kByteArray:
      return bytes_type(logical);
    case PhysicalType::kFixedLenByteArray:
      return fixed_type(element);
    case PhysicalType::kNone:
      break;
  }
  return std::nullopt;
}

class ShapeReader {
 public:
  explicit ShapeReader(const FileMetadata& footer) : footer_(footer), has_bounds_(footer.schema.size(), false) {
    for (std::size_t leaf = 0; leaf < footer.leaves.size(); ++leaf) {
      has_bounds_[footer.leaves[leaf]] =
          std::any_of(footer.row_groups.begin(), footer.row_groups.end(), [&](const RowGroup& group) {
            const auto& statistics = group.columns[leaf].statistics;
            return statistics.min_value || statistics.max_value || statistics.deprecated_min ||
                   statistics.deprecated_max;
          });
    }
  }

  std::vector<StoredField> fields_of(std::size_t index) {
    std::vector<StoredField> fields;
    for (const auto child : footer_.schema[index].children)
      fields.push_back(field(child));
    return fields;
  }

  [[nodiscard]] bool has_ids() const { return has_ids_; }

 private:
  StoredField field(std::size_t index) {
    const auto& element = footer_.schema[index];
    StoredField result = element.repetition == Repetition::kRepeated ? unreadable("repeated field") : unmarked(index);
    result.id = element.field_id;
    result.name = element.name;
    has_ids_ = has_ids_ || element.field_id.has_value();
    return result;
  }

  StoredField unmarked(std::size_t index) {
    const auto& element = footer_.schema[index];
    if (element.is_leaf()) return leaf(index);
    switch (element.logical.kind) {
      case LogicalKind::kList:
        return list(index);
      case LogicalKind::kMap:
        return map(index);
      case LogicalKind::kNone: {
        StoredField result;
        result.kind = StoredKind::kStruct;
        result.text = "group";
        result.children = fields_of(index);
        return result;
      }
      default:
        return unreadable(spelling(element));
    }
  }

  StoredField leaf(std::size_t index) {
    const auto& element = footer_.schema[index];
    auto type = primitive_type(element);
    if (!type) return unreadable(spelling(element));
    StoredField result;
    result.type = *std::move(type);
    result.text = spelling(element);
    result.has_bounds = has_bounds_[index];
    return result;
  }

  // The repeated group of the three-level form; nothing for the older forms, whose meaning is a guess.
  [[nodiscard]] const SchemaElement* repeated_group(std::size_t index, std::size_t children) const {
    const auto& element = footer_.schema[index];
    if (element.children.size() != 1) return nullptr;
    const auto& group = footer_.schema[element.children.front()];
    if (group.is_leaf() || group.repetition != Repetition::kRepeated || group.children.size() != children) {
      return nullptr;
    }
    return &group;
  }

  StoredField list(std::size_t index) {
    const auto* group = repeated_group(index, 1);
    const auto& name = footer_.schema[index].name;
    if (group == nullptr || group->name == "array" || group->name == name + "_tuple") {
      return unreadable("list in the old two-level form");
    }
    StoredField result;
    result.kind = StoredKind::kList;
    result.text = "list";
    result.children.push_back(field(group->children.front()));
    return result;
  }

  StoredField map(std::size_t index) {
    const auto* group = repeated_group(index, 2);
    if (group == nullptr) return unreadable("map without key and value");
    StoredField result;
    result.kind = StoredKind::kMap;
    result.text = "map";
    for (const auto child : group->children)
      result.children.push_back(field(child));
    return result;
  }

  static StoredField unreadable(std::string text) {
    StoredField result;
    result.kind = StoredKind::kUnreadable;
    result.text = std::move(text);
    return result;
  }

  const FileMetadata& footer_;
  std::vector<bool> has_bounds_;  // by element
  bool has_ids_ = false;
};

}  // namespace

FileShape file_shape(const FileMetadata& footer) {
  ShapeReader reader(footer);
  FileShape shape;
  if (!footer.schema.empty()) shape.columns = reader.fields_of(0);
  shape.created_by = footer.created_by;
  shape.row_count = footer.row_count;
  shape.has_ids = reader.has_ids();
  return shape;
}

}  // namespace floe::iceberg::parquet
