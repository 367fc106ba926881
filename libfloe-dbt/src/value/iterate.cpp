// Iteration, length and sorting.
#include "value/iterators.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace floe::dbt {

Value character(std::string_view text, std::size_t* position) {
  static const auto* shared = [] {
    auto* table = new std::array<Value, 128>;
    for (std::size_t code = 0; code < 128; ++code)
      (*table)[code] = intern(std::string(1, static_cast<char>(code)));
    return table;
  }();
  auto lead = static_cast<unsigned char>(text[*position]);
  if (lead < 0x80) {
    ++*position;
    return (*shared)[lead];
  }
  std::size_t start = *position;
  unicode::decode(text, position);
  return Value(text.substr(start, *position - start));
}

bool DictIterator::next(Value* out) {
  Meter::step(Meter::kElement);
  if (dict_->size() != size_) raise(ExceptionKind::kRuntimeError, "dictionary changed size during iteration");
  const DictObject::Entry* entry = reversed_ ? dict_->previous(&position_) : dict_->next(&position_);
  if (entry == nullptr) return false;
  switch (part_) {
    case DictPart::kKeys:
      *out = entry->key;
      break;
    case DictPart::kValues:
      *out = entry->value;
      break;
    case DictPart::kItems:
      *out = Value::tuple({entry->key, entry->value});
      break;
  }
  return true;
}

namespace {

class DictView final : public Object {
 public:
  DictView(DictObject* dict, DictPart part) : dict_(dict), part_(part) {}

  [[nodiscard]] std::string_view type_name() const override {
    return part_ == DictPart::kKeys ? "dict_keys" : part_ == DictPart::kValues ? "dict_values" : "dict_items";
  }

  [[nodiscard]] std::string repr() const override {
    std::string out(type_name());
    out += '(';
    append_repr(&out, Value::list(to_vector(Value(Ref<DictView>(const_cast<DictView*>(this))))));
    return out + ')';
  }

  std::unique_ptr<Iterator> iterate() override { return std::make_unique<DictIterator>(dict_.get(), part_); }

  std::unique_ptr<Iterator> iterate_reversed() override {
    return std::make_unique<DictIterator>(dict_.get(), part_, true);
  }

  [[nodiscard]] std::optional<std::size_t> length() const override { return dict_->size(); }

  std::optional<bool> contains(const Value& item) override {
    if (part_ == DictPart::kKeys) return dict_->find(item) != nullptr;
    return std::nullopt;
  }

  [[nodiscard]] bool equals(const Value& other) const override {
    if (other.is_object() && other.object() == this) return true;
    const auto* view = other.object_as<DictView>();
    if (part_ == DictPart::kValues || (view == nullptr && !other.is_set())) return false;
    if (view != nullptr && view->part_ == DictPart::kValues) return false;
    if (require_length(other) != dict_->size()) return false;
    std::vector<Value> mine = to_vector(Value(Ref<DictView>(const_cast<DictView*>(this))));
    return std::all_of(mine.begin(), mine.end(), [&](const Value& item) { return dbt::contains(other, item); });
  }

  [[nodiscard]] std::uint64_t hash() const override {
    if (part_ == DictPart::kValues) return Object::hash();
    raise(ExceptionKind::kTypeError, fmt::format("unhashable type: '{}'", type_name()));
  }

  [[nodiscard]] bool is_sequence() const override { return false; }

 private:
  Ref<DictObject> dict_;
  DictPart part_;
};

}  // namespace

Value make_dict_view(DictObject* dict, DictPart part) { return Value(make_ref<DictView>(dict, part)); }

std::optional<std::size_t> length(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return value.string()->length();
    case Kind::kBytes:
      return value.bytes()->data.size();
    case Kind::kList:
      return value.list_object()->items.size();
    case Kind::kTuple:
      return value.tuple_object()->items.size();
    case Kind::kDict:
      return value.dict_object()->size();
    case Kind::kSet:
      return value.set_object()->size();
    case Kind::kRange:
      return static_cast<std::size_t>(value.range_object()->length());
    case Kind::kUndefined:
      if (value.undefined_object()->policy() == UndefinedPolicy::kStrict) value.undefined_object()->fail();
      return 0;
    case Kind::kObject:
      return value.object()->length();
    default:
      return std::nullopt;
  }
}

std::size_t require_length(const Value& value) {
  auto count = length(value);
  if (!count) raise(ExceptionKind::kTypeError, fmt::format("object of type '{}' has no len()", type_name(value)));
  return *count;
}

namespace {

std::unique_ptr<Iterator> try_iterate(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return std::make_unique<StringIterator>(value.string());
    case Kind::kList:
      return std::make_unique<ListIterator>(value.list_object());
    case Kind::kTuple:
      return std::make_unique<TupleIterator>(value.tuple_object());
    case Kind::kDict:
      return std::make_unique<DictIterator>(value.dict_object(), DictPart::kKeys);
    case Kind::kSet:
      return std::make_unique<DictIterator>(&value.set_object()->table, DictPart::kKeys, false, value.set_object());
    case Kind::kRange:
      return std::make_unique<RangeIterator>(value.range_object());
    case Kind::kUndefined:
      if (value.undefined_object()->policy() == UndefinedPolicy::kStrict) value.undefined_object()->fail();
      return std::make_unique<VectorIterator>(std::vector<Value>());
    case Kind::kBytes: {
      std::vector<Value> codes;
      for (char byte : value.bytes()->data)
        codes.emplace_back(static_cast<int>(static_cast<unsigned char>(byte)));
      return std::make_unique<VectorIterator>(std::move(codes));
    }
    case Kind::kObject:
      return value.object()->iterate();
    default:
      return nullptr;
  }
}

}  // namespace

std::unique_ptr<Iterator> iterate(const Value& value) {
  auto iterator = try_iterate(value);
  if (iterator == nullptr) {
    raise(ExceptionKind::kTypeError, fmt::format("'{}' object is not iterable", type_name(value)));
  }
  return iterator;
}

bool is_iterable(const Value& value) {
  if (value.is_object() && value.object()->is_iterator()) return true;
  return try_iterate(value) != nullptr;
}

std::vector<Value> to_vector(const Value& iterable) {
  if (iterable.is_list() || iterable.is_tuple()) {
    const auto& items = iterable.is_list() ? iterable.list_object()->items : iterable.tuple_object()->items;
    Meter::step(Meter::kElement * items.size());
    return items;
  }
  auto iterator = iterate(iterable);
  std::vector<Value> items;
  if (auto count = iterable.is_object() ? std::nullopt : length(iterable)) items.reserve(*count);
  for (Value item; iterator->next(&item);)
    items.push_back(std::move(item));
  return items;
}

void sort_values(std::vector<Value>* values, bool reverse) {
  // Python reverses, sorts stably and reverses back, so equal items keep their order.
  if (reverse) std::reverse(values->begin(), values->end());
  // std::stable_sort copes with an inconsistent order (NaN) without reading out of range.
  std::stable_sort(values->begin(), values->end(),
                   [](const Value& left, const Value& right) { return less(left, right); });
  if (reverse) std::reverse(values->begin(), values->end());
}

}  // namespace floe::dbt
