#include "commit/schema_change.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <map>

namespace floe::iceberg {

namespace {

const Field* find_field(const std::vector<Field>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return text::equals_ignore_case_ascii(field.name, name); });
  return found == fields.end() ? nullptr : &*found;
}

// Whether data of `from` can be read as `to` under the same id.
bool is_compatible(const Type& from, const Type& to) {
  if (from.is_primitive() || to.is_primitive()) {
    return from.is_primitive() && to.is_primitive() && can_promote(from, to);
  }
  if (from.id() != to.id()) return false;
  if (from.id() == TypeId::kList) return is_compatible(from.element().type, to.element().type);
  if (from.id() == TypeId::kMap) {
    return is_compatible(from.key().type, to.key().type) && is_compatible(from.value().type, to.value().type);
  }
  return true;  // structs: their fields are matched by name
}

// Gives ids to a wanted type, taking over those of a compatible old one.
class IdAssigner {
 public:
  explicit IdAssigner(std::int32_t* last_id) : last_id_(last_id) {}

  std::vector<Field> assign_fields(const std::vector<Field>& wanted, const std::vector<Field>* old) const {
    std::vector<Field> fields = wanted;
    std::vector<const Field*> kept(wanted.size(), nullptr);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto* match = old == nullptr ? nullptr : find_field(*old, fields[i].name);
      if (match != nullptr && is_compatible(match->type, fields[i].type)) kept[i] = match;
      fields[i].id = kept[i] != nullptr ? kept[i]->id : ++*last_id_;
      if (kept[i] != nullptr && !fields[i].doc.has_value()) fields[i].doc = kept[i]->doc;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      fields[i].type = assign_type(fields[i].type, kept[i] == nullptr ? nullptr : &kept[i]->type);
    }
    return fields;
  }

 private:
  Type assign_type(const Type& wanted, const Type* old) const {
    switch (wanted.id()) {
      case TypeId::kStruct:
        return Type::structure(assign_fields(wanted.fields(), old == nullptr ? nullptr : &old->fields()));
      case TypeId::kList: {
        const auto id = old == nullptr ? ++*last_id_ : old->element().id;
        return Type::list(id, wanted.element().required,
                          assign_type(wanted.element().type, old == nullptr ? nullptr : &old->element().type));
      }
      case TypeId::kMap: {
        const auto key_id = old == nullptr ? ++*last_id_ : old->key().id;
        const auto value_id = old == nullptr ? ++*last_id_ : old->value().id;
        auto key = assign_type(wanted.key().type, old == nullptr ? nullptr : &old->key().type);
        auto value = assign_type(wanted.value().type, old == nullptr ? nullptr : &old->value().type);
        return Type::map(key_id, std::move(key), value_id, wanted.value().required, std::move(value));
      }
      default:
        return wanted;
    }
  }

  std::int32_t* last_id_;
};

std::optional<std::string> doc_of(const ColumnRequest& column, const WriteRequest& request) {
  if (request.column_comments.has_value()) {
    for (const auto& [name, comment] : *request.column_comments) {
      if (text::equals_ignore_case_ascii(name, column.name)) return comment;
    }
  }
  return column.doc;
}

Result<std::vector<Field>> wanted_fields(const WriteRequest& request) {
  std::vector<Field> fields;
  for (const auto& column : *request.columns) {
    if (const auto* twin = find_field(fields, column.name)) {
      return failf(ErrorCode::kData, "columns `{}` and `{}` have the same name; names are compared ignoring case",
                   twin->name, column.name);
    }
    Field field;
    field.name = column.name;
    field.type = column.type;
    field.required = !column.is_nullable;
    field.doc = doc_of(column, request);
    fields.push_back(std::move(field));
  }
  return fields;
}

// Types that differ only in ids, names of elements and docs.
bool same_shape(const Type& left, const Type& right) {
  if (left.id() != right.id()) return false;
  if (left.is_primitive()) return left == right;
  const auto& a = left.fields();
  const auto& b = right.fields();
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!text::equals_ignore_case_ascii(a[i].name, b[i].name) || !same_shape(a[i].type, b[i].type)) return false;
  }
  return true;
}

