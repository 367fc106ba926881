// Truth, equality, order, hash, membership.
#include "value/bigint.hpp"
#include "value/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare>

namespace floe::dbt {

namespace {

constexpr int kMaxCompareDepth = 900;
thread_local int compare_depth = 0;

class DepthGuard {
 public:
  DepthGuard() {
    if (++compare_depth > kMaxCompareDepth) {
      --compare_depth;
      raise(ExceptionKind::kRecursionError, "maximum recursion depth exceeded in comparison");
    }
  }

  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

  ~DepthGuard() { --compare_depth; }
};

bool is_number(const Value& value) {
  return value.is_int() || value.is_bool() || value.is_float() || value.kind() == Kind::kBigInt;
}

bool is_integer(const Value& value) { return value.is_int() || value.is_bool(); }

std::partial_ordering order_int_double(std::int64_t left, double right) {
  if (std::isnan(right)) return std::partial_ordering::unordered;
  if (right >= 9223372036854775808.0) return std::partial_ordering::less;
  if (right < -9223372036854775808.0) return std::partial_ordering::greater;
  double floor = std::floor(right);
  auto whole = static_cast<std::int64_t>(floor);
  if (left != whole) return left <=> whole;
  return floor < right ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

std::partial_ordering reverse(std::partial_ordering order) {
  if (order == std::partial_ordering::less) return std::partial_ordering::greater;
  if (order == std::partial_ordering::greater) return std::partial_ordering::less;
  return order;
}

std::partial_ordering order_big_double(const BigInt& left, double right) {
  if (std::isnan(right)) return std::partial_ordering::unordered;
  if (std::isinf(right)) return right > 0 ? std::partial_ordering::less : std::partial_ordering::greater;
  int order = left.compare(BigInt::from_double(std::trunc(right)));
  if (order != 0) return order <=> 0;
  return 0.0 <=> (right - std::trunc(right));
}

std::partial_ordering order_numbers(const Value& left, const Value& right) {
  if (is_integer(left) && is_integer(right)) return left.as_int() <=> right.as_int();
  if (left.is_float() && right.is_float()) return left.as_float() <=> right.as_float();
  if (is_integer(left) && right.is_float()) return order_int_double(left.as_int(), right.as_float());
  if (left.is_float() && is_integer(right)) return reverse(order_int_double(right.as_int(), left.as_float()));
  if (left.kind() == Kind::kBigInt && right.is_float()) return order_big_double(*left.bigint(), right.as_float());
  if (left.is_float()) return reverse(order_big_double(*right.bigint(), left.as_float()));
  return to_bigint(left).compare(to_bigint(right)) <=> 0;
}

bool same_text(const std::string& left, const std::string& right) {
  Meter::read_text(left.size());
  return left == right;
}

bool equal_items(const std::vector<Value>& left, const std::vector<Value>& right) {
  if (left.size() != right.size()) return false;
  DepthGuard guard;
  for (std::size_t index = 0; index < left.size() && index < right.size(); ++index) {
    if (!is_same(left[index], right[index]) && !equals(Value(left[index]), Value(right[index]))) return false;
  }
  return true;
}

bool equal_dicts(const DictObject& left, const DictObject& right) {
  if (left.size() != right.size()) return false;
  DepthGuard guard;
  for (std::size_t position = 0; const DictObject::Entry* entry = left.next(&position);) {
    const Value* other = right.find(entry->key);
    if (other == nullptr || (!is_same(entry->value, *other) && !equals(Value(entry->value), Value(*other)))) {
      return false;
    }
  }
  return true;
}

bool is_subset(const SetObject& left, const SetObject& right) {
  if (left.size() > right.size()) return false;
  Meter::step(left.size());
  for (std::size_t position = 0; const DictObject::Entry* entry = left.table.next(&position);) {
    if (!right.contains(entry->key)) return false;
  }
  return true;
}

bool equal_ranges(const RangeObject& left, const RangeObject& right) {
  std::int64_t length = left.length();
  if (length != right.length()) return false;
  if (length == 0) return true;
  return left.start == right.start && (length == 1 || left.step == right.step);
}

bool holds(Comparison op, std::partial_ordering order) {
  switch (op) {
    case Comparison::kLess:
      return order < 0;
    case Comparison::kLessEqual:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kGreaterEqual:
      return order >= 0;
    case Comparison::kEqual:
      return order == 0;
    case Comparison::kNotEqual:
      return order != 0;
  }
  return false;
}

std::string_view symbol(Comparison op) {
  switch (op) {
    case Comparison::kLess:
      return "<";
    case Comparison::kLessEqual:
      return "<=";
    case Comparison::kGreater:
      return ">";
    case Comparison::kGreaterEqual:
      return ">=";
    case Comparison::kEqual:
      return "==";
    case Comparison::kNotEqual:
      return "!=";
  }
  return "";
}

bool order_items(Comparison op, const std::vector<Value>& left, const std::vector<Value>& right) {
  DepthGuard guard;
  for (std::size_t index = 0; index < left.size() && index < right.size(); ++index) {
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
    Value first = left[index];
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
    Value second = right[index];
    if (!is_same(first, second) && !equals(first, second)) return compare(op, first, second);
  }
  return holds(op, left.size() <=> right.size());
}

bool order_sets(Comparison op, const SetObject& left, const SetObject& right) {
  switch (op) {
    case Comparison::kLess:
      return left.size() < right.size() && is_subset(left, right);
    case Comparison::kLessEqual:
      return is_subset(left, right);
    case Comparison::kGreater:
      return right.size() < left.size() && is_subset(right, left);
    default:
      return is_subset(right, left);
  }
}

bool order(Comparison op, const Value& left, const Value& right) {
  Meter::step();
  if (left.is_undefined()) left.undefined_object()->fail();
  if (right.is_undefined()) right.undefined_object()->fail();
  if (is_number(left) && is_number(right)) return holds(op, order_numbers(left, right));
  if (left.kind() == right.kind()) {
    switch (left.kind()) {
      // UTF-8 bytes sort as their code points do.
      case Kind::kString:
        Meter::read_text(std::min(left.as_string().size(), right.as_string().size()));
        return holds(op, left.as_string().compare(right.as_string()) <=> 0);
      case Kind::kBytes:
        return holds(op, left.bytes()->data.compare(right.bytes()->data) <=> 0);
      case Kind::kList:
        return order_items(op, left.list_object()->items, right.list_object()->items);
      case Kind::kTuple:
        return order_items(op, left.tuple_object()->items, right.tuple_object()->items);
      case Kind::kSet:
        return order_sets(op, *left.set_object(), *right.set_object());
      default:
        break;
    }
  }
  if (left.is_object()) {
    if (auto result = left.object()->compare(right)) return holds(op, *result <=> 0);
  }
  if (right.is_object()) {
    if (auto result = right.object()->compare(left)) return holds(op, 0 <=> *result);
  }
  raise(ExceptionKind::kTypeError, fmt::format("'{}' not supported between instances of '{}' and '{}'", symbol(op),
                                               type_name(left), type_name(right)));
}

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 29;
  return value | 1;
}

std::uint64_t hash_double(double value) {
  if (std::trunc(value) == value && value >= -9223372036854775808.0 && value < 9223372036854775808.0) {
    return mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
  }
  std::uint64_t bits = 0;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return mix(bits ^ 0x5bd1e995);
}

}  // namespace

bool truth(const Value& value) {
  switch (value.kind()) {
    case Kind::kMissing:
    case Kind::kNone:
      return false;
    case Kind::kBool:
    case Kind::kInt:
      return value.as_int() != 0;
    case Kind::kFloat:
      return value.as_float() != 0;
    case Kind::kBigInt:
      return true;
    case Kind::kString:
      return !value.as_string().empty();
    case Kind::kBytes:
      return !value.bytes()->data.empty();
    case Kind::kList:
      return !value.list_object()->items.empty();
    case Kind::kTuple:
      return !value.tuple_object()->items.empty();
    case Kind::kDict:
      return value.dict_object()->size() != 0;
    case Kind::kSet:
      return value.set_object()->size() != 0;
    case Kind::kRange:
      return value.range_object()->length() != 0;
    case Kind::kUndefined:
      if (value.undefined_object()->policy() == UndefinedPolicy::kStrict) value.undefined_object()->fail();
      return false;
    case Kind::kObject:
      return value.object()->truth();
  }
  return false;
}

bool is_same(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  if (left.is_counted()) return left.counted() == right.counted();
  if (left.is_float()) return left.as_float() == right.as_float();
  return left.is_none() || left.as_int() == right.as_int();
}

bool equals(const Value& left, const Value& right) {
  Meter::step();
  if (left.is_object()) {
    if (left.object()->equals(right)) return true;
    return right.is_object() && right.object()->equals(left);
  }
  if (right.is_object()) return right.object()->equals(left);
  if (is_number(left) && is_number(right)) return order_numbers(left, right) == 0;
  for (const Value* side : {&left, &right}) {
    if (side->is_undefined() && side->undefined_object()->policy() == UndefinedPolicy::kStrict) {
      side->undefined_object()->fail();
    }
  }
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::kString:
      return left.string() == right.string() ||
             (left.as_string().size() == right.as_string().size() && same_text(left.as_string(), right.as_string()));
    case Kind::kBytes:
      return left.bytes()->data == right.bytes()->data;
    case Kind::kList:
      return equal_items(left.list_object()->items, right.list_object()->items);
    case Kind::kTuple:
      return equal_items(left.tuple_object()->items, right.tuple_object()->items);
    case Kind::kDict:
      return equal_dicts(*left.dict_object(), *right.dict_object());
    case Kind::kSet:
      return left.set_object()->size() == right.set_object()->size() &&
             is_subset(*left.set_object(), *right.set_object());
    case Kind::kRange:
      return equal_ranges(*left.range_object(), *right.range_object());
    default:
      return true;  // None, Undefined
  }
}

