#include "scan/literal_column.hpp"

#include <algorithm>

namespace floe::iceberg {

arrow::Type arrow_type_of(const Type& type) {
  using arrow::Kind;
  switch (type.id()) {
    case TypeId::kBoolean:
      return arrow::of(Kind::kBool);
    case TypeId::kInt:
      return arrow::of(Kind::kInt32);
    case TypeId::kLong:
      return arrow::of(Kind::kInt64);
    case TypeId::kFloat:
      return arrow::of(Kind::kFloat);
    case TypeId::kDouble:
      return arrow::of(Kind::kDouble);
    case TypeId::kDecimal:
      return arrow::decimal(type.precision(), type.scale());
    case TypeId::kDate:
      return arrow::of(Kind::kDate32);
    case TypeId::kTime:
      return arrow::time(arrow::Unit::kMicro);
    case TypeId::kTimestamp:
      return arrow::timestamp(arrow::Unit::kMicro);
    case TypeId::kTimestampTz:
      return arrow::timestamp(arrow::Unit::kMicro, "UTC");
    case TypeId::kTimestampNs:
      return arrow::timestamp(arrow::Unit::kNano);
    case TypeId::kTimestampTzNs:
      return arrow::timestamp(arrow::Unit::kNano, "UTC");
    case TypeId::kUuid:
      return arrow::fixed_binary(16);
    case TypeId::kFixed:
      return arrow::fixed_binary(type.length());
    case TypeId::kBinary:
      return arrow::of(Kind::kBinary);
    default:
      return arrow::of(Kind::kUtf8);
  }
}

void append_literal(arrow::ColumnBuilder& column, const Type& type, const std::optional<Literal>& value) {
  if (!value.has_value() || value->type.id() != type.id()) {
    column.append_null();
    return;
  }
  switch (type.id()) {
    case TypeId::kBoolean:
      column.append_bool(value->as_bool());
      return;
    case TypeId::kFloat:
      column.append_double(static_cast<double>(std::get<float>(value->value)));
      return;
    case TypeId::kDouble:
      column.append_double(std::get<double>(value->value));
      return;
    case TypeId::kDecimal: {
      const auto unscaled = std::get<Int128>(value->value);
      column.append_decimal(static_cast<std::int64_t>(unscaled >> 64), static_cast<std::uint64_t>(unscaled));
      return;
    }
    case TypeId::kString:
    case TypeId::kUuid:
    case TypeId::kFixed:
    case TypeId::kBinary:
      column.append_bytes(value->as_bytes());
      return;
    default:
      column.append_int(value->as_long());
      return;
  }
}

PartitionColumn::PartitionColumn(const TableMetadata& metadata) {
  for (const auto& spec : metadata.specs) {
    const auto type = partition_type(spec, schema_for_spec(metadata, spec, metadata.current_schema()));
    if (!type.has_value()) continue;
    tuple_types_.emplace(spec.spec_id, *type);
    for (const auto& field : type->fields()) {
      const bool is_known =
          std::any_of(fields_.begin(), fields_.end(), [&](const Field& f) { return f.id == field.id; });
      if (!is_known) fields_.push_back(field);
    }
  }
  std::sort(fields_.begin(), fields_.end(), [](const Field& a, const Field& b) { return a.id < b.id; });
}

arrow::Type PartitionColumn::arrow_type() const {
  std::vector<arrow::Field> children;
  children.reserve(fields_.size());
  for (const auto& field : fields_)
    children.push_back({field.name, arrow_type_of(field.type), true, {}});
  return arrow::structure(std::move(children));
}

void PartitionColumn::append(arrow::ColumnBuilder& column, const PartitionSpec& spec,
                             const PartitionTuple& tuple) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    std::optional<Literal> value;
    for (std::size_t j = 0; j < spec.fields.size() && j < tuple.size(); ++j) {
      if (spec.fields[j].field_id == fields_[i].id) value = tuple[j];
    }
    append_literal(column.child(i), fields_[i].type, value);
  }
  column.close();
}

}  // namespace floe::iceberg
