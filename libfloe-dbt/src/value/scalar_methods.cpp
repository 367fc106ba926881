// The methods of set, int, float and bytes.
#include "value/bigint.hpp"
#include "value/method_arguments.hpp"
#include "value/methods.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace floe::dbt {

namespace {

SetObject& set_of(const Value& self) { return *self.set_object(); }

Ref<SetObject> copy_of(const SetObject& set) {
  auto result = make_ref<SetObject>();
  result->table.update(set.table);
  return result;
}

Ref<SetObject> set_from(const Value& iterable) {
  if (iterable.is_set()) return Ref<SetObject>(iterable.set_object());
  auto result = make_ref<SetObject>();
  auto iterator = iterate(iterable);
  for (Value item; iterator->next(&item);)
    result->add(item);
  return result;
}

std::vector<Value> members(const SetObject& set) {
  std::vector<Value> items;
  for (std::size_t at = 0; const DictObject::Entry* entry = set.table.next(&at);)
    items.push_back(entry->key);
  return items;
}

Value set_add(const Value& self, Arguments& arguments) {
  expect_count("set.add", arguments, 1, 1);
  set_of(self).add(arguments.positional[0]);
  return {};
}

Value set_discard(const Value& self, Arguments& arguments) {
  expect_count("set.discard", arguments, 1, 1);
  set_of(self).table.erase(arguments.positional[0]);
  return {};
}

Value set_remove(const Value& self, Arguments& arguments) {
  expect_count("set.remove", arguments, 1, 1);
  if (!set_of(self).table.erase(arguments.positional[0])) {
    raise(ExceptionKind::kKeyError, to_repr(arguments.positional[0]));
  }
  return {};
}

Value set_pop(const Value& self, Arguments& arguments) {
  expect_count("set.pop", arguments, 0, 0);
  std::size_t at = 0;
  const DictObject::Entry* entry = set_of(self).table.next(&at);
  if (entry == nullptr) raise(ExceptionKind::kKeyError, "'pop from an empty set'");
  Value taken = entry->key;
  set_of(self).table.erase(taken);
  return taken;
}

Value set_clear(const Value& self, Arguments& arguments) {
  expect_count("set.clear", arguments, 0, 0);
  set_of(self).table.clear();
  return {};
}

Value set_copy(const Value& self, Arguments& arguments) {
  expect_count("set.copy", arguments, 0, 0);
  return Value(copy_of(set_of(self)));
}

Value set_update(const Value& self, Arguments& arguments) {
  refuse_keywords("set.update", arguments);
  for (const Value& other : arguments.positional) {
    for (const Value& item : to_vector(other))
      set_of(self).add(item);
  }
  return {};
}

Value set_union(const Value& self, Arguments& arguments) {
  refuse_keywords("set.union", arguments);
  Value result(copy_of(set_of(self)));
  set_update(result, arguments);
  return result;
}

Value set_intersection(const Value& self, Arguments& arguments) {
  refuse_keywords("set.intersection", arguments);
  Ref<SetObject> result = copy_of(set_of(self));
  for (const Value& other : arguments.positional) {
    Ref<SetObject> wanted = set_from(other);
    for (const Value& item : members(*result)) {
      if (!wanted->contains(item)) result->table.erase(item);
    }
  }
  return Value(result);
}

Value set_difference(const Value& self, Arguments& arguments) {
  refuse_keywords("set.difference", arguments);
  Ref<SetObject> result = copy_of(set_of(self));
  for (const Value& other : arguments.positional) {
    for (const Value& item : to_vector(other))
      result->table.erase(item);
  }
  return Value(result);
}

Value set_symmetric_difference(const Value& self, Arguments& arguments) {
  expect_count("set.symmetric_difference", arguments, 1, 1);
  Ref<SetObject> other = set_from(arguments.positional[0]);
  auto result = make_ref<SetObject>();
  for (const Value& item : members(set_of(self))) {
    if (!other->contains(item)) result->add(item);
  }
  for (const Value& item : members(*other)) {
    if (!set_of(self).contains(item)) result->add(item);
  }
  return Value(result);
}

bool contains_all(const SetObject& set, const SetObject& items) {
  for (const Value& item : members(items)) {
    if (!set.contains(item)) return false;
  }
  return true;
}

Value set_issubset(const Value& self, Arguments& arguments) {
  expect_count("set.issubset", arguments, 1, 1);
  return contains_all(*set_from(arguments.positional[0]), set_of(self));
}

Value set_issuperset(const Value& self, Arguments& arguments) {
  expect_count("set.issuperset", arguments, 1, 1);
  return contains_all(set_of(self), *set_from(arguments.positional[0]));
}

Value set_isdisjoint(const Value& self, Arguments& arguments) {
  expect_count("set.isdisjoint", arguments, 1, 1);
  for (const Value& item : to_vector(arguments.positional[0])) {
    if (set_of(self).contains(item)) return false;
  }
  return true;
}

Value int_bit_length(const Value& self, Arguments& arguments) {
  expect_count("int.bit_length", arguments, 0, 0);
  return to_bigint(self).bit_length();
}

Value int_bit_count(const Value& self, Arguments& arguments) {
  expect_count("int.bit_count", arguments, 0, 0);
  std::string bits = to_bigint(self).to_string(2);
  return std::count(bits.begin(), bits.end(), '1');
}

Value number_conjugate(const Value& self, Arguments& arguments) {
  expect_count("int.conjugate", arguments, 0, 0);
  return self.is_bool() ? Value(self.as_int()) : self;
}

Value int_as_integer_ratio(const Value& self, Arguments& arguments) {
  expect_count("int.as_integer_ratio", arguments, 0, 0);
  return Value::tuple({self.is_bool() ? Value(self.as_int()) : self, Value(1)});
}

Value float_is_integer(const Value& self, Arguments& arguments) {
  expect_count("float.is_integer", arguments, 0, 0);
  return std::isfinite(self.as_float()) && std::trunc(self.as_float()) == self.as_float();
}

Value bytes_decode(const Value& self, Arguments& /*arguments*/) { return Value(self.bytes()->data); }

Value bytes_hex(const Value& self, Arguments& arguments) {
  expect_count("bytes.hex", arguments, 0, 0);
  std::string out;
  for (char byte : self.bytes()->data) {
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(byte));
  }
  return out;
}

