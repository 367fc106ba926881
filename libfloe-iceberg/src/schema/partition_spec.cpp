#include "schema/partition_spec.hpp"

#include "schema/field_name.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <unordered_set>

namespace floe::iceberg {

using transform::Kind;

bool operator==(const PartitionField& left, const PartitionField& right) {
  return left.source_id == right.source_id && left.field_id == right.field_id && left.name == right.name &&
         left.transform.text == right.transform.text && left.source_ids == right.source_ids;
}

bool PartitionSpec::is_partitioned() const {
  return std::any_of(fields.begin(), fields.end(),
                     [](const PartitionField& field) { return field.transform.kind != Kind::kVoid; });
}

std::int32_t PartitionSpec::last_field_id() const {
  std::int32_t last = kFirstPartitionFieldId - 1;
  for (const PartitionField& field : fields)
    last = std::max(last, field.field_id);
  return last;
}

namespace {

Status read_sources(const json::object& object, PartitionField* field) {
  if (const json::array* ids = get_array(object, "source-ids"); ids != nullptr && !ids->empty()) {
    std::vector<std::int32_t> sources;
    for (const json::value& id : *ids) {
      if (!id.is_int64()) return fail(ErrorCode::kData, "`source-ids` holds something that is no integer");
      sources.push_back(static_cast<std::int32_t>(id.get_int64()));
    }
    field->source_id = sources.front();
    if (sources.size() > 1) field->source_ids = std::move(sources);
    return ok();
  }
  const std::int64_t source_id = FLOE_TRY(require_int(object, "source-id"));
  field->source_id = static_cast<std::int32_t>(source_id);
  return ok();
}

Result<PartitionField> field_from_json(const json::value& value, std::int32_t position) {
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::kData, "a partition field is not an object");
  PartitionField field;
  field.name = FLOE_TRY(read_field_name(*object));
  FLOE_TRY(read_sources(*object, &field).with_context(fmt::format("partition field `{}`", field.name)));
  const std::int64_t default_id = std::int64_t{kFirstPartitionFieldId} + position;
  field.field_id = static_cast<std::int32_t>(get_int(*object, "field-id").value_or(default_id));
  const std::string transform = FLOE_TRY(require_string(*object, "transform"));
  field.transform = FLOE_TRY(transform::parse(transform));
  return field;
}

}  // namespace

Result<PartitionSpec> partition_spec_from_fields_json(const json::array& fields, std::int32_t spec_id) {
  PartitionSpec spec;
  spec.spec_id = spec_id;
  spec.fields.reserve(fields.size());
  for (const json::value& field : fields) {
    spec.fields.push_back(FLOE_TRY(field_from_json(field, static_cast<std::int32_t>(spec.fields.size()))));
  }
  return spec;
}

Result<PartitionSpec> partition_spec_from_json(const json::object& object) {
  const std::int64_t spec_id = FLOE_TRY(require_int(object, "spec-id"));
  const json::array* fields = FLOE_TRY(require_array(object, "fields"));
  return partition_spec_from_fields_json(*fields, static_cast<std::int32_t>(spec_id));
}

json::array partition_fields_to_json(const PartitionSpec& spec) {
  json::array fields;
  fields.reserve(spec.fields.size());
  for (const PartitionField& field : spec.fields) {
    json::object object;
    object["name"] = field.name;
    object["transform"] = field.transform.text;
    if (field.source_ids.empty()) {
      object["source-id"] = field.source_id;
    } else {
      object["source-ids"] = json::array(field.source_ids.begin(), field.source_ids.end());
    }
    object["field-id"] = field.field_id;
    fields.push_back(std::move(object));
  }
  return fields;
}

json::object partition_spec_to_json(const PartitionSpec& spec) {
  json::object object;
  object["spec-id"] = spec.spec_id;
  object["fields"] = partition_fields_to_json(spec);
  return object;
}

Result<Type> partition_type(const PartitionSpec& spec, const Schema& schema) {
  std::vector<Field> fields;
  fields.reserve(spec.fields.size());
  for (const PartitionField& field : spec.fields) {
    Type type(TypeId::kUnknown);
    if (const Field* source = schema.find(field.source_id)) {
      type = FLOE_TRY(transform_result_type(field.transform, source->type)
                          .with_context(fmt::format("partition field `{}`", field.name)));
    }
    fields.push_back(Field{field.field_id, field.name, false, std::move(type)});
  }
  return Type::structure(std::move(fields));
}

Status check_partition_spec(const PartitionSpec& spec, const Schema& schema) {
  std::unordered_set<std::string_view> names;
  std::unordered_set<std::int32_t> ids;
  for (const PartitionField& field : spec.fields) {
    if (!names.insert(field.name).second) {
      return failf(ErrorCode::kInvalidArgument, "two partition fields are named `{}`", field.name);
    }
    if (!ids.insert(field.field_id).second) {
      return failf(ErrorCode::kInvalidArgument, "two partition fields have the id {}", field.field_id);
    }
    if (field.transform.kind == Kind::kVoid) continue;  // its source may be gone
    if (field.transform.kind == Kind::kUnknown || !field.source_ids.empty()) {
      return failf(ErrorCode::kUnsupported, "partition field `{}` uses `{}`, which floe cannot write", field.name,
                   field.transform.text);
    }
    const FieldPlace* place = schema.place(field.source_id);
    if (place == nullptr) {
      return failf(ErrorCode::kNotFound, "partition field `{}`: column {} is not in the schema", field.name,
                   field.source_id);
    }
    if (place->inside_repeated || !place->field->type.is_primitive()) {
      return failf(ErrorCode::kInvalidArgument, "cannot partition by `{}`: its type is `{}`", place->name,
                   place->field->type.to_string());
    }
    FLOE_TRY(transform_result_type(field.transform, place->field->type)
                 .with_context(fmt::format("partition field `{}`", field.name)));
    const Field* same_name = schema.find(field.name);
    if (same_name != nullptr && (field.transform.kind != Kind::kIdentity || same_name->id != field.source_id)) {
      return failf(ErrorCode::kInvalidArgument,
                   "partition field `{}` has the name of a column it is not the identity of", field.name);
    }
  }
  return ok();
}

}  // namespace floe::iceberg
