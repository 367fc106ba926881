// Filters on sequences and mappings.
#include "jinja/filter_functions.hpp"
#include "value/iterators.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace floe::dbt::filter {

Value lowered(const Value& value) { return value.is_string() ? Value(unicode::to_lower(value.as_string())) : value; }

AttributeGetter::AttributeGetter(const Value& attribute, UndefinedPolicy policy, bool ignore_case, Value fallback)
    : policy_(policy), ignore_case_(ignore_case), fallback_(std::move(fallback)) {
  if (attribute.is_missing() || attribute.is_none()) return;
  if (!attribute.is_string()) {
    parts_.push_back(attribute);
    return;
  }
  std::string_view path = attribute.as_string();
  while (true) {
    std::size_t dot = path.find('.');
    std::string_view part = path.substr(0, dot);
    bool digits =
        !part.empty() && std::all_of(part.begin(), part.end(), [](char each) { return each >= '0' && each <= '9'; });
    parts_.push_back(digits ? to_int(Value(part)) : intern(part));
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
}

Value AttributeGetter::get(const Value& item) const {
  Value value = item;
  for (const Value& part : parts_) {
    value = get_item_or_undefined(value, part, policy_);
    if (!fallback_.is_missing() && !fallback_.is_none() && value.is_undefined()) value = fallback_;
  }
  return ignore_case_ ? lowered(value) : value;
}

std::vector<AttributeGetter> AttributeGetter::split(const Value& attribute, UndefinedPolicy policy, bool ignore_case) {
  std::vector<AttributeGetter> getters;
  if (!attribute.is_string()) {
    getters.emplace_back(attribute, policy, ignore_case);
    return getters;
  }
  std::string_view rest = attribute.as_string();
  while (true) {
    std::size_t comma = rest.find(',');
    getters.emplace_back(Value(rest.substr(0, comma)), policy, ignore_case);
    if (comma == std::string_view::npos) return getters;
    rest.remove_prefix(comma + 1);
  }
}

Value AttributeGetter::get_all(const std::vector<AttributeGetter>& getters, const Value& item) {
  std::vector<Value> values;
  values.reserve(getters.size());
  for (const AttributeGetter& getter : getters)
    values.push_back(getter.get(item));
  return Value::list(std::move(values));
}

namespace {

// Sorts items by keys computed once.
std::vector<Value> sorted_by(std::vector<std::pair<Value, Value>> keyed, bool reverse) {
  if (reverse) std::reverse(keyed.begin(), keyed.end());
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const auto& left, const auto& right) { return less(left.first, right.first); });
  if (reverse) std::reverse(keyed.begin(), keyed.end());
  std::vector<Value> result;
  result.reserve(keyed.size());
  for (auto& [key, item] : keyed)
    result.push_back(std::move(item));
  return result;
}

}  // namespace

Value dictsort(Arguments& arguments) {
  Bound<4> bound("do_dictsort", arguments, {"value", "case_sensitive", "by", "reverse"}, 1);
  std::string by = bound.has(2) && bound[2].is_string() ? bound[2].as_string() : bound.has(2) ? "" : "key";
  if (by != "key" && by != "value") {
    raise(ExceptionKind::kFilterArgument, "You can only sort by either \"key\" or \"value\"");
  }
  const Value& map = bound[0];
  if (map.is_undefined()) map.undefined_object()->fail();
  if (!map.is_dict()) {
    raise(ExceptionKind::kAttributeError, fmt::format("'{}' object has no attribute 'items'", type_name(map)));
  }
  bool sensitive = bound.flag(1);
  std::vector<std::pair<Value, Value>> keyed;
  for (std::size_t at = 0; const DictObject::Entry* entry = map.dict_object()->next(&at);) {
    const Value& key = by == "key" ? entry->key : entry->value;
    keyed.emplace_back(sensitive ? key : lowered(key), Value::tuple({entry->key, entry->value}));
  }
  return Value::list(sorted_by(std::move(keyed), bound.flag(3)));
}

Value sort(Arguments& arguments) {
  Bound<4> bound("do_sort", arguments, {"value", "reverse", "case_sensitive", "attribute"}, 1);
  auto getters = AttributeGetter::split(bound.get(3, Value()), policy_of(arguments), !bound.flag(2));
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& item : to_vector(bound[0])) {
    Value key = AttributeGetter::get_all(getters, item);
    keyed.emplace_back(std::move(key), std::move(item));
  }
  return Value::list(sorted_by(std::move(keyed), bound.flag(1)));
}