// An SQL type that the table's column has outgrown (it keeps fields that the query lacks) says nothing of it.
SqlTypes sql_types_of(const Schema& schema, const WriteRequest& request) {
  SqlTypes types;
  for (const auto& column : *request.columns) {
    const auto* field = find_field(schema.fields(), column.name);
    if (field == nullptr || column.sql_type.empty() || !same_shape(field->type, column.type)) continue;
    types[field->id] = column.sql_type;
  }
  return types;
}

// Old and new type of one column under append_new_columns and sync_all_columns: wider types and new nested fields are
// taken over, nothing is narrowed or dropped.
class TypeMerge {
 public:
  explicit TypeMerge(std::int32_t* last_id) : last_id_(last_id) {}

  Type merge(const Type& old, const Type& wanted) const {
    if (old.is_primitive() || wanted.is_primitive() || old.id() != wanted.id()) {
      return old.is_primitive() && wanted.is_primitive() && can_promote(old, wanted) ? wanted : old;
    }
    if (old.id() == TypeId::kStruct) return Type::structure(merge_fields(old.fields(), wanted.fields()));
    if (old.id() == TypeId::kList) {
      return Type::list(old.element().id, old.element().required, merge(old.element().type, wanted.element().type));
    }
    return Type::map(old.key().id, old.key().type, old.value().id, old.value().required,
                     merge(old.value().type, wanted.value().type));
  }

 private:
  std::vector<Field> merge_fields(const std::vector<Field>& old, const std::vector<Field>& wanted) const {
    std::vector<Field> fields = old;
    for (auto& field : fields) {
      if (const auto* match = find_field(wanted, field.name)) field.type = merge(field.type, match->type);
    }
    for (const auto& field : wanted) {
      if (find_field(old, field.name) != nullptr) continue;
      Field added = field;
      added.required = false;
      fields.push_back(with_fresh_ids(std::move(added), last_id_));
    }
    return fields;
  }

  std::int32_t* last_id_;
};

class Evolution {
 public:
  Evolution(const Schema& base, const WriteRequest& request, std::vector<Field> wanted, std::int32_t last_id)
      : base_(base), request_(request), wanted_(std::move(wanted)), last_id_(last_id) {}

  Result<std::vector<Field>> run() {
    if (request_.on_schema_change == SchemaChangeMode::kFail) FLOE_TRY(refuse_differences());
    for (const auto& field : base_.fields()) {
      const auto* match = find_field(wanted_, field.name);
      if (match == nullptr) {
        FLOE_TRY(handle_missing(field));
        continue;
      }
      Field kept = field;
      if (evolves()) kept.type = TypeMerge(&last_id_).merge(field.type, match->type);
      if (request_.on_schema_change == SchemaChangeMode::kSyncAll) FLOE_TRY(check_synced(kept, *match));
      fields_.push_back(std::move(kept));
    }
    if (evolves()) add_new();
    return std::move(fields_);
  }

  [[nodiscard]] std::vector<std::string> take_missing() { return std::move(missing_); }

 private:
  [[nodiscard]] bool evolves() const {
    return request_.on_schema_change == SchemaChangeMode::kAppendNew ||
           request_.on_schema_change == SchemaChangeMode::kSyncAll;
  }

  Status handle_missing(const Field& field) {
    if (request_.on_schema_change == SchemaChangeMode::kSyncAll) return ok();  // dropped
    if (field.required) {
      return failf(ErrorCode::kData, "the query lacks column `{}`, which the table requires", field.name);
    }
    missing_.push_back(field.name);
    fields_.push_back(field);
    return ok();
  }

  Status check_synced(const Field& kept, const Field& wanted) const {
    if (is_compatible(kept.type, wanted.type) || is_compatible(wanted.type, kept.type)) return ok();
    return failf(ErrorCode::kInvalidState,
                 "column `{}` is {} in the table and {} in the query; such a change needs a full refresh", kept.name,
                 kept.type.to_string(), wanted.type.to_string());
  }

