#include "manifest/partition_plan.hpp"

#include "manifest/fields.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

namespace {

const avro::Node* without_null(const avro::Node* node) {
  if (node->kind != avro::Kind::kUnion) return node;
  const avro::Node* found = nullptr;
  for (const avro::NodePtr& child : node->children) {
    if (child->kind != avro::Kind::kNull) found = child.get();
  }
  return found;
}

const avro::Node* child_record(const avro::Node& record, std::int32_t id, std::string_view name) {
  for (const avro::RecordField& field : record.fields) {
    const bool matches = field.field_id ? *field.field_id == id : field.name == name;
    if (!matches) continue;
    const avro::Node* node = without_null(field.type.get());
    return node != nullptr && node->kind == avro::Kind::kRecord ? node : nullptr;
  }
  return nullptr;
}

// Which decoded values a type takes. What an Avro type lacks in logical type (older writers), the wanted type supplies.
enum class Family { kInteger, kReal, kBoolean, kBytes, kNone };

Family family_of(const Type& type) {
  switch (type.id()) {
    case TypeId::kBoolean:
      return Family::kBoolean;
    case TypeId::kFloat:
    case TypeId::kDouble:
      return Family::kReal;
    case TypeId::kString:
    case TypeId::kUuid:
    case TypeId::kFixed:
    case TypeId::kBinary:
    case TypeId::kDecimal:
      return Family::kBytes;
    case TypeId::kUnknown:
      return Family::kNone;
    default:
      return Family::kInteger;
  }
}

Result<Type> resolve(const avro::RecordField& field, const Type* wanted) {
  const avro::Node* node = without_null(field.type.get());
  if (node == nullptr || node->kind == avro::Kind::kNull) return wanted == nullptr ? Type() : *wanted;
  Type stored = FLOE_TRY(avro::iceberg_type(*node).with_context(fmt::format("partition field `{}`", field.name)));
  if (wanted == nullptr || wanted->id() == TypeId::kUnknown) return stored;
  if (family_of(*wanted) != family_of(stored)) {
    return failf(ErrorCode::kData, "partition field `{}` is stored as `{}`, which is no `{}`", field.name,
                 stored.to_string(), wanted->to_string());
  }
  return *wanted;
}

}  // namespace

Result<PartitionPlan> plan_partition(const avro::Node& manifest_entry, const std::optional<Type>& wanted) {
  PartitionPlan plan;
  if (wanted) plan.wanted = *wanted;
  const avro::Node* data_file = child_record(manifest_entry, field_id::kDataFile, "data_file");
  const avro::Node* partition =
      data_file == nullptr ? nullptr : child_record(*data_file, field_id::kPartition, "partition");
  const std::size_t stored_count = partition == nullptr ? 0 : partition->fields.size();
  for (std::size_t i = 0; i < stored_count; ++i) {
    const avro::Node* node = without_null(partition->fields[i].type.get());
    if (node != nullptr && node->kind == avro::Kind::kFixed && node->logical_type.empty()) plan.has_fixed = true;
  }
  if (!wanted) {
    for (std::size_t i = 0; i < stored_count; ++i) {
      const avro::RecordField& field = partition->fields[i];
      plan.types.push_back(FLOE_TRY(resolve(field, nullptr)));
      plan.targets.push_back({field.field_id.value_or(0), field.name, avro::Wanted::kAnyPrimitive,
                              kPartitionSlot + static_cast<std::int32_t>(i)});
    }
    return plan;
  }
  for (const Field& field : plan.wanted.fields()) {
    const auto slot = kPartitionSlot + static_cast<std::int32_t>(plan.types.size());
    plan.types.push_back(field.type);
    plan.targets.push_back({field.id, field.name, avro::Wanted::kAnyPrimitive, slot});
    for (std::size_t i = 0; i < stored_count; ++i) {
      const avro::RecordField& stored = partition->fields[i];
      if (stored.field_id ? *stored.field_id != field.id : stored.name != field.name) continue;
      plan.types.back() = FLOE_TRY(resolve(stored, &field.type));
    }
  }
  return plan;
}

bool store_boolean(const Type& type, bool value, std::optional<Literal>* out) {
  if (family_of(type) != Family::kBoolean) return false;
  *out = Literal{type, value};
  return true;
}

bool store_integer(const Type& type, std::int64_t value, std::optional<Literal>* out) {
  if (family_of(type) != Family::kInteger) return false;
  const bool is_narrow = type.id() == TypeId::kInt || type.id() == TypeId::kDate;
  if (is_narrow && (value < INT32_MIN || value > INT32_MAX)) return false;
  *out = Literal{type, value};
  return true;
}

bool store_real(const Type& type, double value, std::optional<Literal>* out) {
  if (family_of(type) != Family::kReal) return false;
  if (type.id() == TypeId::kFloat) {
    *out = Literal{type, static_cast<float>(value)};
  } else {
    *out = Literal{type, value};
  }
  return true;
}

bool store_bytes(const Type& type, std::string_view bytes, std::optional<Literal>* out) {
  switch (type.id()) {
    case TypeId::kDecimal: {
      const std::optional<Int128> unscaled = decimal_from_bytes(bytes);
      if (!unscaled) return false;
      *out = Literal{type, *unscaled};
      return true;
    }
    case TypeId::kUuid: {
      if (bytes.size() == 16) {
        *out = Literal{type, std::string(bytes)};
        return true;
      }
      std::optional<std::string> parsed = uuid_from_text(bytes);  // Avro's own uuid is a string
      if (!parsed) return false;
      *out = Literal{type, *std::move(parsed)};
      return true;
    }
    case TypeId::kFixed:
      if (bytes.size() != static_cast<std::size_t>(type.length())) return false;
      *out = Literal{type, std::string(bytes)};
      return true;
    default:
      if (family_of(type) != Family::kBytes) return false;
      *out = Literal{type, std::string(bytes)};
      return true;
  }
}

}  // namespace floe::iceberg
