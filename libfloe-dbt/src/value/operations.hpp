// What Python does with values: text forms, truth, comparison, arithmetic, indexing, iteration. All may raise.
#pragma once

#include "value/containers.hpp"
#include "value/exception.hpp"
#include "value/object.hpp"
#include "value/value.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

// str(x) and repr(x). The append forms avoid copies in output loops.
std::string to_str(const Value& value);
std::string to_repr(const Value& value);
void append_str(std::string* out, const Value& value);
void append_repr(std::string* out, const Value& value);
void append_repr(std::string* out, std::string_view text);  // of a str
Value str_value(const Value& value);                        // str(x) as a Value, no copy when it is a str

std::string_view type_name(const Value& value);  // type(x).__name__: `int`, `NoneType`, `dict`, ...

bool truth(const Value& value);
bool equals(const Value& left, const Value& right);
bool is_same(const Value& left, const Value& right);  // `is`
// < <= > >= as Python defines them; raises TypeError for types without an order.
bool less(const Value& left, const Value& right);
enum class Comparison : std::uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
bool compare(Comparison op, const Value& left, const Value& right);
std::uint64_t hash(const Value& value);  // TypeError: unhashable type: 'list'
bool contains(const Value& container, const Value& item);

Value binary(BinaryOperator op, const Value& left, const Value& right);
Value negate(const Value& value);
Value positive(const Value& value);

// x[key] as Python does it (raises KeyError, IndexError, TypeError).
Value get_item(const Value& container, const Value& key);
// The sandbox's x[key] and x.name: an item, else an attribute, else Undefined.
Value get_item_or_undefined(const Value& container, const Value& key, UndefinedPolicy policy);
Value get_attr_or_undefined(const Value& container, const Value& name, UndefinedPolicy policy);
// getattr(x, name) for builtin types and objects; false when there is none.
bool get_attr(const Value& container, const StringObject& name, Value* out);
Value slice(const Value& container, const Value& start, const Value& stop, const Value& step);
void set_item(const Value& container, const Value& key, const Value& value);

bool is_callable(const Value& value);
Value call(const Value& callable, Arguments& arguments);
Value call_method(const Value& self, const Value& name, Arguments& arguments);

std::optional<std::size_t> length(const Value& value);  // nullopt: object of type 'x' has no len()
std::size_t require_length(const Value& value);         // raises TypeError
std::unique_ptr<Iterator> iterate(const Value& value);  // raises TypeError: 'int' object is not iterable
bool is_iterable(const Value& value);
std::vector<Value> to_vector(const Value& iterable);

// Python's sorted(): stable; TypeError for what cannot be compared.
void sort_values(std::vector<Value>* values, bool reverse);

// "%..." % value, str.format and format(value, spec).
std::string format_percent(const StringObject& format, const Value& arguments);
std::string format_braces(std::string_view format, const Arguments& arguments);
std::string format_value(const Value& value, std::string_view spec);

// int(x), float(x) with Python's errors.
Value to_int(const Value& value, int base = 10);
double to_float(const Value& value);
std::string float_repr(double value);
std::optional<std::int64_t> as_index(const Value& value);  // int or bool that fits, else nullopt

}  // namespace floe::dbt
