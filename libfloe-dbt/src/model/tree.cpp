#include "model/tree.hpp"

namespace floe::dbt {

const Value* find_key(const Value& value, std::string_view key) {
  return value.is_dict() ? value.dict_object()->find(key) : nullptr;
}

Value value_or_none(const Value& value, std::string_view key) {
  const Value* found = find_key(value, key);
  return found == nullptr ? Value() : *found;
}

std::optional<std::string> find_text(const Value& value, std::string_view key) {
  const Value* found = find_key(value, key);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return found->as_string();
}

bool find_bool(const Value& value, std::string_view key, bool fallback) {
  const Value* found = find_key(value, key);
  return found != nullptr && found->is_bool() ? found->as_bool() : fallback;
}

std::vector<std::string> text_list(const Value* value) {
  std::vector<std::string> items;
  if (value == nullptr) return items;
  if (value->is_string()) items.push_back(value->as_string());
  if (value->is_list()) {
    for (const Value& item : value->list_object()->items) {
      if (item.is_string()) items.push_back(item.as_string());
    }
  }
  return items;
}

Value to_list(const std::vector<std::string>& items) {
  std::vector<Value> values;
  values.reserve(items.size());
  for (const std::string& item : items)
    values.emplace_back(item);
  return Value::list(std::move(values));
}

Value deep_copy(const Value& value) {
  if (value.is_list()) {
    std::vector<Value> items;
    items.reserve(value.list_object()->items.size());
    for (const Value& item : value.list_object()->items)
      items.push_back(deep_copy(item));
    return Value::list(std::move(items));
  }
  if (value.is_dict()) {
    Value copy = Value::dict();
    const DictObject& dict = *value.dict_object();
    for (std::size_t i = 0; const DictObject::Entry* entry = dict.next(&i);) {
      copy.dict_object()->set(entry->key, deep_copy(entry->value));
    }
    return copy;
  }
  return value;
}

Value merged_dict(const Value& base, const Value& over) {
  Value merged = base.is_dict() ? Value(base.dict_object()->copy()) : Value::dict();
  if (over.is_dict()) merged.dict_object()->update(*over.dict_object());
  return merged;
}

Value deep_merge(const Value& base, const Value& over) {
  Value merged = base.is_dict() ? deep_copy(base) : Value::dict();
  if (!over.is_dict()) return merged;
  DictObject& target = *merged.dict_object();
  for (std::size_t i = 0; const DictObject::Entry* entry = over.dict_object()->next(&i);) {
    const Value* present = target.find(entry->key);
    if (entry->value.is_dict()) {
      target.set(entry->key, deep_merge(present == nullptr ? Value::dict() : *present, entry->value));
    } else if (entry->value.is_list() && present != nullptr && present->is_list()) {
      Value joined = listify(entry->value);
      for (const Value& item : present->list_object()->items)
        joined.list_object()->items.push_back(item);
      target.set(entry->key, joined);
    } else {
      target.set(entry->key, deep_copy(entry->value));
    }
  }
  return merged;
}

Value listify(const Value& value) {
  if (value.is_list()) return Value::list(value.list_object()->items);
  return Value::list({value});
}

}  // namespace floe::dbt