namespace {

// A key and the items that share it: a tuple with the names grouper and list.
class GroupObject final : public Object {
 public:
  GroupObject(Value grouper, Value members) : pair_(Value::tuple({std::move(grouper), std::move(members)})) {}

  [[nodiscard]] std::string_view type_name() const override { return "_GroupTuple"; }

  bool get_attr(const StringObject& name, Value* out) override {
    if (name.view() == "grouper") return *out = pair_.tuple_object()->items[0], true;
    if (name.view() == "list") return *out = pair_.tuple_object()->items[1], true;
    return dbt::get_attr(pair_, name, out);
  }

  bool get_item(const Value& key, Value* out) override {
    if (!as_index(key)) return false;
    *out = dbt::get_item(pair_, key);
    return true;
  }

  std::unique_ptr<Iterator> iterate() override { return dbt::iterate(pair_); }

  [[nodiscard]] std::optional<std::size_t> length() const override { return 2; }

  [[nodiscard]] std::string repr() const override { return to_repr(pair_); }

  [[nodiscard]] bool equals(const Value& other) const override {
    const auto* group = other.object_as<GroupObject>();
    return dbt::equals(pair_, group != nullptr ? group->pair_ : other);
  }

  [[nodiscard]] std::optional<int> compare(const Value& other) const override {
    const auto* group = other.object_as<GroupObject>();
    if (group == nullptr && !other.is_tuple()) return std::nullopt;
    const Value& right = group != nullptr ? group->pair_ : other;
    if (dbt::equals(pair_, right)) return 0;
    return less(pair_, right) ? -1 : 1;
  }

  [[nodiscard]] std::uint64_t hash() const override { return dbt::hash(pair_); }

  [[nodiscard]] std::optional<Value> to_json() const override { return pair_; }

  std::optional<Value> binary(BinaryOperator op, const Value& other, bool reflected) override {
    if (op != BinaryOperator::kAdd && op != BinaryOperator::kMultiply) return std::nullopt;
    const auto* group = other.object_as<GroupObject>();
    const Value& right = group != nullptr ? group->pair_ : other;
    if (right.is_object()) return std::nullopt;
    return reflected ? dbt::binary(op, right, pair_) : dbt::binary(op, pair_, right);
  }

 private:
  Value pair_;
};

}  // namespace

Value groupby(Arguments& arguments) {
  Bound<4> bound("do_groupby", arguments, {"value", "attribute", "default", "case_sensitive"}, 2);
  bool sensitive = bound.flag(3);
  Value fallback = bound.get(2, Value());
  AttributeGetter key_of(bound[1], policy_of(arguments), !sensitive, fallback);
  AttributeGetter shown(bound[1], policy_of(arguments), false, fallback);
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& item : to_vector(bound[0])) {
    Value key = key_of.get(item);
    keyed.emplace_back(std::move(key), std::move(item));
  }
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const auto& left, const auto& right) { return less(left.first, right.first); });
  std::vector<Value> groups;
  for (std::size_t start = 0; start < keyed.size();) {
    std::size_t end = start;
    std::vector<Value> members;
    while (end < keyed.size() && equals(keyed[start].first, keyed[end].first))
      members.push_back(keyed[end++].second);
    if (end == start) members.push_back(keyed[end++].second);  // a key unequal to itself: NaN
    Value name = sensitive ? keyed[start].first : shown.get(members[0]);
    groups.emplace_back(make_ref<GroupObject>(std::move(name), Value::list(std::move(members))));
    start = end;
  }
  return Value::list(std::move(groups));
}

Value unique(Arguments& arguments) {
  Bound<3> bound("do_unique", arguments, {"value", "case_sensitive", "attribute"}, 1);
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  Value source = bound[0];
  AttributeGetter key_of(bound.get(2, Value()), policy_of(arguments), !bound.flag(1));
  std::shared_ptr<Iterator> iterator;
  auto seen = make_ref<SetObject>();
  return make_generator([source, key_of, iterator, seen](Value* out) mutable {
    if (!iterator) iterator = iterate(source);
    while (iterator->next(out)) {
      if (seen->add(key_of.get(*out))) return true;
    }
    return false;
  });
}