  void add_new() {
    for (const auto& field : wanted_) {
      if (find_field(base_.fields(), field.name) != nullptr) continue;
      Field added = field;
      added.required = false;  // the rows that are there have no value
      fields_.push_back(with_fresh_ids(std::move(added), &last_id_));
    }
  }

  Status refuse_differences() const {
    std::string text;
    for (const auto& field : wanted_) {
      const auto* match = find_field(base_.fields(), field.name);
      if (match == nullptr) text += fmt::format("; `{}` is new in the query", field.name);
      if (match != nullptr && !same_shape(match->type, field.type)) {
        text += fmt::format("; `{}` is {} in the table and {} in the query", field.name, match->type.to_string(),
                            field.type.to_string());
      }
    }
    for (const auto& field : base_.fields()) {
      if (find_field(wanted_, field.name) == nullptr) text += fmt::format("; the query lacks `{}`", field.name);
    }
    if (text.empty()) return ok();
    return failf(ErrorCode::kInvalidState, "the columns of query and table differ and on_schema_change is fail{}",
                 text);
  }

  const Schema& base_;
  const WriteRequest& request_;
  std::vector<Field> wanted_;
  std::int32_t last_id_;
  std::vector<Field> fields_;
  std::vector<std::string> missing_;
};

// Identifier fields that are still there.
std::vector<std::int32_t> kept_identifiers(const Schema& base, const std::vector<Field>& fields) {
  std::vector<std::int32_t> ids;
  for (const auto id : base.identifier_field_ids()) {
    const bool is_kept = std::any_of(fields.begin(), fields.end(),
                                     [id](const Field& field) { return field.id == id && field.required; });
    if (is_kept) ids.push_back(id);
  }
  return ids;
}

}  // namespace

Field with_fresh_ids(Field field, std::int32_t* last_column_id) {
  std::vector<Field> one;
  one.push_back(std::move(field));
  return std::move(IdAssigner(last_column_id).assign_fields(one, nullptr).front());
}

Result<SchemaChange> plan_replaced_schema(const Schema* base, const SqlTypes& base_types, std::int32_t last_column_id,
                                          const WriteRequest& request) {
  SchemaChange change;
  if (!request.columns.has_value()) {
    if (base == nullptr) return fail(ErrorCode::kInvalidArgument, "a new table needs `columns`");
    change.schema = *base;
    change.sql_types = base_types;
    return change;
  }
  const auto wanted = FLOE_TRY(wanted_fields(request));
  auto fields = IdAssigner(&last_column_id).assign_fields(wanted, base == nullptr ? nullptr : &base->fields());
  auto identifiers = base == nullptr ? std::vector<std::int32_t>() : kept_identifiers(*base, fields);
  change.schema = FLOE_TRY(Schema::make(std::move(fields), 0, std::move(identifiers)));
  change.sql_types = sql_types_of(change.schema, request);
  return change;
}

Result<SchemaChange> plan_evolved_schema(const Schema& base, const SqlTypes& base_types, std::int32_t last_column_id,
                                         const WriteRequest& request) {
  SchemaChange change;
  change.schema = base;
  change.sql_types = base_types;
  if (!request.columns.has_value()) return change;
  auto wanted = FLOE_TRY(wanted_fields(request));
  Evolution evolution(base, request, std::move(wanted), last_column_id);
  auto fields = FLOE_TRY(evolution.run());
  change.missing = evolution.take_missing();
  if (fields == base.fields()) return change;
  auto identifiers = kept_identifiers(base, fields);
  change.schema = FLOE_TRY(Schema::make(std::move(fields), 0, std::move(identifiers)));
  // What the query says of new and changed columns; untouched ones keep the type they were created with.
  const auto said = sql_types_of(change.schema, request);
  for (const auto& field : change.schema.fields()) {
    const auto* old = base.find(field.id);
    if (old != nullptr && old->type == field.type) continue;
    change.sql_types.erase(field.id);
    if (const auto found = said.find(field.id); found != said.end()) change.sql_types[field.id] = found->second;
  }
  return change;
}

}  // namespace floe::iceberg