bool less(const Value& left, const Value& right) { return order(Comparison::kLess, left, right); }

bool compare(Comparison op, const Value& left, const Value& right) {
  if (op == Comparison::kEqual) return equals(left, right);
  if (op == Comparison::kNotEqual) return !equals(left, right);
  return order(op, left, right);
}

std::uint64_t hash(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return value.string()->hash();
    case Kind::kBool:
    case Kind::kInt:
      return mix(static_cast<std::uint64_t>(value.as_int()));
    case Kind::kFloat:
      return hash_double(value.as_float());
    case Kind::kBigInt:
      return hash_double(value.bigint()->to_double());
    case Kind::kBytes:
      return hash_text(value.bytes()->data) ^ 0x55;
    case Kind::kTuple: {
      DepthGuard guard;
      Meter::step(value.tuple_object()->items.size());
      std::uint64_t state = 0x345678;
      for (const Value& item : value.tuple_object()->items)
        state = mix(state * 1000003 ^ hash(item));
      return state;
    }
    case Kind::kRange:
      return mix(static_cast<std::uint64_t>(value.range_object()->length() * 31 + value.range_object()->start));
    case Kind::kUndefined:
      if (value.undefined_object()->policy() == UndefinedPolicy::kStrict) value.undefined_object()->fail();
      return 77;
    case Kind::kObject:
      return value.object()->hash();
    case Kind::kList:
    case Kind::kDict:
    case Kind::kSet:
      raise(ExceptionKind::kTypeError, fmt::format("unhashable type: '{}'", type_name(value)));
    default:
      return 99;
  }
}

bool contains(const Value& container, const Value& item) {
  switch (container.kind()) {
    case Kind::kString:
      if (!item.is_string()) {
        raise(ExceptionKind::kTypeError,
              fmt::format("'in <string>' requires string as left operand, not {}", type_name(item)));
      }
      Meter::read_text(container.as_string().size());
      return container.as_string().find(item.as_string()) != std::string::npos;
    case Kind::kDict:
      return container.dict_object()->find(item) != nullptr;
    case Kind::kSet:
      return container.set_object()->contains(item);
    case Kind::kUndefined:
      if (container.undefined_object()->policy() == UndefinedPolicy::kStrict) container.undefined_object()->fail();
      return false;
    case Kind::kObject:
      if (auto result = container.object()->contains(item)) return *result;
      break;
    default:
      break;
  }
  if (!is_iterable(container)) {
    raise(ExceptionKind::kTypeError, fmt::format("argument of type '{}' is not iterable", type_name(container)));
  }
  auto iterator = iterate(container);
  for (Value each; iterator->next(&each);) {
    if (is_same(each, item) || equals(each, item)) return true;
  }
  return false;
}

}  // namespace floe::dbt
