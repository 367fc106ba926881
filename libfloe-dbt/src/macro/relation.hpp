// Relation and Column as templates see them: `this`, ref(), source(), api.Relation.create(), adapter results.
#pragma once

#include "model/node.hpp"
#include "value/object.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floe::dbt {

enum class RelationType : std::uint8_t { kNone, kTable, kView, kCte, kMaterializedView, kExternal, kFunction };

std::string_view relation_type_name(RelationType type);  // `table`; empty for kNone
RelationType parse_relation_type(std::string_view name);

struct RelationPolicy {
  bool database = true;
  bool schema = true;
  bool identifier = true;
};

// Immutable: include(), quote(), incorporate() give new ones.
class RelationObject final : public Object {
 public:
  std::optional<std::string> database;
  std::optional<std::string> schema;
  std::optional<std::string> identifier;
  RelationType type = RelationType::kNone;
  RelationPolicy include;
  RelationPolicy quote;
  std::optional<std::int64_t> limit;    // --empty renders `(select * from x where false limit 0)`
  std::optional<std::string> external;  // rendered instead of the name
  std::optional<std::string> information_schema_view;

  [[nodiscard]] std::string render() const;  // without limit
  [[nodiscard]] bool matches(const RelationObject& other) const;

  [[nodiscard]] std::string_view type_name() const override { return "DuckDBRelation"; }

  bool get_attr(const StringObject& name, Value* out) override;
  bool get_item(const Value& key, Value* out) override;
  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override;
  [[nodiscard]] std::string str() const override;
  [[nodiscard]] std::string repr() const override;

  [[nodiscard]] bool truth() const override { return true; }

  // dbt's relations are mappings: packages tell them from text by `is mapping`.
  [[nodiscard]] bool is_mapping() const override { return true; }

  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::uint64_t hash() const override;
};

Value make_relation(std::optional<std::string> database, std::optional<std::string> schema,
                    std::optional<std::string> identifier, RelationType type = RelationType::kNone,
                    RelationPolicy quote = {});
// dbt's create_from(config, node): the project's quoting, then the node's own.
Value make_relation(const Node& node, const Quoting& project_quoting);
Value make_relation(const Source& source);
// `__dbt__cte__name`, unquoted.
Value make_ephemeral_relation(const Node& node);
std::string ephemeral_name(const Node& node);
// The relation when `value` is one, else nullptr.
const RelationObject* as_relation(const Value& value);
// `"a"."b"."c"` for a relation of a node.
std::string relation_name(const Node& node, const Quoting& project_quoting);

// The class `api.Relation` / `adapter.Relation`: create(), create_from(), View, Table, ...
Value make_relation_class(const Quoting& project_quoting);

class ColumnObject final : public Object {
 public:
  ColumnObject(std::string column, std::string type) : name(std::move(column)), dtype(std::move(type)) {}

  const std::string name;
  const std::string dtype;
  std::optional<std::int64_t> char_size, numeric_precision, numeric_scale;

  [[nodiscard]] std::string data_type() const;

  [[nodiscard]] std::string_view type_name() const override { return "DuckDBColumn"; }

  bool get_attr(const StringObject& name, Value* out) override;
  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override;
  [[nodiscard]] std::string repr() const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::uint64_t hash() const override;
};

Value make_column(std::string name, std::string dtype);
Value make_column_class();  // api.Column: create(), translate_type(), string_type(), ...

}  // namespace floe::dbt
