#include "commit/schema_edit.hpp"

#include "commit/column_type.hpp"
#include "commit/schema_change.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <map>

namespace floe::iceberg {

namespace {

using Action = SchemaEdit::Action;

Result<Action> parse_action(std::string_view text) {
  static const std::map<std::string_view, Action> kActions = {
      {"add", Action::kAdd},         {"drop", Action::kDrop},      {"rename", Action::kRename},
      {"promote", Action::kPromote}, {"set_doc", Action::kSetDoc}, {"make_optional", Action::kMakeOptional},
      {"move", Action::kMove}};
  const auto found = kActions.find(text);
  if (found != kActions.end()) return found->second;
  return failf(ErrorCode::kInvalidArgument,
               "schema change `{}` is not known; there are add, drop, rename, promote, set_doc, make_optional, move",
               text);
}

Status read_move(const json::object& object, SchemaEdit* edit) {
  if (get_bool_or(object, "first", false)) return ok();
  if (const auto before = get_string(object, "before")) {
    edit->place = SchemaEdit::Place::kBefore;
    edit->sibling = *before;
    return ok();
  }
  if (const auto after = get_string(object, "after")) {
    edit->place = SchemaEdit::Place::kAfter;
    edit->sibling = *after;
    return ok();
  }
  return failf(ErrorCode::kInvalidArgument, "moving column `{}` needs `first`, `before` or `after`", edit->name);
}

Result<SchemaEdit> parse_edit(const json::value& value) {
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "a schema change is an object with `action`");
  const auto& object = value.get_object();
  SchemaEdit edit;
  const auto action = FLOE_TRY(require_string(object, "action"));
  edit.action = FLOE_TRY(parse_action(action));
  edit.name = FLOE_TRY(require_string(object, "name"));
  edit.doc = get_string(object, "doc");
  edit.sql_type = get_string_or(object, "sql_type", "");
  edit.required = get_bool_or(object, "required", false);
  edit.parent = get_string_or(object, "parent", "");
  if (edit.action == Action::kAdd || edit.action == Action::kPromote) {
    const auto* type = object.if_contains("type");
    if (type == nullptr) return failf(ErrorCode::kInvalidArgument, "column `{}` lacks a `type`", edit.name);
    edit.type = FLOE_TRY(column_type_from_json(*type));
  }
  if (edit.action == Action::kRename) edit.to = FLOE_TRY(require_string(object, "to"));
  if (edit.action == Action::kMove) FLOE_TRY(read_move(object, &edit));
  return edit;
}

// Edits one level of a schema by walking down a dotted name.
class SchemaEditor {
 public:
  explicit SchemaEditor(const TableMetadata& metadata)
      : metadata_(metadata),
        fields_(metadata.current_schema().fields()),
        sql_types_(known_sql_types(metadata.properties, metadata.current_schema())),
        last_id_(metadata.last_column_id) {}

  Status apply(const SchemaEdit& edit) {
    // Every edit sees the names that the ones before it left.
    schema_ = FLOE_TRY(Schema::make(fields_, 0, {}));
    const auto& target_name = edit.action == Action::kAdd ? edit.parent : edit.name;
    std::int32_t target = -1;
    if (!target_name.empty()) {
      const auto* field = schema_.find(std::string_view(target_name));
      if (field == nullptr) field = FLOE_TRY(schema_.find_ignore_case(target_name));
      if (field == nullptr) return failf(ErrorCode::kNotFound, "column `{}` is not there", target_name);
      target = field->id;
    }
    if (edit.action == Action::kAdd) return add(edit, target);
    fields_ = FLOE_TRY(edit_level(fields_, target, edit));
    return ok();
  }

  Result<std::vector<TableUpdate>> finish() {
    std::vector<std::int32_t> identifiers = metadata_.current_schema().identifier_field_ids();
    auto schema = FLOE_TRY(Schema::make(std::move(fields_), 0, std::move(identifiers)));
    FLOE_TRY(check_partition_spec(metadata_.default_spec(), schema).with_context("the partitioning of the table"));
    FLOE_TRY(check_sort_order(metadata_.default_sort_order(), schema).with_context("the sort order of the table"));
    std::vector<TableUpdate> updates;
    if (schema.same_columns(metadata_.current_schema())) return updates;
    const auto known = read_remembered_types(metadata_.properties);
    const auto types = remember_types(sql_types_, schema);
    updates.emplace_back(update::AddSchema{std::move(schema)});
    updates.emplace_back(update::SetCurrentSchema{});
    if (types != known) {
      updates.emplace_back(update::SetProperties{{{std::string(property::kSqlTypes), write_remembered_types(types)}}});
    }
    return updates;
  }

