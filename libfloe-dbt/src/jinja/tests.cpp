// The tests behind `is`.
#include "jinja/filter_functions.hpp"
#include "jinja/filters.hpp"
#include "value/str_methods.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::dbt {

namespace {

using filter::Bound;

bool remainder_is(const Value& value, const Value& divisor, int wanted) {
  return equals(binary(BinaryOperator::kModulo, value, divisor), Value(wanted));
}

const Value& only(std::string_view name, Arguments& arguments) {
  if (arguments.positional.size() != 1 || !arguments.named.empty()) {
    Bound<1> checked(name, arguments, {"value"}, 1);
    if (!arguments.named.empty()) raise(ExceptionKind::kTypeError, std::string(name) + "() got a keyword");
  }
  return arguments.positional[0];
}

const Value& other(std::string_view name, Arguments& arguments) {
  if (arguments.positional.size() != 2 || !arguments.named.empty()) {
    raise(ExceptionKind::kTypeError, fmt::format("{} expected 2 arguments, got {}", name, arguments.positional.size()));
  }
  return arguments.positional[1];
}

bool is_integer(const Value& value) { return value.is_int() || value.kind() == Kind::kBigInt; }

bool is_number(const Value& value) {
  return is_integer(value) || value.is_bool() || value.is_float() || (value.is_object() && value.object()->is_number());
}

bool is_sequence(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kRange:
    case Kind::kUndefined:
      return true;
    case Kind::kObject:
      return value.object()->is_sequence();
    default:
      return false;
  }
}

template <Comparison op>
bool compares(Arguments& arguments) {
  const Value& right = other("comparison", arguments);
  return compare(op, arguments.positional[0], right);
}

constexpr TestEntry kTests[] = {
    {"!=", compares<Comparison::kNotEqual>},
    {"<", compares<Comparison::kLess>},
    {"<=", compares<Comparison::kLessEqual>},
    {"==", compares<Comparison::kEqual>},
    {">", compares<Comparison::kGreater>},
    {">=", compares<Comparison::kGreaterEqual>},
    {"boolean", [](Arguments& arguments) { return only("test_boolean", arguments).is_bool(); }},
    {"callable",
     [](Arguments& arguments) {
       const Value& value = only("callable", arguments);
       return is_callable(value) || value.is_undefined();
     }},
    {"defined", [](Arguments& arguments) { return !only("test_defined", arguments).is_undefined(); }},
    {"divisibleby",
     [](Arguments& arguments) {
       Bound<2> bound("test_divisibleby", arguments, {"value", "num"}, 2);
       return remainder_is(bound[0], bound[1], 0);
     }},
    {"eq", compares<Comparison::kEqual>},
    {"equalto", compares<Comparison::kEqual>},
    {"escaped",
     [](Arguments& arguments) {
       only("test_escaped", arguments);
       return false;
     }},
    {"even", [](Arguments& arguments) { return remainder_is(only("test_even", arguments), Value(2), 0); }},
    {"false",
     [](Arguments& arguments) {
       const Value& value = only("test_false", arguments);
       return value.is_bool() && !value.as_bool();
     }},
    {"filter",
     [](Arguments& arguments) {
       const Value& name = only("test_filter", arguments);
       hash(name);
       return name.is_string() && find_filter(name.as_string()) != nullptr;
     }},
    {"float", [](Arguments& arguments) { return only("test_float", arguments).is_float(); }},
    {"ge", compares<Comparison::kGreaterEqual>},
    {"greaterthan", compares<Comparison::kGreater>},
    {"gt", compares<Comparison::kGreater>},
    {"in",
     [](Arguments& arguments) {
       Bound<2> bound("test_in", arguments, {"value", "seq"}, 2);
       return contains(bound[1], bound[0]);
     }},
    {"integer", [](Arguments& arguments) { return is_integer(only("test_integer", arguments)); }},
    {"iterable", [](Arguments& arguments) { return is_iterable(only("test_iterable", arguments)); }},
    {"le", compares<Comparison::kLessEqual>},
    {"lessthan", compares<Comparison::kLess>},
    {"lower", [](Arguments& arguments) { return str::is_lower_text(to_str(only("test_lower", arguments))); }},
    {"lt", compares<Comparison::kLess>},
    {"mapping",
     [](Arguments& arguments) {
       const Value& value = only("test_mapping", arguments);
       return value.is_dict() || (value.is_object() && value.object()->is_mapping());
     }},
    {"ne", compares<Comparison::kNotEqual>},
    {"none", [](Arguments& arguments) { return only("test_none", arguments).is_none(); }},
    {"number", [](Arguments& arguments) { return is_number(only("test_number", arguments)); }},
    {"odd", [](Arguments& arguments) { return remainder_is(only("test_odd", arguments), Value(2), 1); }},
    {"sameas",
     [](Arguments& arguments) {
       Bound<2> bound("test_sameas", arguments, {"value", "other"}, 2);
       return is_same(bound[0], bound[1]);
     }},
    {"sequence", [](Arguments& arguments) { return is_sequence(only("test_sequence", arguments)); }},
    {"string", [](Arguments& arguments) { return only("test_string", arguments).is_string(); }},
    {"test",
     [](Arguments& arguments) {
       const Value& name = only("test_test", arguments);
       hash(name);
       return name.is_string() && find_test(name.as_string()) != nullptr;
     }},
    {"true", [](Arguments& arguments) { return only("test_true", arguments).is_true(); }},
    {"undefined", [](Arguments& arguments) { return only("test_undefined", arguments).is_undefined(); }},
    {"upper", [](Arguments& arguments) { return str::is_upper_text(to_str(only("test_upper", arguments))); }},
};

}  // namespace

const TestEntry* find_test(std::string_view name) {
  const auto* found = std::lower_bound(std::begin(kTests), std::end(kTests), name,
                                       [](const TestEntry& entry, std::string_view key) { return entry.name < key; });
  return found != std::end(kTests) && found->name == name ? found : nullptr;
}

}  // namespace floe::dbt