constexpr NamedMethod kSetMethods[] = {
    {"add", set_add},
    {"clear", set_clear},
    {"copy", set_copy},
    {"difference", set_difference},
    {"discard", set_discard},
    {"intersection", set_intersection},
    {"isdisjoint", set_isdisjoint},
    {"issubset", set_issubset},
    {"issuperset", set_issuperset},
    {"pop", set_pop},
    {"remove", set_remove},
    {"symmetric_difference", set_symmetric_difference},
    {"union", set_union},
    {"update", set_update},
};

constexpr NamedMethod kIntMethods[] = {
    {"as_integer_ratio", int_as_integer_ratio},
    {"bit_count", int_bit_count},
    {"bit_length", int_bit_length},
    {"conjugate", number_conjugate},
};

constexpr NamedMethod kFloatMethods[] = {{"conjugate", number_conjugate}, {"is_integer", float_is_integer}};
constexpr NamedMethod kBytesMethods[] = {{"decode", bytes_decode}, {"hex", bytes_hex}};

}  // namespace

Method find_set_method(std::string_view name) { return find_method(kSetMethods, name); }

Method find_int_method(std::string_view name) { return find_method(kIntMethods, name); }

Method find_float_method(std::string_view name) { return find_method(kFloatMethods, name); }

Method find_bytes_method(std::string_view name) { return find_method(kBytesMethods, name); }

}  // namespace floe::dbt
