// Object: what the host adds to the language (relations, adapters, tables, functions), and the iterator protocol.
#pragma once

#include "value/value.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::dbt {

// Walks an iterable. `next` is false at the end.
class Iterator {
 public:
  virtual ~Iterator() = default;
  virtual bool next(Value* out) = 0;
};

enum class BinaryOperator : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kModulo, kPower };

// `+`, `-`, ... as in Python's messages.
std::string_view operator_symbol(BinaryOperator op);

// Every method may raise (value/exception.hpp). The defaults are those of a plain Python object: true, equal only to
// itself, hashable by identity, not callable, not iterable, without attributes.
class Object : public Counted {
 public:
  [[nodiscard]] virtual std::string_view type_name() const = 0;  // as type(x).__name__

  // False: no such attribute. Names that begin with an underscore never arrive here (sandbox).
  virtual bool get_attr(const StringObject& name, Value* out);
  // x[key]. False: missing key or not subscriptable; templates then see Undefined.
  virtual bool get_item(const Value& key, Value* out);
  virtual void set_item(const Value& key, const Value& value);

  [[nodiscard]] virtual bool is_callable() const { return false; }

  virtual Value call(Arguments& arguments);
  // x.name(...). False: no such method; the default asks get_attr and calls the result.
  virtual bool call_method(const StringObject& name, Arguments& arguments, Value* out);

  [[nodiscard]] virtual std::string str() const { return repr(); }

  [[nodiscard]] virtual std::string repr() const;
  [[nodiscard]] virtual bool truth() const;                                    // default: length() != 0, or true
  virtual std::unique_ptr<Iterator> iterate();                                 // nullptr: not iterable
  virtual std::unique_ptr<Iterator> iterate_reversed();                        // nullptr: not reversible
  [[nodiscard]] virtual std::optional<std::size_t> length() const;             // nullopt: no len()
  virtual std::optional<bool> contains(const Value& item);                     // nullopt: by iteration
  [[nodiscard]] virtual bool equals(const Value& other) const;                 // default: identity
  [[nodiscard]] virtual std::optional<int> compare(const Value& other) const;  // -1, 0, 1; nullopt: not orderable
  [[nodiscard]] virtual std::uint64_t hash() const;                            // equal objects hash equal; may raise
  // left op right where this is one of them. nullopt: unsupported.
  virtual std::optional<Value> binary(BinaryOperator op, const Value& other, bool reflected);
  virtual std::optional<Value> unary_minus();

  [[nodiscard]] virtual bool is_mapping() const { return false; }  // `is mapping`

  [[nodiscard]] virtual bool is_sequence() const;  // `is sequence`: has length and [ ]; default length()

  [[nodiscard]] virtual bool is_number() const { return false; }  // `is number`

  [[nodiscard]] virtual bool is_iterator() const { return false; }  // consumed by iterating, as generators are

  // Python's float(x), int(x), format(x, spec): nullopt where it has none.
  [[nodiscard]] virtual std::optional<double> to_float() const { return std::nullopt; }

  [[nodiscard]] virtual std::optional<Value> to_int() const { return std::nullopt; }

  [[nodiscard]] virtual std::optional<std::string> format(std::string_view spec) const;

  // What json.dumps writes instead of this object; nullopt: not serializable.
  [[nodiscard]] virtual std::optional<Value> to_json() const { return std::nullopt; }
};

using NativeFunction = Value (*)(Arguments& arguments);

// A builtin function without state.
Value make_function(std::string_view name, NativeFunction function);

// A function with bound state: `function(state, arguments)`.
using BoundFunction = Value (*)(const Value& self, Arguments& arguments);
Value make_bound_function(std::string_view name, Value self, BoundFunction function);

// A C++ callable as a value. For host code that is not in an inner loop.
template <class F>
Value make_callable(std::string name, F function);

// A read-only namespace with attributes and items (`modules`, `exceptions`, a package of macros).
Value make_namespace(std::string_view type_name, std::vector<std::pair<std::string, Value>> members);

// A generator-like iterator over `source`; consumed once. `type_name` as Python shows it (`generator`).
Value make_iterator(std::string_view type_name, std::unique_ptr<Iterator> source);

template <class F>
class CallableObject final : public Object {
 public:
  CallableObject(std::string name, F function) : name_(std::move(name)), function_(std::move(function)) {}

  [[nodiscard]] std::string_view type_name() const override { return "function"; }

  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Arguments& arguments) override { return function_(arguments); }

  [[nodiscard]] std::string repr() const override { return "<function " + name_ + ">"; }

 private:
  std::string name_;
  F function_;
};

template <class F>
Value make_callable(std::string name, F function) {
  return Value(make_ref<CallableObject<F>>(std::move(name), std::move(function)));
}

// Binds arguments to named parameters as Python does for `def f(a, b=default)`. Raises TypeError in Python's words.
// A missing optional parameter is left missing(). `out` has one Value per name.
void bind_arguments(std::string_view function, const Arguments& arguments,
                    std::initializer_list<std::string_view> parameters, std::size_t required, std::span<Value> out);

}  // namespace floe::dbt
