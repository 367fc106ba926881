// agate.Table as templates see it: run_query(...), load_result(...).table, load_agate_table().
#pragma once

#include "value/object.hpp"

#include <string>
#include <vector>

namespace floe::dbt {

enum class AgateType : std::uint8_t { kBoolean, kInteger, kNumber, kDate, kDateTime, kText };

std::string_view agate_type_name(AgateType type);  // `Integer`, ... as agate's classes are called

// Row-major values. Immutable once made; methods of templates give new tables.
class TableObject final : public Object {
 public:
  std::vector<std::string> column_names;
  std::vector<AgateType> column_types;
  std::vector<std::vector<Value>> rows;

  [[nodiscard]] std::string_view type_name() const override { return "Table"; }

  bool get_attr(const StringObject& name, Value* out) override;
  bool get_item(const Value& key, Value* out) override;
  bool call_method(const StringObject& name, Arguments& arguments, Value* out) override;
  [[nodiscard]] std::string str() const override;
  [[nodiscard]] std::string repr() const override;

  [[nodiscard]] bool truth() const override { return true; }

  std::unique_ptr<Iterator> iterate() override;
  [[nodiscard]] std::optional<std::size_t> length() const override;
};

Value make_table(std::vector<std::string> names, std::vector<AgateType> types, std::vector<std::vector<Value>> rows);
Value make_empty_table();
const TableObject* as_table(const Value& value);

// AdapterResponse: `str(r)` is the message; attributes code, rows_affected, query_id.
Value make_adapter_response(std::string message, std::string code, std::optional<std::int64_t> rows_affected);

}  // namespace floe::dbt