namespace {

Value extreme(std::string_view name, Arguments& arguments, bool largest) {
  Bound<3> bound(name, arguments, {"value", "case_sensitive", "attribute"}, 1);
  auto iterator = iterate(bound[0]);
  Value best;
  if (!iterator->next(&best)) {
    return make_undefined_hint("No aggregated item, sequence was empty.", Value::missing(), policy_of(arguments));
  }
  AttributeGetter key_of(bound.get(2, Value()), policy_of(arguments), !bound.flag(1));
  Value best_key = key_of.get(best);
  for (Value item; iterator->next(&item);) {
    Value key = key_of.get(item);
    bool better = largest ? compare(Comparison::kGreater, key, best_key) : less(key, best_key);
    if (better) {
      best = std::move(item);
      best_key = std::move(key);
    }
  }
  return best;
}

}  // namespace

Value minimum(Arguments& arguments) { return extreme("do_min", arguments, false); }

Value maximum(Arguments& arguments) { return extreme("do_max", arguments, true); }

Value first(Arguments& arguments) {
  Bound<1> bound("do_first", arguments, {"seq"}, 1);
  Value item;
  if (iterate(bound[0])->next(&item)) return item;
  return make_undefined_hint("No first item, sequence was empty.", Value::missing(), policy_of(arguments));
}

namespace {

// reversed(x): nullptr where Python raises TypeError.
std::unique_ptr<Iterator> reversed(const Value& value) {
  switch (value.kind()) {
    case Kind::kDict:
      return std::make_unique<DictIterator>(value.dict_object(), DictPart::kKeys, true);
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kRange:
    case Kind::kUndefined: {
      std::vector<Value> items = to_vector(value);
      std::reverse(items.begin(), items.end());
      return std::make_unique<VectorIterator>(std::move(items));
    }
    case Kind::kObject: {
      if (auto iterator = value.object()->iterate_reversed()) return iterator;
      auto count = value.object()->is_sequence() ? value.object()->length() : std::nullopt;
      if (!count) return nullptr;
      std::vector<Value> items = to_vector(value);
      std::reverse(items.begin(), items.end());
      return std::make_unique<VectorIterator>(std::move(items));
    }
    default:
      return nullptr;
  }
}

std::string_view reversed_type(const Value& value) {
  switch (value.kind()) {
    case Kind::kList:
      return "list_reverseiterator";
    case Kind::kDict:
      return "dict_reversekeyiterator";
    case Kind::kRange:
      return "range_iterator";
    default:
      return "reversed";
  }
}

}  // namespace

Value last(Arguments& arguments) {
  Bound<1> bound("do_last", arguments, {"seq"}, 1);
  auto iterator = reversed(bound[0]);
  if (!iterator) raise(ExceptionKind::kTypeError, fmt::format("'{}' object is not reversible", type_name(bound[0])));
  Value item;
  if (iterator->next(&item)) return item;
  return make_undefined_hint("No last item, sequence was empty.", Value::missing(), policy_of(arguments));
}

Value reverse(Arguments& arguments) {
  Bound<1> bound("do_reverse", arguments, {"value"}, 1);
  if (bound[0].is_string()) return dbt::slice(bound[0], Value(), Value(), Value(-1));
  if (auto iterator = reversed(bound[0])) return make_iterator(reversed_type(bound[0]), std::move(iterator));
  if (!is_iterable(bound[0])) raise(ExceptionKind::kFilterArgument, "argument must be iterable");
  std::vector<Value> items = to_vector(bound[0]);
  std::reverse(items.begin(), items.end());
  return Value::list(std::move(items));
}

Value random(Arguments& arguments) {
  Bound<1> bound("do_random", arguments, {"seq"}, 1);
  std::size_t count = require_length(bound[0]);
  if (count == 0) {
    return make_undefined_hint("No random item, sequence was empty.", Value::missing(), policy_of(arguments));
  }
  static thread_local std::mt19937_64 generator{std::random_device{}()};
  std::uniform_int_distribution<std::size_t> pick(0, count - 1);
  return get_item(bound[0], Value(pick(generator)));
}

Value list(Arguments& arguments) {
  Bound<1> bound("do_list", arguments, {"value"}, 1);
  return Value::list(to_vector(bound[0]));
}

Value length(Arguments& arguments) {
  if (arguments.positional.size() != 1 || !arguments.named.empty()) {
    raise(ExceptionKind::kTypeError,
          fmt::format("len() takes exactly one argument ({} given)", arguments.positional.size()));
  }
  return require_length(arguments.positional[0]);
}