 private:
  Status add(const SchemaEdit& edit, std::int32_t parent) {
    if (edit.required) {
      return failf(ErrorCode::kInvalidArgument,
                   "column `{}` is added to rows that have no value for it: it cannot be required", edit.name);
    }
    Field field;
    field.name = edit.name;
    field.type = edit.type;
    field.doc = edit.doc;
    field = with_fresh_ids(std::move(field), &last_id_);
    if (parent < 0 && !edit.sql_type.empty()) sql_types_[field.id] = edit.sql_type;
    if (parent < 0) return append(&fields_, std::move(field));
    const auto* place = schema_.find(parent);
    const auto holder = place->type.id() == TypeId::kStruct ? parent : struct_inside(*place);
    if (holder < 0) return failf(ErrorCode::kInvalidArgument, "column `{}` holds no struct", edit.parent);
    fields_ = FLOE_TRY(add_into(fields_, holder, field));
    return ok();
  }

  // Lists and maps of structs stand for their elements and values, as in Java.
  static std::int32_t struct_inside(const Field& field) {
    if (field.type.id() == TypeId::kList && field.type.element().type.id() == TypeId::kStruct)
      return field.type.element().id;
    if (field.type.id() == TypeId::kMap && field.type.value().type.id() == TypeId::kStruct)
      return field.type.value().id;
    return -1;
  }

  static Status append(std::vector<Field>* fields, Field field) {
    for (const auto& other : *fields) {
      if (text::equals_ignore_case_ascii(other.name, field.name)) {
        return failf(ErrorCode::kAlreadyExists, "column `{}` is already there", other.name);
      }
    }
    fields->push_back(std::move(field));
    return ok();
  }

  // A copy of `fields` in which the field with that id has another type.
  template <class Change>
  static Result<std::vector<Field>> map_fields(std::vector<Field> fields, const Change& change) {
    for (auto& field : fields)
      field = FLOE_TRY(map_field(std::move(field), change));
    return fields;
  }

  template <class Change>
  static Result<Field> map_field(Field field, const Change& change) {
    const auto& type = field.type;
    if (type.id() == TypeId::kStruct) {
      field.type = Type::structure(FLOE_TRY(map_fields(type.fields(), change)));
    } else if (type.id() == TypeId::kList) {
      auto element = FLOE_TRY(map_field(type.element(), change));
      field.type = Type::list(element.id, element.required, std::move(element.type));
    } else if (type.id() == TypeId::kMap) {
      auto value = FLOE_TRY(map_field(type.value(), change));
      field.type = Type::map(type.key().id, type.key().type, value.id, value.required, std::move(value.type));
    }
    return change(std::move(field));
  }

  static Result<std::vector<Field>> add_into(const std::vector<Field>& fields, std::int32_t holder,
                                             const Field& added) {
    return map_fields(fields, [&](Field field) -> Result<Field> {
      if (field.id != holder) return field;
      auto children = field.type.fields();
      FLOE_TRY(append(&children, added));
      field.type = Type::structure(std::move(children));
      return field;
    });
  }

