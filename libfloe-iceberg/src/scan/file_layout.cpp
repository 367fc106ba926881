#include "scan/file_layout.hpp"

#include "metadata/json_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <optional>

namespace floe::iceberg {

namespace {

using parquet::StoredField;
using parquet::StoredKind;

bool holds_floats(const Type& type) {
  if (type.id() == TypeId::kFloat || type.id() == TypeId::kDouble) return true;
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [](const Field& field) { return holds_floats(field.type); });
}

bool has_bounds(const StoredField& field) {
  return field.has_bounds || std::any_of(field.children.begin(), field.children.end(), has_bounds);
}

// DuckDB leaves the bounds of a row group out when it holds NaN; other writers leave out the NaN.
bool bounds_tell_of_nan(const parquet::FileShape& file) { return file.created_by.starts_with("DuckDB version v1."); }

bool is_timestamp(const Type& type) { return type.id() == TypeId::kTimestamp || type.id() == TypeId::kTimestampTz; }

bool is_bytes(const Type& type) {
  return type.id() == TypeId::kString || type.id() == TypeId::kBinary || type.id() == TypeId::kFixed;
}

// What the compute turns into the column's type without a change of value: the promotions of the specification, and
// what writers spell differently (a zone that is always UTC, text without its annotation, a UUID as sixteen bytes).
bool can_read(const Type& stored, const Type& column) {
  if (stored == column || can_promote(stored, column)) return true;
  if (is_timestamp(stored) && is_timestamp(column)) return true;
  if (stored.id() == TypeId::kFixed && column.id() == TypeId::kUuid) return stored.length() == 16;
  if (stored.id() == TypeId::kFixed && column.id() == TypeId::kString) return false;
  if (is_bytes(stored) && is_bytes(column)) return column.id() != TypeId::kFixed;
  return stored.id() == TypeId::kDate && is_timestamp(column);
}

// Gives the fields of a file without ids those of the mapping.
void apply_mapping(const NameMapping& mapping, StoredField* field, std::string_view name) {
  const auto* mapped = find_mapped(mapping, name);
  field->id = mapped == nullptr ? std::nullopt : mapped->id;
  static const NameMapping kNothing;
  const auto& below = mapped == nullptr ? kNothing : mapped->fields;
  static constexpr std::string_view kMapNames[] = {"key", "value"};
  for (std::size_t i = 0; i < field->children.size(); ++i) {
    auto& child = field->children[i];
    std::string_view own = child.name;
    if (field->kind == StoredKind::kList) own = "element";
    if (field->kind == StoredKind::kMap) own = kMapNames[i];
    apply_mapping(below, &child, own);
  }
}

// Something of a stored field that can be read, for structs none of whose fields the table has any more: it tells where
// the struct is NULL.
std::optional<Field> witness_of(const StoredField& stored) {
  Field field;
  field.id = stored.id.value_or(INT32_MAX);
  field.name = stored.name;
  if (stored.kind == StoredKind::kPrimitive) {
    field.type = stored.type;
    return field;
  }
  if (stored.kind != StoredKind::kStruct) return std::nullopt;
  for (const auto& child : stored.children) {
    auto inner = witness_of(child);
    if (!inner) continue;
    field.type = Type::structure({*std::move(inner)});
    return field;
  }
  return std::nullopt;
}

class LayoutMaker {
 public:
  explicit LayoutMaker(bool by_name) : by_name_(by_name) {}

  Result<std::vector<Field>> fields(const std::vector<Field>& columns, const std::vector<StoredField>& stored) {
    std::vector<Field> found;
    for (const auto& column : columns) {
      const auto* field = FLOE_TRY(find(column, stored));
      if (field == nullptr) {
        FLOE_TRY(check_missing(column));
        continue;
      }
      found.push_back(FLOE_TRY(place(column, *field).with_context("column `" + column.name + "`")));
    }
    return found;
  }

 private:
  // The stored field of a column; null when the file lacks it.
  Result<const StoredField*> find(const Field& column, const std::vector<StoredField>& stored) const {
    const StoredField* found = nullptr;
    for (const auto& field : stored) {
      if (field.id != column.id) continue;
      if (found != nullptr) {
        return failf(ErrorCode::kData, "the field id {} of column `{}` occurs twice", column.id, column.name);
      }
      found = &field;
    }
    if (found != nullptr && (by_name_ || depth_ > 0)) FLOE_TRY(check_name(*found, stored));
    return found;
  }

  // What is read by name must be the only one of its name, as the compute compares names.
  static Status check_name(const StoredField& field, const std::vector<StoredField>& stored) {
    const auto name = text::to_lower_ascii(field.name);
    const auto count = std::count_if(stored.begin(), stored.end(), [&](const StoredField& other) {
      return text::to_lower_ascii(other.name) == name;
    });
    if (count == 1) return ok();
    return failf(ErrorCode::kUnsupported, "{} stored columns are named `{}` (names compare without case)", count,
                 field.name);
  }

