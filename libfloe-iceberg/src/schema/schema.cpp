#include "schema/schema.hpp"

#include "schema/type_json.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace floe::iceberg {

struct Schema::Data {
  std::int32_t schema_id = 0;
  Type root;
  std::vector<std::int32_t> identifier_field_ids;
  std::unordered_map<std::int32_t, FieldPlace> by_id;
  std::unordered_map<std::string, std::int32_t> by_name;  // short names of list and map children too
  std::int32_t highest_id = 0;
};

namespace {

// Walks a type and records every field. `short_prefix` leaves out `element` and `value` of structs in lists and maps.
class Indexer {
 public:
  Indexer(std::unordered_map<std::int32_t, FieldPlace>* by_id, std::unordered_map<std::string, std::int32_t>* by_name)
      : by_id_(by_id), by_name_(by_name) {}

  struct Scope {
    std::int32_t parent_id = -1;
    std::string prefix;  // with the final dot
    std::string short_prefix;
    bool inside_repeated = false;
    bool parents_required = true;
  };

  Status visit(const Type& type, const Scope& scope) {
    std::unordered_set<std::string_view> names;
    for (const Field& field : type.fields()) {
      if (!names.insert(field.name).second) {
        return failf(ErrorCode::kData, "two columns are named `{}{}`", scope.prefix, field.name);
      }
      FLOE_TRY(add(type, field, scope));
    }
    return ok();
  }

  void add_short_names() {
    for (auto& [name, id] : short_names_)
      by_name_->emplace(std::move(name), id);  // a full name wins
  }

 private:
  Status add(const Type& parent, const Field& field, const Scope& scope) {
    const bool repeated = parent.id() != TypeId::kStruct;
    FieldPlace place{&field, scope.parent_id, scope.prefix + field.name, scope.inside_repeated || repeated,
                     scope.parents_required};
    const auto [position, is_new] = by_id_->emplace(field.id, place);
    if (!is_new) {
      return failf(ErrorCode::kData, "field id {} is used by both `{}` and `{}`", field.id, position->second.name,
                   place.name);
    }
    // `a.b` may be the column b of a struct a and a column named `a.b`: ids stay unique, the first name is found.
    by_name_->emplace(place.name, field.id);
    std::string short_name = scope.short_prefix + field.name;
    if (short_name != place.name) short_names_.emplace_back(short_name, field.id);
    if (!field.type.is_nested()) return ok();
    // `list.child` stands for `list.element.child` only when the element is a struct.
    const bool skipped = repeated && field.name != "key" && field.type.id() == TypeId::kStruct;
    Scope inner{field.id, place.name + ".", skipped ? scope.short_prefix : short_name + ".", place.inside_repeated,
                scope.parents_required && field.required};
    return visit(field.type, inner);
  }

  std::unordered_map<std::int32_t, FieldPlace>* by_id_;
  std::unordered_map<std::string, std::int32_t>* by_name_;
  std::vector<std::pair<std::string, std::int32_t>> short_names_;
};

Status check_identifier(const std::unordered_map<std::int32_t, FieldPlace>& by_id, std::int32_t id) {
  const auto found = by_id.find(id);
  if (found == by_id.end()) return failf(ErrorCode::kData, "identifier field {} is not in the schema", id);
  const FieldPlace& place = found->second;
  const TypeId type = place.field->type.id();
  if (place.field->type.is_nested() || type == TypeId::kFloat || type == TypeId::kDouble || !place.field->required ||
      place.inside_repeated || !place.parents_required) {
    return failf(
        ErrorCode::kData,
        "identifier field `{}` must be a required primitive column that is no float or double, reached through "
        "required structs only",
        place.name);
  }
  return ok();
}

}  // namespace

Schema::Schema() {
  auto data = std::make_shared<Data>();
  data->root = Type::structure({});
  data_ = std::move(data);
}

Result<Schema> Schema::make(std::vector<Field> fields, std::int32_t schema_id,
                            std::vector<std::int32_t> identifier_field_ids) {
  auto data = std::make_shared<Data>();
  data->schema_id = schema_id;
  data->root = Type::structure(std::move(fields));
  Indexer indexer(&data->by_id, &data->by_name);
  FLOE_TRY(indexer.visit(data->root, {}));
  indexer.add_short_names();
  for (const auto& [id, place] : data->by_id)
    data->highest_id = std::max(data->highest_id, id);
  std::sort(identifier_field_ids.begin(), identifier_field_ids.end());
  for (const std::int32_t id : identifier_field_ids)
    FLOE_TRY(check_identifier(data->by_id, id));
  data->identifier_field_ids = std::move(identifier_field_ids);
  return Schema(std::move(data));
}

