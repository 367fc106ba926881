// The methods of list, tuple and range.
#include "value/method_arguments.hpp"
#include "value/methods.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

namespace {

std::vector<Value>& items_of(const Value& self) { return self.list_object()->items; }

Value append(const Value& self, Arguments& arguments) {
  expect_count("list.append", arguments, 1, 1);
  Meter::step(Meter::kElement);
  items_of(self).push_back(arguments.positional[0]);
  return {};
}

Value extend(const Value& self, Arguments& arguments) {
  expect_count("list.extend", arguments, 1, 1);
  std::vector<Value> more = to_vector(arguments.positional[0]);
  items_of(self).insert(items_of(self).end(), more.begin(), more.end());
  return {};
}

Value insert(const Value& self, Arguments& arguments) {
  expect_count("insert", arguments, 2, 2);
  Meter::step(Meter::kElement + items_of(self).size() / 16);
  auto size = static_cast<std::int64_t>(items_of(self).size());
  std::int64_t at = expect_index(arguments.positional[0]);
  if (at < 0) at = std::max<std::int64_t>(at + size, 0);
  items_of(self).insert(items_of(self).begin() + std::min(at, size), arguments.positional[1]);
  return {};
}

Value pop(const Value& self, Arguments& arguments) {
  expect_count("pop", arguments, 0, 1);
  if (!arguments.positional.empty()) Meter::step(items_of(self).size() / 16);
  std::vector<Value>& items = items_of(self);
  auto size = static_cast<std::int64_t>(items.size());
  std::int64_t at = arguments.positional.empty() ? -1 : expect_index(arguments.positional[0]);
  if (size == 0) raise(ExceptionKind::kIndexError, "pop from empty list");
  if (at < 0) at += size;
  if (at < 0 || at >= size) raise(ExceptionKind::kIndexError, "pop index out of range");
  Value taken = std::move(items[static_cast<std::size_t>(at)]);
  items.erase(items.begin() + at);
  return taken;
}

Value remove(const Value& self, Arguments& arguments) {
  expect_count("list.remove", arguments, 1, 1);
  std::vector<Value>& items = items_of(self);
  Meter::step(items.size());
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (is_same(items[index], arguments.positional[0]) || equals(Value(items[index]), arguments.positional[0])) {
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(index));
      return {};
    }
  }
  raise(ExceptionKind::kValueError, "list.remove(x): x not in list");
}

Value clear(const Value& self, Arguments& arguments) {
  expect_count("list.clear", arguments, 0, 0);
  std::vector<Value> dropped = std::move(items_of(self));
  items_of(self).clear();
  return {};
}

Value copy(const Value& self, Arguments& arguments) {
  expect_count("list.copy", arguments, 0, 0);
  return Value::list(items_of(self));
}

Value reverse(const Value& self, Arguments& arguments) {
  expect_count("list.reverse", arguments, 0, 0);
  Meter::step(items_of(self).size());
  std::reverse(items_of(self).begin(), items_of(self).end());
  return {};
}

Value sort(const Value& self, Arguments& arguments) {
  if (!arguments.positional.empty()) {
    raise(ExceptionKind::kTypeError, "sort() takes no positional arguments");
  }
  Value key;
  bool backward = false;
  for (const NamedValue& named : arguments.named) {
    if (named.name.as_string() == "key") {
      key = named.value;
    } else if (named.name.as_string() == "reverse") {
      backward = truth(named.value);
    } else {
      raise(ExceptionKind::kTypeError,
            fmt::format("{} is an invalid keyword argument for sort()", to_repr(named.name)));
    }
  }
  std::vector<Value> items = items_of(self);
  if (key.is_none()) {
    sort_values(&items, backward);
    items_of(self) = std::move(items);
    return {};
  }
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& item : items) {
    Arguments call_arguments{arguments.machine, std::span<const Value>(&item, 1), {}};
    Value sort_key = call(key, call_arguments);
    keyed.emplace_back(std::move(sort_key), item);
  }
  if (backward) std::reverse(keyed.begin(), keyed.end());
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const auto& left, const auto& right) { return less(left.first, right.first); });
  if (backward) std::reverse(keyed.begin(), keyed.end());
  std::vector<Value>& target = items_of(self);
  target.clear();
  for (auto& [sort_key, item] : keyed)
    target.push_back(std::move(item));
  return {};
}

std::int64_t count_in(const std::vector<Value>& items, const Value& wanted) {
  std::int64_t total = 0;
  Meter::step(items.size());
  for (std::size_t index = 0; index < items.size(); ++index) {
    if (is_same(items[index], wanted) || equals(Value(items[index]), wanted)) ++total;
  }
  return total;
}

std::int64_t index_in(const std::vector<Value>& items, Arguments& arguments, std::string_view message) {
  auto size = static_cast<std::int64_t>(items.size());
  auto bound = [&](std::size_t index, std::int64_t fallback) {
    if (index >= arguments.positional.size()) return fallback;
    std::int64_t at = expect_index(arguments.positional[index]);
    return at < 0 ? std::max<std::int64_t>(at + size, 0) : at;
  };
  std::int64_t stop = std::min(bound(2, size), size);
  Meter::step(static_cast<std::uint64_t>(std::max<std::int64_t>(stop, 0)));
  for (std::int64_t index = bound(1, 0); index < stop; ++index) {
    const Value& item = items[static_cast<std::size_t>(index)];
    if (is_same(item, arguments.positional[0]) || equals(Value(item), arguments.positional[0])) return index;
  }
  raise(ExceptionKind::kValueError, std::string(message));
}

Value list_count(const Value& self, Arguments& arguments) {
  expect_count("list.count", arguments, 1, 1);
  return count_in(items_of(self), arguments.positional[0]);
}

Value list_index(const Value& self, Arguments& arguments) {
  expect_count("index", arguments, 1, 3);
  return index_in(items_of(self), arguments, to_repr(arguments.positional[0]) + " is not in list");
}

Value tuple_count(const Value& self, Arguments& arguments) {
  expect_count("tuple.count", arguments, 1, 1);
  return count_in(to_vector(self), arguments.positional[0]);
}

Value tuple_index(const Value& self, Arguments& arguments) {
  expect_count("index", arguments, 1, 3);
  std::string message =
      self.is_tuple() ? "tuple.index(x): x not in tuple" : to_repr(arguments.positional[0]) + " is not in range";
  return index_in(to_vector(self), arguments, message);
}

constexpr NamedMethod kListMethods[] = {
    {"append", append}, {"clear", clear},      {"copy", copy},     {"count", list_count},
    {"extend", extend}, {"index", list_index}, {"insert", insert}, {"pop", pop},
    {"remove", remove}, {"reverse", reverse},  {"sort", sort},
};

constexpr NamedMethod kTupleMethods[] = {{"count", tuple_count}, {"index", tuple_index}};

}  // namespace

Method find_list_method(std::string_view name) { return find_method(kListMethods, name); }

Method find_tuple_method(std::string_view name) { return find_method(kTupleMethods, name); }

}  // namespace floe::dbt
