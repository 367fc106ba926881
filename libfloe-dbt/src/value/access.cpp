// x[key], x.name, x(...), slices, and the sandbox's rules about them.
#include "value/bigint.hpp"
#include "value/iterators.hpp"
#include "value/methods.hpp"
#include "value/operations.hpp"
#include "value/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace floe::dbt {

MethodSet find_methods(std::string_view name) {
  MethodSet set;
  set.of_str = find_str_method(name);
  set.of_list = find_list_method(name);
  set.of_tuple = find_tuple_method(name);
  set.of_dict = find_dict_method(name);
  set.of_set = find_set_method(name);
  set.of_int = find_int_method(name);
  set.of_float = find_float_method(name);
  set.of_bytes = find_bytes_method(name);
  return set;
}

namespace {

// Why an item could not be had; nothing is raised, because the sandbox turns most failures into Undefined.
enum class ItemFailure : std::uint8_t { kNone, kMissingKey, kOutOfRange, kBadIndexType, kNotSubscriptable };

// The item at `index` of a sequence with `size` items; negative counts from the end.
ItemFailure sequence_index(const Value& key, std::size_t size, std::size_t* out) {
  if (key.kind() == Kind::kBigInt) return ItemFailure::kOutOfRange;
  auto index = as_index(key);
  if (!index) return ItemFailure::kBadIndexType;
  auto count = static_cast<std::int64_t>(size);
  std::int64_t at = *index < 0 ? *index + count : *index;
  if (at < 0 || at >= count) return ItemFailure::kOutOfRange;
  *out = static_cast<std::size_t>(at);
  return ItemFailure::kNone;
}

ItemFailure string_item(const Value& container, const Value& key, Value* out) {
  const StringObject& text = *container.string();
  std::size_t index = 0;
  ItemFailure failure = sequence_index(key, text.length(), &index);
  if (failure != ItemFailure::kNone) return failure;
  std::size_t position = text.is_ascii() ? index : unicode::offset_of(text.view(), index);
  *out = character(text.view(), &position);
  return ItemFailure::kNone;
}

ItemFailure try_item(const Value& container, const Value& key, Value* out) {
  std::size_t index = 0;
  ItemFailure failure = ItemFailure::kNone;
  switch (container.kind()) {
    case Kind::kDict: {
      const Value* found = container.dict_object()->find(key);
      if (found == nullptr) return ItemFailure::kMissingKey;
      *out = *found;
      return ItemFailure::kNone;
    }
    case Kind::kList:
      failure = sequence_index(key, container.list_object()->items.size(), &index);
      if (failure == ItemFailure::kNone) *out = container.list_object()->items[index];
      return failure;
    case Kind::kTuple:
      failure = sequence_index(key, container.tuple_object()->items.size(), &index);
      if (failure == ItemFailure::kNone) *out = container.tuple_object()->items[index];
      return failure;
    case Kind::kString:
      return string_item(container, key, out);
    case Kind::kBytes:
      failure = sequence_index(key, container.bytes()->data.size(), &index);
      if (failure == ItemFailure::kNone) {
        *out = Value(static_cast<int>(static_cast<unsigned char>(container.bytes()->data[index])));
      }
      return failure;
    case Kind::kRange:
      failure = sequence_index(key, static_cast<std::size_t>(container.range_object()->length()), &index);
      if (failure == ItemFailure::kNone) *out = container.range_object()->at(static_cast<std::int64_t>(index));
      return failure;
    case Kind::kObject:
      return container.object()->get_item(key, out) ? ItemFailure::kNone : ItemFailure::kMissingKey;
    default:
      return ItemFailure::kNotSubscriptable;
  }
}

[[noreturn]] void raise_item_failure(ItemFailure failure, const Value& container, const Value& key) {
  switch (failure) {
    case ItemFailure::kMissingKey:
      raise(ExceptionKind::kKeyError, to_repr(key));
    case ItemFailure::kOutOfRange:
      raise(ExceptionKind::kIndexError, container.is_string()
                                            ? "string index out of range"
                                            : fmt::format("{} index out of range", type_name(container)));
    case ItemFailure::kBadIndexType:
      raise(ExceptionKind::kTypeError,
            container.is_string()
                ? fmt::format("string indices must be integers, not '{}'", type_name(key))
                : fmt::format("{} indices must be integers or slices, not {}", type_name(container), type_name(key)));
    default:
      raise(ExceptionKind::kTypeError, fmt::format("'{}' object is not subscriptable", type_name(container)));
  }
}

// Attributes that Python's objects have and the sandbox hides.
bool is_hidden_attribute(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "__class__",   "__delattr__", "__dir__",           "__doc__",         "__eq__",
      "__format__",  "__ge__",      "__getattribute__",  "__getstate__",    "__gt__",
      "__hash__",    "__init__",    "__init_subclass__", "__le__",          "__lt__",
      "__ne__",      "__new__",     "__reduce__",        "__reduce_ex__",   "__repr__",
      "__setattr__", "__sizeof__",  "__str__",           "__subclasshook__"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

Value unsafe_attribute(const Value& container, const Value& name, UndefinedPolicy policy) {
  auto undefined = make_ref<UndefinedObject>(
      fmt::format("access to attribute {} of '{}' object is unsafe.", to_repr(name), type_name(container)), container,
      name, policy);
  undefined->exception = ExceptionKind::kSecurityError;
  return Value(undefined);
}

// What an Undefined gives for attributes and items.
Value member_of_undefined(const Value& container) {
  if (container.undefined_object()->policy() == UndefinedPolicy::kAbsorbing) return container;
  container.undefined_object()->fail();
}

bool number_attr(const Value& value, std::string_view name, Value* out) {
  if (name == "real" || (!value.is_float() && name == "numerator")) {
    *out = value.is_bool() ? Value(value.as_int()) : value;
  } else if (name == "imag") {
    *out = value.is_float() ? Value(0.0) : Value(0);
  } else if (!value.is_float() && name == "denominator") {
    *out = Value(1);
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool get_attr(const Value& container, const StringObject& name, Value* out) {
  if (container.is_object()) return container.object()->get_attr(name, out);
  switch (container.kind()) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kBigInt:
    case Kind::kFloat:
      if (number_attr(container, name.view(), out)) return true;
      break;
    case Kind::kRange: {
      const RangeObject& range = *container.range_object();
      if (name.view() == "start") return *out = range.start, true;
      if (name.view() == "stop") return *out = range.stop, true;
      if (name.view() == "step") return *out = range.step, true;
      break;
    }
    default:
      break;
  }
  Method method = find_methods(name.view()).for_value(container);
  if (method == nullptr) return false;
  *out = make_bound_function(name.view(), container, method);
  return true;
}

Value get_item(const Value& container, const Value& key) {
  if (container.is_undefined()) return member_of_undefined(container);
  Value out;
  ItemFailure failure = try_item(container, key, &out);
  if (failure != ItemFailure::kNone) raise_item_failure(failure, container, key);
  return out;
}

Value get_item_or_undefined(const Value& container, const Value& key, UndefinedPolicy policy) {
  if (container.is_undefined()) return member_of_undefined(container);
  Value out;
  if (container.is_dict()) {
    if (key.is_string()) {
      const Value* found = container.dict_object()->find(*key.string());
      if (found != nullptr) return *found;
    } else {
      bool hashable = !key.is_list() && !key.is_dict() && !key.is_set();
      const Value* found = hashable ? container.dict_object()->find(key) : nullptr;
      if (found != nullptr) return *found;
    }
  } else if (try_item(container, key, &out) == ItemFailure::kNone) {
    return out;
  }
  if (key.is_string()) {
    std::string_view name = key.as_string();
    if (name.starts_with('_')) {
      if (is_hidden_attribute(name)) return unsafe_attribute(container, key, policy);
    } else if (get_attr(container, *key.string(), &out)) {
      return out;
    }
  }
  return make_undefined_member(container, key, policy);
}

Value get_attr_or_undefined(const Value& container, const Value& name, UndefinedPolicy policy) {
  std::string_view text = name.as_string();
  bool hidden = text.starts_with('_');
  if (hidden && is_hidden_attribute(text)) return unsafe_attribute(container, name, policy);
  if (container.is_undefined()) return member_of_undefined(container);
  Value out;
  if (!hidden && get_attr(container, *name.string(), &out)) {
    return out;
  }
  if (container.is_dict()) {
    const Value* found = container.dict_object()->find(*name.string());
    if (found != nullptr) return *found;
  } else if (container.is_object() && container.object()->get_item(name, &out)) {
    return out;
  }
  return make_undefined_member(container, name, policy);
}

namespace {

std::int64_t slice_bound(const Value& value) {
  if (value.kind() == Kind::kBigInt) {
    return value.bigint()->is_negative() ? std::numeric_limits<std::int64_t>::min() / 2
                                         : std::numeric_limits<std::int64_t>::max() / 2;
  }
  auto index = as_index(value);
  if (!index) {
    if (value.is_undefined()) {
      raise(ExceptionKind::kTypeError, "slice indices must be integers or None or have an __index__ method");
    }
    raise(ExceptionKind::kTypeError, "slice indices must be integers or None or have an __index__ method");
  }
  constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 2;
  return std::clamp(*index, -kFar, kFar);
}

struct SliceIndices {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;
};

SliceIndices slice_indices(std::int64_t size, const Value& start, const Value& stop, const Value& step) {
  SliceIndices result;
  if (!step.is_none()) result.step = slice_bound(step);
  if (result.step == 0) raise(ExceptionKind::kValueError, "slice step cannot be zero");
  bool backward = result.step < 0;
  auto clamp = [&](const Value& bound, std::int64_t fallback) {
    if (bound.is_none()) return fallback;
    std::int64_t at = slice_bound(bound);
    if (at < 0) at += size;
    return std::clamp<std::int64_t>(at, backward ? -1 : 0, backward ? size - 1 : size);
  };
  result.start = clamp(start, backward ? size - 1 : 0);
  std::int64_t end = clamp(stop, backward ? -1 : size);
  if (backward) {
    result.count = result.start > end ? (result.start - end - 1) / -result.step + 1 : 0;
  } else {
    result.count = end > result.start ? (end - result.start - 1) / result.step + 1 : 0;
  }
  return result;
}

std::vector<Value> slice_items(const std::vector<Value>& items, const SliceIndices& indices) {
  std::vector<Value> out;
  out.reserve(static_cast<std::size_t>(indices.count));
  for (std::int64_t count = 0; count < indices.count; ++count) {
    out.push_back(items[static_cast<std::size_t>(indices.start + count * indices.step)]);
  }
  return out;
}

Value slice_string(const StringObject& text, const SliceIndices& indices) {
  if (text.is_ascii()) {
    if (indices.step == 1) {
      return Value(
          text.view().substr(static_cast<std::size_t>(indices.start), static_cast<std::size_t>(indices.count)));
    }
    std::string out;
    for (std::int64_t count = 0; count < indices.count; ++count) {
      out += text.text()[static_cast<std::size_t>(indices.start + count * indices.step)];
    }
    return Value(std::move(out));
  }
  std::u32string codes = unicode::to_utf32(text.view());
  std::string out;
  for (std::int64_t count = 0; count < indices.count; ++count) {
    unicode::encode(&out, codes[static_cast<std::size_t>(indices.start + count * indices.step)]);
  }
  return Value(std::move(out));
}

}  // namespace

Value slice(const Value& container, const Value& start, const Value& stop, const Value& step) {
  auto size = [&] { return static_cast<std::int64_t>(require_length(container)); };
  switch (container.kind()) {
    case Kind::kString:
      return slice_string(*container.string(), slice_indices(size(), start, stop, step));
    case Kind::kList:
      return Value::list(slice_items(container.list_object()->items, slice_indices(size(), start, stop, step)));
    case Kind::kTuple:
      return Value::tuple(slice_items(container.tuple_object()->items, slice_indices(size(), start, stop, step)));
    case Kind::kBytes: {
      SliceIndices indices = slice_indices(size(), start, stop, step);
      std::string out;
      for (std::int64_t count = 0; count < indices.count; ++count) {
        out += container.bytes()->data[static_cast<std::size_t>(indices.start + count * indices.step)];
      }
      return Value(make_ref<BytesObject>(std::move(out)));
    }
    case Kind::kRange: {
      SliceIndices indices = slice_indices(size(), start, stop, step);
      const RangeObject& range = *container.range_object();
      return Value(make_ref<RangeObject>(
          range.at(indices.start), range.at(indices.start + indices.count * indices.step), range.step * indices.step));
    }
    case Kind::kUndefined:
      return member_of_undefined(container);
    case Kind::kDict:
      raise(ExceptionKind::kTypeError, "unhashable type: 'slice'");
    default:
      raise(ExceptionKind::kTypeError, fmt::format("'{}' object is not subscriptable", type_name(container)));
  }
}

void set_item(const Value& container, const Value& key, const Value& value) {
  if (container.is_dict()) {
    container.dict_object()->set(key, value);
  } else if (container.is_list()) {
    std::size_t index = 0;
    ItemFailure failure = sequence_index(key, container.list_object()->items.size(), &index);
    if (failure == ItemFailure::kOutOfRange) {
      raise(ExceptionKind::kIndexError, "list assignment index out of range");
    }
    if (failure != ItemFailure::kNone) raise_item_failure(failure, container, key);
    container.list_object()->items[index] = value;
  } else if (container.is_object()) {
    container.object()->set_item(key, value);
  } else {
    raise(ExceptionKind::kTypeError, fmt::format("'{}' object does not support item assignment", type_name(container)));
  }
}

bool is_callable(const Value& value) { return value.is_object() && value.object()->is_callable(); }

Value call(const Value& callable, Arguments& arguments) {
  if (callable.is_object()) return callable.object()->call(arguments);
  if (callable.is_undefined()) return member_of_undefined(callable);
  raise(ExceptionKind::kTypeError, fmt::format("'{}' object is not callable", type_name(callable)));
}

Value call_method(const Value& self, const Value& name, Arguments& arguments) {
  if (self.is_object()) {
    Value out;
    if (!name.as_string().starts_with('_') && self.object()->call_method(*name.string(), arguments, &out)) return out;
  } else if (Method method = find_methods(name.as_string()).for_value(self)) {
    return method(self, arguments);
  }
  return call(get_attr_or_undefined(self, name, UndefinedPolicy::kDefault), arguments);
}

}  // namespace floe::dbt
