// The methods of dict.
#include "value/iterators.hpp"
#include "value/method_arguments.hpp"
#include "value/methods.hpp"

#include <fmt/format.h>

namespace floe::dbt {

namespace {

DictObject& dict_of(const Value& self) { return *self.dict_object(); }

Value get(const Value& self, Arguments& arguments) {
  expect_count("get", arguments, 1, 2);
  const Value* found = dict_of(self).find(arguments.positional[0]);
  if (found != nullptr) return *found;
  if (dict_of(self).size() == 0) hash(arguments.positional[0]);  // an unhashable key is an error even here
  return arguments.positional.size() > 1 ? arguments.positional[1] : Value();
}

Value items(const Value& self, Arguments& arguments) {
  expect_count("dict.items", arguments, 0, 0);
  return make_dict_view(&dict_of(self), DictPart::kItems);
}

Value keys(const Value& self, Arguments& arguments) {
  expect_count("dict.keys", arguments, 0, 0);
  return make_dict_view(&dict_of(self), DictPart::kKeys);
}

Value values(const Value& self, Arguments& arguments) {
  expect_count("dict.values", arguments, 0, 0);
  return make_dict_view(&dict_of(self), DictPart::kValues);
}

void update_from(DictObject& target, const Value& source) {
  if (source.is_dict()) {
    target.update(*source.dict_object());
    return;
  }
  if (source.is_object() && source.object()->is_mapping()) {
    auto iterator = iterate(source);
    for (Value key; iterator->next(&key);)
      target.set(key, get_item(source, key));
    return;
  }
  auto iterator = iterate(source);
  std::size_t index = 0;
  for (Value pair; iterator->next(&pair); ++index) {
    if (!is_iterable(pair)) {
      raise(ExceptionKind::kTypeError,
            fmt::format("cannot convert dictionary update sequence element #{} to a sequence", index));
    }
    std::vector<Value> parts = to_vector(pair);
    if (parts.size() != 2) {
      raise(ExceptionKind::kValueError,
            fmt::format("dictionary update sequence element #{} has length {}; 2 is required", index, parts.size()));
    }
    target.set(parts[0], parts[1]);
  }
}

Value update(const Value& self, Arguments& arguments) {
  if (arguments.positional.size() > 1) {
    raise(ExceptionKind::kTypeError,
          fmt::format("update expected at most 1 argument, got {}", arguments.positional.size()));
  }
  if (!arguments.positional.empty()) update_from(dict_of(self), arguments.positional[0]);
  for (const NamedValue& named : arguments.named)
    dict_of(self).set(named.name, named.value);
  return {};
}

Value pop(const Value& self, Arguments& arguments) {
  expect_count("pop", arguments, 1, 2);
  Value taken;
  if (dict_of(self).erase(arguments.positional[0], &taken)) return taken;
  if (arguments.positional.size() > 1) return arguments.positional[1];
  raise(ExceptionKind::kKeyError, to_repr(arguments.positional[0]));
}

Value popitem(const Value& self, Arguments& arguments) {
  expect_count("dict.popitem", arguments, 0, 0);
  std::size_t position = dict_of(self).entry_end();
  const DictObject::Entry* entry = dict_of(self).previous(&position);
  if (entry == nullptr) raise(ExceptionKind::kKeyError, "'popitem(): dictionary is empty'");
  Value pair = Value::tuple({entry->key, entry->value});
  dict_of(self).erase(pair.tuple_object()->items[0]);
  return pair;
}

Value setdefault(const Value& self, Arguments& arguments) {
  expect_count("setdefault", arguments, 1, 2);
  const Value* found = dict_of(self).find(arguments.positional[0]);
  if (found != nullptr) return *found;
  Value fallback = arguments.positional.size() > 1 ? arguments.positional[1] : Value();
  dict_of(self).set(arguments.positional[0], fallback);
  return fallback;
}

Value copy(const Value& self, Arguments& arguments) {
  expect_count("dict.copy", arguments, 0, 0);
  return Value(dict_of(self).copy());
}

Value clear(const Value& self, Arguments& arguments) {
  expect_count("dict.clear", arguments, 0, 0);
  dict_of(self).clear();
  return {};
}

Value fromkeys(const Value& /*self*/, Arguments& arguments) {
  expect_count("fromkeys", arguments, 1, 2);
  auto result = make_ref<DictObject>();
  Value each = arguments.positional.size() > 1 ? arguments.positional[1] : Value();
  for (const Value& key : to_vector(arguments.positional[0]))
    result->set(key, each);
  return Value(result);
}

constexpr NamedMethod kDictMethods[] = {
    {"clear", clear},           {"copy", copy},     {"fromkeys", fromkeys}, {"get", get},
    {"items", items},           {"keys", keys},     {"pop", pop},           {"popitem", popitem},
    {"setdefault", setdefault}, {"update", update}, {"values", values},
};

}  // namespace

Method find_dict_method(std::string_view name) { return find_method(kDictMethods, name); }

}  // namespace floe::dbt