Value items(Arguments& arguments) {
  Bound<1> bound("do_items", arguments, {"value"}, 1);
  const Value& source = bound[0];
  std::shared_ptr<Iterator> iterator;
  return make_generator([source, iterator](Value* out) mutable {
    if (source.is_undefined()) return false;
    bool mapping = source.is_dict() || (source.is_object() && source.object()->is_mapping());
    if (!mapping) raise(ExceptionKind::kTypeError, "Can only get item pairs from a mapping.");
    if (source.is_dict()) {
      if (!iterator) iterator = std::make_shared<DictIterator>(source.dict_object(), DictPart::kItems);
      return iterator->next(out);
    }
    if (!iterator) iterator = iterate(source);
    Value key;
    if (!iterator->next(&key)) return false;
    *out = Value::tuple({key, get_item(source, key)});
    return true;
  });
}

Value join(Arguments& arguments) {
  Bound<3> bound("do_join", arguments, {"value", "d", "attribute"}, 1);
  std::string glue = bound.has(1) ? to_str(bound[1]) : "";
  auto iterator = iterate(bound[0]);
  bool mapped = bound.has(2) && !bound[2].is_none();
  AttributeGetter getter(mapped ? bound[2] : Value(), policy_of(arguments), false);
  std::string out;
  bool first_item = true;
  for (Value item; iterator->next(&item);) {
    if (!first_item) out += glue;
    first_item = false;
    Meter::grow_text(out.size());
    append_str(&out, mapped ? getter.get(item) : item);
  }
  return out;
}

Value sum(Arguments& arguments) {
  Bound<3> bound("do_sum", arguments, {"iterable", "attribute", "start"}, 1);
  Value total = bound.get(2, Value(0));
  bool mapped = bound.has(1) && !bound[1].is_none();
  AttributeGetter getter(mapped ? bound[1] : Value(), policy_of(arguments), false);
  auto iterator = iterate(bound[0]);
  for (Value item; iterator->next(&item);) {
    total = binary(BinaryOperator::kAdd, total, mapped ? getter.get(item) : item);
  }
  return total;
}

Value slice(Arguments& arguments) {
  Bound<3> bound("do_slice", arguments, {"value", "slices", "fill_with"}, 2);
  const Value& source = bound[0];
  const Value& slices = bound[1];
  Value fill = bound.get(2, Value());
  std::shared_ptr<std::vector<Value>> all;
  std::int64_t number = 0;
  std::int64_t offset = 0;
  return make_generator([=](Value* out) mutable {
    if (!all) all = std::make_shared<std::vector<Value>>(to_vector(source));
    Value size(all->size());
    std::int64_t per_slice = 0;
    std::int64_t extra = 0;
    Value each = binary(BinaryOperator::kFloorDivide, size, slices);
    Value rest = binary(BinaryOperator::kModulo, size, slices);
    auto count = as_index(slices);
    if (!count) {
      raise(ExceptionKind::kTypeError,
            fmt::format("'{}' object cannot be interpreted as an integer", type_name(slices)));
    }
    per_slice = each.as_int();
    extra = rest.as_int();
    if (number >= *count) return false;
    std::int64_t start = offset + number * per_slice;
    if (number < extra) ++offset;
    std::int64_t end = offset + (number + 1) * per_slice;
    std::vector<Value> part(all->begin() + start, all->begin() + end);
    if (!fill.is_none() && number >= extra) part.push_back(fill);
    ++number;
    *out = Value::list(std::move(part));
    return true;
  });
}

Value batch(Arguments& arguments) {
  Bound<3> bound("do_batch", arguments, {"value", "linecount", "fill_with"}, 2);
  const Value& source = bound[0];
  const Value& count = bound[1];
  Value fill = bound.get(2, Value());
  std::shared_ptr<Iterator> iterator;
  Value pending = Value::missing();
  bool endless = false;
  return make_generator([=](Value* out) mutable {
    if (!iterator) {
      iterator = iterate(source);
      if (!iterator->next(&pending)) pending = Value::missing();
    }
    if (pending.is_missing()) return false;
    std::vector<Value> part;
    // A batch ends when it has exactly `count` items; with 0 the first one is empty.
    while (!pending.is_missing()) {
      if (!endless && equals(Value(part.size()), count)) break;
      part.push_back(std::move(pending));
      if (!iterator->next(&pending)) pending = Value::missing();
    }
    if (pending.is_missing() && !fill.is_none() && !part.empty() &&
        compare(Comparison::kLess, Value(part.size()), count)) {
      Value missing = binary(BinaryOperator::kSubtract, count, Value(part.size()));
      Value more = binary(BinaryOperator::kMultiply, Value::list({fill}), missing);
      for (const Value& each : more.list_object()->items)
        part.push_back(each);
    }
    endless = endless || part.empty();  // as Jinja: after an empty batch no other count fits
    *out = Value::list(std::move(part));
    return true;
  });
}

}  // namespace floe::dbt::filter