  // Applies the edit at the level that holds the target.
  Result<std::vector<Field>> edit_level(std::vector<Field> fields, std::int32_t target, const SchemaEdit& edit) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.id == target; });
    if (found != fields.end()) {
      FLOE_TRY(edit_here(&fields, static_cast<std::size_t>(found - fields.begin()), edit));
      return fields;
    }
    for (auto& field : fields) {
      if (field.type.id() == TypeId::kStruct) {
        field.type = Type::structure(FLOE_TRY(edit_level(field.type.fields(), target, edit)));
      } else if (field.type.is_nested()) {
        field = FLOE_TRY(edit_repeated(std::move(field), target, edit));
      }
    }
    return fields;
  }

  Result<Field> edit_repeated(Field field, std::int32_t target, const SchemaEdit& edit) {
    const bool is_list = field.type.id() == TypeId::kList;
    Field inner = is_list ? field.type.element() : field.type.value();
    if (inner.id == target) {
      if (edit.action != Action::kPromote && edit.action != Action::kMakeOptional && edit.action != Action::kSetDoc) {
        return failf(ErrorCode::kInvalidArgument, "`{}` is part of a list or map and cannot be {}", edit.name,
                     edit.action == Action::kDrop ? "dropped" : "renamed or moved");
      }
      std::vector<Field> one{std::move(inner)};
      FLOE_TRY(edit_here(&one, 0, edit));
      inner = std::move(one.front());
    } else if (inner.type.id() == TypeId::kStruct) {
      inner.type = Type::structure(FLOE_TRY(edit_level(inner.type.fields(), target, edit)));
    } else if (inner.type.is_nested()) {
      inner = FLOE_TRY(edit_repeated(std::move(inner), target, edit));
    }
    field.type = is_list ? Type::list(inner.id, inner.required, std::move(inner.type))
                         : Type::map(field.type.key().id, field.type.key().type, inner.id, inner.required,
                                     std::move(inner.type));
    return field;
  }

  Status edit_here(std::vector<Field>* fields, std::size_t at, const SchemaEdit& edit) {
    auto& field = (*fields)[at];
    switch (edit.action) {
      case Action::kDrop:
        FLOE_TRY(check_droppable(field));
        sql_types_.erase(field.id);
        fields->erase(fields->begin() + static_cast<std::ptrdiff_t>(at));
        return ok();
      case Action::kRename:
        for (const auto& other : *fields) {
          if (other.id != field.id && text::equals_ignore_case_ascii(other.name, edit.to)) {
            return failf(ErrorCode::kAlreadyExists, "column `{}` is already there", other.name);
          }
        }
        field.name = edit.to;
        return ok();
      case Action::kPromote:
        return promote(&field, edit);
      case Action::kSetDoc:
        field.doc = edit.doc;
        return ok();
      case Action::kMakeOptional:
        field.required = false;
        return ok();
      case Action::kMove:
        return move(fields, at, edit);
      case Action::kAdd:
        break;
    }
    return ok();
  }

  Status promote(Field* field, const SchemaEdit& edit) {
    if (field->type.is_nested() || edit.type.is_nested() || !can_promote(field->type, edit.type)) {
      return failf(
          ErrorCode::kInvalidArgument,
          "column `{}` is {} and cannot become {}; int to long, float to double and a decimal of more digits can",
          edit.name, field->type.to_string(), edit.type.to_string());
    }
    field->type = edit.type;
    sql_types_.erase(field->id);
    if (!edit.sql_type.empty()) sql_types_[field->id] = edit.sql_type;
    return ok();
  }

  static Status move(std::vector<Field>* fields, std::size_t at, const SchemaEdit& edit) {
    Field moved = (*fields)[at];
    fields->erase(fields->begin() + static_cast<std::ptrdiff_t>(at));
    auto to = fields->begin();
    if (edit.place != SchemaEdit::Place::kFirst) {
      const auto sibling = edit.sibling.substr(edit.sibling.rfind('.') + 1);
      to = std::find_if(fields->begin(), fields->end(),
                        [&](const Field& other) { return text::equals_ignore_case_ascii(other.name, sibling); });
      if (to == fields->end())
        return failf(ErrorCode::kNotFound, "column `{}` is not beside `{}`", edit.sibling, edit.name);
      if (edit.place == SchemaEdit::Place::kAfter) ++to;
    }
    fields->insert(to, std::move(moved));
    return ok();
  }

  Status check_droppable(const Field& field) const {
    const auto uses = [&](std::int32_t id) {
      if (id == field.id) return true;
      const auto* place = metadata_.current_schema().place(id);
      while (place != nullptr && place->parent_id >= 0) {
        if (place->parent_id == field.id) return true;
        place = metadata_.current_schema().place(place->parent_id);
      }
      return false;
    };
    for (const auto& part : metadata_.default_spec().fields) {
      if (uses(part.source_id))
        return failf(ErrorCode::kInvalidState, "column `{}` is part of the partitioning", field.name);
    }
    for (const auto& part : metadata_.default_sort_order().fields) {
      if (uses(part.source_id))
        return failf(ErrorCode::kInvalidState, "column `{}` is part of the sort order", field.name);
    }
    for (const auto id : metadata_.current_schema().identifier_field_ids()) {
      if (uses(id)) return failf(ErrorCode::kInvalidState, "column `{}` is an identifier column", field.name);
    }
    return ok();
  }

  const TableMetadata& metadata_;
  std::vector<Field> fields_;
  Schema schema_;
  SqlTypes sql_types_;
  std::int32_t last_id_;
};

}  // namespace

Result<std::vector<SchemaEdit>> parse_schema_edits(std::string_view json_array) {
  const auto value = FLOE_TRY(parse_json(json_array).with_context("reading the schema changes"));
  if (!value.is_array()) return fail(ErrorCode::kInvalidArgument, "schema changes are an array");
  std::vector<SchemaEdit> edits;
  for (const auto& item : value.get_array())
    edits.push_back(FLOE_TRY(parse_edit(item)));
  return edits;
}

Result<std::vector<TableUpdate>> plan_schema_edits(const TableMetadata& metadata,
                                                   const std::vector<SchemaEdit>& edits) {
  SchemaEditor editor(metadata);
  for (const auto& edit : edits)
    FLOE_TRY(editor.apply(edit));
  return editor.finish();
}

}  // namespace floe::iceberg
