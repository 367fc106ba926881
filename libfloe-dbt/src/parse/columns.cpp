// Columns and constraints of schema yml, and the checksum of a contract.
#include "model/tree.hpp"
#include "parse/schema.hpp"
#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::dbt {
namespace {

constexpr std::array<std::string_view, 14> kColumnKeys = {
    "name",       "description", "meta",  "data_type", "constraints", "docs",      "config",
    "data_tests", "tests",       "quote", "tags",      "granularity", "dimension", "entity"};

void add_unique(std::vector<std::string>* list, std::vector<std::string> items) {
  for (std::string& item : items) {
    if (std::find(list->begin(), list->end(), item) == list->end()) list->push_back(std::move(item));
  }
}

ColumnInfo read_column(const Value& column) {
  ColumnInfo info;
  info.name = to_str(*find_key(column, "name"));
  info.description = find_text(column, "description").value_or("");
  info.data_type = find_text(column, "data_type");
  if (const Value* quote = find_key(column, "quote"); quote != nullptr && quote->is_bool())
    info.quote = quote->as_bool();
  const Value* config = find_key(column, "config");
  const Value* meta = find_key(column, "meta");
  const Value* config_meta = config == nullptr ? nullptr : find_key(*config, "meta");
  info.meta = merged_dict(meta == nullptr ? Value() : *meta, config_meta == nullptr ? Value() : *config_meta);
  add_unique(&info.tags, text_list(find_key(column, "tags")));
  if (config != nullptr) add_unique(&info.tags, text_list(find_key(*config, "tags")));
  const Value* constraints = find_key(column, "constraints");
  info.constraints = complete_constraints(constraints == nullptr ? Value() : *constraints, false);
  for (std::size_t i = 0; const DictObject::Entry* entry = column.dict_object()->next(&i);) {
    if (entry->key.is_string() &&
        std::find(kColumnKeys.begin(), kColumnKeys.end(), entry->key.as_string()) == kColumnKeys.end()) {
      info.extra.dict_object()->set(entry->key, entry->value);
    }
  }
  return info;
}

// How Python prints dbt's constraint classes; only the checksum needs it.
std::string constraints_repr(const Value& constraints, bool of_model) {
  std::string text = "[";
  for (const Value& constraint : constraints.list_object()->items) {
    if (text.size() > 1) text += ", ";
    const std::string type = find_text(constraint, "type").value_or("");
    text += fmt::format("{}(type=<ConstraintType.{}: '{}'>",
                        of_model ? "ModelLevelConstraint" : "ColumnLevelConstraint", type, type);
    for (std::size_t i = 0; const DictObject::Entry* entry = constraint.dict_object()->next(&i);) {
      const std::string key = to_str(entry->key);
      if (key != "type") text += ", " + key + "=" + to_repr(entry->value);
    }
    text += ")";
  }
  return text + "]";
}

}  // namespace

std::vector<ColumnInfo> read_columns(Loader& loader, const Value& columns, const yaml::Node* node) {
  std::vector<ColumnInfo> all;
  if (!columns.is_list()) return all;
  for (std::size_t i = 0; i < columns.list_object()->items.size(); ++i) {
    const Value& column = columns.list_object()->items[i];
    const Value* name = find_key(column, "name");
    if (name == nullptr || name->is_none()) {
      const bool has_node = node != nullptr && i < node->items.size();
      loader.report(error_diagnostic("FLOE-E0613", "schema-file", "a column needs a `name`")
                        .at(has_node ? node->items[i]->span : Span{}));
      continue;
    }
    ColumnInfo info = read_column(column);
    // The last of equal names wins, as in a dict, at the place of the first.
    const auto same =
        std::find_if(all.begin(), all.end(), [&](const ColumnInfo& other) { return other.name == info.name; });
    if (same != all.end()) {
      *same = std::move(info);
    } else {
      all.push_back(std::move(info));
    }
  }
  return all;
}

Value complete_constraints(const Value& written, bool of_model) {
  std::vector<Value> complete;
  if (!written.is_list()) return Value::list();
  for (const Value& constraint : written.list_object()->items) {
    Value defaults = Value::dict({{"type", Value()},
                                  {"name", Value()},
                                  {"expression", Value()},
                                  {"warn_unenforced", Value(true)},
                                  {"warn_unsupported", Value(true)},
                                  {"to", Value()},
                                  {"to_columns", Value::list()}});
    if (of_model) defaults.dict_object()->set(std::string_view("columns"), Value::list());
    complete.push_back(merged_dict(defaults, constraint));
  }
  return Value::list(std::move(complete));
}

void build_contract_checksum(Node& node) {
  if (!node.contract.enforced) return;
  std::vector<const ColumnInfo*> sorted;
  sorted.reserve(node.columns.size());
  for (const ColumnInfo& column : node.columns)
    sorted.push_back(&column);
  std::sort(sorted.begin(), sorted.end(),
            [](const ColumnInfo* left, const ColumnInfo* right) { return left->name < right->name; });
  std::string state;
  for (const ColumnInfo* column : sorted) {
    state += "|" + column->name + column->data_type.value_or("None") + constraints_repr(column->constraints, false);
  }
  const std::string_view materialized = node.materialized();
  if (materialized == "table" || materialized == "incremental") {
    state += materialized;
    state += constraints_repr(node.constraints, true);
  }
  node.contract.checksum = text::sha256_hex(state);
}

}  // namespace floe::dbt
