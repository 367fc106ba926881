// Schema: the columns of a table with their ids. Immutable; copies share everything.
#pragma once

#include "schema/type.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

// What the index knows of a field besides the field itself.
struct FieldPlace {
  const Field* field = nullptr;
  std::int32_t parent_id = -1;   // -1 at the top
  std::string name;              // dotted: `a.b`, `list.element`, `map.key`, `map.value.x`
  bool inside_repeated = false;  // below a list or a map
  bool parents_required = true;  // every enclosing struct is required
};

class Schema {
 public:
  Schema();  // no columns, id 0

  // kData for duplicate ids, duplicate names in one struct, or identifier fields that are not required primitive
  // non-float columns reached through required structs.
  static Result<Schema> make(std::vector<Field> fields, std::int32_t schema_id = 0,
                             std::vector<std::int32_t> identifier_field_ids = {});
  static Result<Schema> from_json(const json::object& object);  // schema-id may be absent (v1): 0
  static Result<Schema> from_json_text(std::string_view text);

  // Java's spelling and key order: type, schema-id, identifier-field-ids (when there are some), fields.
  [[nodiscard]] json::object to_json() const;
  [[nodiscard]] std::string to_json_text() const;

  [[nodiscard]] std::int32_t schema_id() const;
  [[nodiscard]] const std::vector<Field>& fields() const;
  [[nodiscard]] const Type& root() const;  // the struct type
  [[nodiscard]] const std::vector<std::int32_t>& identifier_field_ids() const;
  [[nodiscard]] std::int32_t highest_field_id() const;  // 0 when empty

  // nullptr when absent. Dotted names; list elements are `x.element`, and the short forms `list.child` for
  // `list.element.child` and `map.child` for `map.value.child` work too, as in Java.
  [[nodiscard]] const Field* find(std::int32_t id) const;
  [[nodiscard]] const Field* find(std::string_view name) const;
  // ASCII case ignored; kInvalidArgument when several columns match, nullptr when none does.
  [[nodiscard]] Result<const Field*> find_ignore_case(std::string_view name) const;
  [[nodiscard]] const FieldPlace* place(std::int32_t id) const;
  [[nodiscard]] std::string column_name(std::int32_t id) const;  // dotted; empty when absent
  [[nodiscard]] std::vector<std::int32_t> all_ids() const;       // ascending

  [[nodiscard]] Schema with_schema_id(std::int32_t schema_id) const;

  // Fields, docs, ids and identifier fields; not the schema id (that is how an existing schema is found again).
  [[nodiscard]] bool same_columns(const Schema& other) const;
  friend bool operator==(const Schema& left, const Schema& right);

 private:
  struct Data;

  explicit Schema(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;
};

}  // namespace floe::iceberg