  static Status check_missing(const Field& column) {
    if (!column.required || column.initial_default_json.has_value()) return ok();
    return failf(ErrorCode::kData, "the required column `{}` is missing", column.name);
  }

  Result<Field> place(const Field& column, const StoredField& stored) {
    Field field;
    field.id = column.id;
    field.name = stored.name;
    field.required = column.required;
    field.type = FLOE_TRY(type_of(column.type, stored));
    return field;
  }

  Result<Type> type_of(const Type& column, const StoredField& stored) {
    const auto misfit = [&] {
      return failf(ErrorCode::kUnsupported, "it is stored as {}, which is not read as {}", stored.text,
                   column.to_string());
    };
    switch (stored.kind) {
      case StoredKind::kPrimitive:
        if (!column.is_primitive() || !can_read(stored.type, column)) return misfit();
        return stored.type;
      case StoredKind::kUnreadable:
        return misfit();
      case StoredKind::kStruct:
        if (column.id() != TypeId::kStruct) return misfit();
        return struct_type(column, stored);
      case StoredKind::kList:
        if (column.id() != TypeId::kList) return misfit();
        return list_type(column, stored);
      case StoredKind::kMap:
        if (column.id() != TypeId::kMap) return misfit();
        return map_type(column, stored);
    }
    return misfit();
  }

  Result<Type> struct_type(const Type& column, const StoredField& stored) {
    ++depth_;
    auto found = fields(column.fields(), stored.children);
    --depth_;
    auto placed = FLOE_TRY(std::move(found));
    for (std::size_t i = 0; placed.empty() && i < stored.children.size(); ++i) {
      if (auto witness = witness_of(stored.children[i])) placed.push_back(*std::move(witness));
    }
    return Type::structure(std::move(placed));
  }

  // Elements, keys and values have one place: an id that is not the column's means another column.
  static Status check_place(const Field& column, const StoredField& stored) {
    if (stored.id == column.id) return ok();
    const auto id = stored.id ? std::to_string(*stored.id) : "none";
    return failf(ErrorCode::kUnsupported, "its {} has the field id {} in the file and {} in the table", column.name, id,
                 column.id);
  }

  Result<Type> list_type(const Type& column, const StoredField& stored) {
    const auto& element = column.element();
    FLOE_TRY(check_place(element, stored.children[0]));
    auto placed = FLOE_TRY(place(element, stored.children[0]));
    return Type::list(placed.id, element.required, std::move(placed.type));
  }

  Result<Type> map_type(const Type& column, const StoredField& stored) {
    FLOE_TRY(check_place(column.key(), stored.children[0]));
    FLOE_TRY(check_place(column.value(), stored.children[1]));
    auto key = FLOE_TRY(place(column.key(), stored.children[0]));
    auto value = FLOE_TRY(place(column.value(), stored.children[1]));
    return Type::map(key.id, std::move(key.type), value.id, column.value().required, std::move(value.type));
  }

  bool by_name_;
  int depth_ = 0;
};

std::vector<std::int32_t> nan_unsafe_columns(const std::vector<Field>& columns, const parquet::FileShape& file,
                                             const std::vector<StoredField>& stored) {
  std::vector<std::int32_t> ids;
  if (bounds_tell_of_nan(file)) return ids;
  for (const auto& column : columns) {
    if (!holds_floats(column.type)) continue;
    const bool is_bounded = std::any_of(stored.begin(), stored.end(), [&](const StoredField& field) {
      return field.id == column.id && has_bounds(field);
    });
    if (is_bounded) ids.push_back(column.id);
  }
  return ids;
}

}  // namespace

bool FileLayout::holds(std::int32_t id) const {
  return std::any_of(columns.begin(), columns.end(), [&](const Field& field) { return field.id == id; });
}

std::string FileLayout::to_json() const {
  JsonText out;
  out.begin_object().key("by_name").boolean(by_name).key("columns").begin_array();
  for (const auto& field : columns) {
    out.begin_object().key("id").number(field.id).key("name").text(field.name);
    out.key("type").raw(floe::to_json(type_to_json(field.type))).end_object();
  }
  out.end_array().key("nan_unsafe").begin_array();
  for (const auto id : nan_unsafe)
    out.number(id);
  return std::move(out.end_array().end_object()).take();
}

Result<FileLayout> file_layout(const parquet::FileShape& file, const Schema& schema, const NameMapping* mapping) {
  FileLayout layout;
  layout.by_name = !file.has_ids;
  auto stored = file.columns;
  if (layout.by_name) {
    if (mapping == nullptr) {
      return fail(
          ErrorCode::kUnsupported,
          "it has no field ids, and the table property `schema.name-mapping.default` does not map its columns by "
          "name");
    }
    for (auto& field : stored)
      apply_mapping(*mapping, &field, field.name);
  }
  layout.columns = FLOE_TRY(LayoutMaker(layout.by_name).fields(schema.fields(), stored));
  layout.nan_unsafe = nan_unsafe_columns(layout.columns, file, stored);
  return layout;
}

}  // namespace floe::iceberg