Result<Schema> Schema::from_json(const json::object& object) {
  const Type root = FLOE_TRY(type_from_json(json::value(object)));
  if (root.id() != TypeId::kStruct) return fail(ErrorCode::kData, "a schema's type is not `struct`");
  const std::int64_t schema_id = get_int(object, "schema-id").value_or(0);
  std::vector<std::int32_t> identifiers;
  if (const json::array* ids = get_array(object, "identifier-field-ids")) {
    for (const json::value& id : *ids) {
      if (!id.is_int64()) return fail(ErrorCode::kData, "`identifier-field-ids` holds something that is no integer");
      identifiers.push_back(static_cast<std::int32_t>(id.get_int64()));
    }
  }
  return make(root.fields(), static_cast<std::int32_t>(schema_id), std::move(identifiers));
}

Result<Schema> Schema::from_json_text(std::string_view text) {
  const json::object object = FLOE_TRY(parse_json_object(text));
  return from_json(object);
}

json::object Schema::to_json() const {
  json::object object;
  object["type"] = "struct";
  object["schema-id"] = data_->schema_id;
  if (!data_->identifier_field_ids.empty()) {
    json::array ids;
    for (const std::int32_t id : data_->identifier_field_ids)
      ids.push_back(id);
    object["identifier-field-ids"] = std::move(ids);
  }
  object["fields"] = fields_to_json(data_->root.fields());
  return object;
}

std::string Schema::to_json_text() const { return floe::to_json(json::value(to_json())); }

std::int32_t Schema::schema_id() const { return data_->schema_id; }

const std::vector<Field>& Schema::fields() const { return data_->root.fields(); }

const Type& Schema::root() const { return data_->root; }

const std::vector<std::int32_t>& Schema::identifier_field_ids() const { return data_->identifier_field_ids; }

std::int32_t Schema::highest_field_id() const { return data_->highest_id; }

const FieldPlace* Schema::place(std::int32_t id) const {
  const auto found = data_->by_id.find(id);
  return found == data_->by_id.end() ? nullptr : &found->second;
}

const Field* Schema::find(std::int32_t id) const {
  const FieldPlace* found = place(id);
  return found == nullptr ? nullptr : found->field;
}

const Field* Schema::find(std::string_view name) const {
  const auto found = data_->by_name.find(std::string(name));
  return found == data_->by_name.end() ? nullptr : find(found->second);
}

Result<const Field*> Schema::find_ignore_case(std::string_view name) const {
  if (const Field* exact = find(name)) return exact;
  const std::string lower = text::to_lower_ascii(name);
  const Field* match = nullptr;
  for (const auto& [candidate, id] : data_->by_name) {
    if (candidate.size() != lower.size() || text::to_lower_ascii(candidate) != lower) continue;
    const Field* field = find(id);
    if (match != nullptr && match != field) {
      return failf(ErrorCode::kInvalidArgument, "`{}` matches several columns that differ in case only", name);
    }
    match = field;
  }
  return match;
}

std::string Schema::column_name(std::int32_t id) const {
  const FieldPlace* found = place(id);
  return found == nullptr ? std::string() : found->name;
}

std::vector<std::int32_t> Schema::all_ids() const {
  std::vector<std::int32_t> ids;
  ids.reserve(data_->by_id.size());
  for (const auto& [id, place] : data_->by_id)
    ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

Schema Schema::with_schema_id(std::int32_t schema_id) const {
  auto data = std::make_shared<Data>(*data_);  // places point into fields that both share
  data->schema_id = schema_id;
  return Schema(std::move(data));
}

bool Schema::same_columns(const Schema& other) const {
  return data_ == other.data_ ||
         (data_->root == other.data_->root && data_->identifier_field_ids == other.data_->identifier_field_ids);
}

bool operator==(const Schema& left, const Schema& right) {
  return left.schema_id() == right.schema_id() && left.same_columns(right);
}

}  // namespace floe::iceberg
