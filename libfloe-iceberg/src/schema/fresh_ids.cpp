#include "schema/fresh_ids.hpp"

#include "base/fail.hpp"

#include <unordered_map>
#include <utility>

namespace floe::iceberg {

namespace {

// User ids end below the reserved ones (metadata columns).
constexpr std::int32_t kLastUserId = 2147483447;

class Assigner {
 public:
  Assigner(const Schema* base, std::int32_t last_id) : base_(base), last_id_(last_id) {}

  Type assign(const Type& type, const std::string& prefix) {
    switch (type.id()) {
      case TypeId::kStruct:
        return Type::structure(assign_fields(type.fields(), prefix));
      case TypeId::kList: {
        std::vector<Field> fields = assign_fields(type.fields(), prefix);
        return Type::list(fields[0].id, fields[0].required, std::move(fields[0].type));
      }
      case TypeId::kMap: {
        std::vector<Field> fields = assign_fields(type.fields(), prefix);
        return Type::map(fields[0].id, std::move(fields[0].type), fields[1].id, fields[1].required,
                         std::move(fields[1].type));
      }
      default:
        return type;
    }
  }

  // All ids of this level before what is inside the first field: the order of Java.
  std::vector<Field> assign_fields(std::vector<Field> fields, const std::string& prefix) {
    for (Field& field : fields) {
      const std::int32_t fresh = id_for(prefix + field.name);
      translated_[field.id] = fresh;
      field.id = fresh;
    }
    for (Field& field : fields)
      field.type = assign(field.type, prefix + field.name + ".");
    return fields;
  }

  Result<Schema> finish(const Schema& schema, std::int32_t schema_id, std::vector<Field> fields) {
    if (is_exhausted_) return failf(ErrorCode::kExhausted, "field ids beyond {} are reserved", kLastUserId);
    std::vector<std::int32_t> identifiers;
    for (const std::int32_t id : schema.identifier_field_ids())
      identifiers.push_back(translated_.at(id));
    return Schema::make(std::move(fields), schema_id, std::move(identifiers));
  }

  [[nodiscard]] std::int32_t last_id() const { return last_id_; }

 private:
  std::int32_t id_for(const std::string& name) {
    if (base_ != nullptr) {
      if (const Field* field = base_->find(name)) return field->id;
    }
    if (last_id_ >= kLastUserId) {
      is_exhausted_ = true;
      return last_id_;
    }
    return ++last_id_;
  }

  const Schema* base_;
  std::int32_t last_id_;
  bool is_exhausted_ = false;
  std::unordered_map<std::int32_t, std::int32_t> translated_;
};

}  // namespace

Result<Schema> assign_fresh_ids(const Schema& schema, std::int32_t schema_id) {
  Assigner assigner(nullptr, 0);
  std::vector<Field> fields = assigner.assign_fields(schema.fields(), "");
  return assigner.finish(schema, schema_id, std::move(fields));
}

Result<Schema> reassign_ids(const Schema& schema, const Schema& base, std::int32_t schema_id,
                            std::int32_t* last_column_id) {
  Assigner assigner(&base, *last_column_id);
  std::vector<Field> fields = assigner.assign_fields(schema.fields(), "");
  Schema assigned = FLOE_TRY(assigner.finish(schema, schema_id, std::move(fields)));
  *last_column_id = assigner.last_id();
  return assigned;
}

}  // namespace floe::iceberg
