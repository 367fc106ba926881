// Value: a Python value as dbt's templates see it. 16 bytes, copied by bumping a reference count; lists, dicts, sets
// and objects are shared by reference exactly as in Python, so aliases see each other's changes.
//
// Threads: copying and dropping Values is safe from any thread. A list, dict or set that several threads can reach must
// not be changed by any of them; strings, numbers, tuples and ranges never change.
#pragma once

#include "value/meter.hpp"

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::dbt {

class BigInt;
class StringObject;
class BytesObject;
class ListObject;
class TupleObject;
class DictObject;
class SetObject;
class RangeObject;
class UndefinedObject;
class Object;
class Machine;  // one run of the template engine, jinja/machine.hpp

enum class Kind : std::uint8_t {
  kMissing,  // no value at all: an unset slot; never seen by templates
  kNone,
  kBool,
  kInt,
  kFloat,
  // From here on the payload is a counted pointer.
  kBigInt,  // an int outside int64
  kString,
  kBytes,
  kList,
  kTuple,
  kDict,
  kSet,
  kRange,
  kUndefined,  // jinja2.Undefined
  kObject,     // everything else: functions, macros, relations, dates, iterators ...
};

// Base of everything on the heap.
class Counted {
 public:
  Counted() noexcept { Meter::take(kBytes); }

  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  virtual ~Counted() { Meter::give_back(kBytes); }

  void retain() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }

  void release() const noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  [[nodiscard]] std::uint32_t references() const noexcept { return references_.load(std::memory_order_acquire); }

 private:
  static constexpr std::int64_t kBytes = 64;  // what one takes on the heap, more or less

  mutable std::atomic<std::uint32_t> references_{0};
};

// An owning pointer to something Counted.
template <class T>
class Ref {
 public:
  Ref() = default;

  explicit Ref(T* pointer) : pointer_(pointer) {
    if (pointer_ != nullptr) pointer_->retain();
  }

  Ref(const Ref& other) : Ref(other.pointer_) {}

  Ref(Ref&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}

  Ref& operator=(Ref other) noexcept {
    std::swap(pointer_, other.pointer_);
    return *this;
  }

  ~Ref() {
    if (pointer_ != nullptr) pointer_->release();
  }

  T* get() const { return pointer_; }

  T* operator->() const { return pointer_; }

  T& operator*() const { return *pointer_; }

  explicit operator bool() const { return pointer_ != nullptr; }

 private:
  T* pointer_ = nullptr;
};

template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

class Value {
 public:
  Value() noexcept : kind_(Kind::kNone) { payload_.integer = 0; }  // None

  Value(std::nullptr_t) noexcept : Value() {}  // NOLINT: None

  Value(std::same_as<bool> auto value) noexcept : kind_(Kind::kBool) {  // NOLINT: implicit by design
    payload_.integer = value ? 1 : 0;
  }

  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
  Value(T value) noexcept : kind_(Kind::kInt) {  // NOLINT: implicit by design
    payload_.integer = static_cast<std::int64_t>(value);
  }

  Value(double value) noexcept : kind_(Kind::kFloat) { payload_.real = value; }  // NOLINT: implicit by design

  Value(std::string text);                            // NOLINT: str
  Value(std::string_view text);                       // NOLINT: str
  Value(const char* text);                            // NOLINT: str
  Value(const Ref<BigInt>& value) noexcept;           // NOLINT
  Value(const Ref<StringObject>& value) noexcept;     // NOLINT
  Value(const Ref<BytesObject>& value) noexcept;      // NOLINT
  Value(const Ref<ListObject>& value) noexcept;       // NOLINT
  Value(const Ref<TupleObject>& value) noexcept;      // NOLINT
  Value(const Ref<DictObject>& value) noexcept;       // NOLINT
  Value(const Ref<SetObject>& value) noexcept;        // NOLINT
  Value(const Ref<RangeObject>& value) noexcept;      // NOLINT
  Value(const Ref<UndefinedObject>& value) noexcept;  // NOLINT

  template <std::derived_from<Object> T>
  Value(const Ref<T>& value) noexcept : Value(Kind::kObject, value.get()) {}  // NOLINT: implicit by design

  Value(const Value& other) noexcept : kind_(other.kind_), payload_(other.payload_) {
    if (is_counted()) retain(payload_.counted);
  }

  Value(Value&& other) noexcept : kind_(other.kind_), payload_(other.payload_) { other.kind_ = Kind::kNone; }

  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }

  Value& operator=(Value&& other) noexcept {
    swap(other);
    return *this;
  }

  ~Value() {
    if (is_counted()) release(payload_.counted);
  }

  void swap(Value& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(payload_, other.payload_);
  }

  static Value missing() noexcept {
    Value value;
    value.kind_ = Kind::kMissing;
    return value;
  }

  // A name that has not been looked up yet; is_missing() too. The engine's own.
  static Value unresolved() noexcept {
    Value value = missing();
    value.payload_.integer = 1;
    return value;
  }

  // `'name' is undefined`.
  static Value undefined(std::string_view name);
  static Value list(std::vector<Value> items = {});
  static Value tuple(std::vector<Value> items);
  static Value dict();
  static Value dict(std::vector<std::pair<Value, Value>> entries);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }

  [[nodiscard]] bool is_missing() const noexcept { return kind_ == Kind::kMissing; }

  [[nodiscard]] bool is_unresolved() const noexcept { return kind_ == Kind::kMissing && payload_.integer == 1; }

  [[nodiscard]] bool is_none() const noexcept { return kind_ == Kind::kNone; }

  [[nodiscard]] bool is_bool() const noexcept { return kind_ == Kind::kBool; }

  [[nodiscard]] bool is_int() const noexcept { return kind_ == Kind::kInt; }  // small; see also kBigInt

  [[nodiscard]] bool is_float() const noexcept { return kind_ == Kind::kFloat; }

  [[nodiscard]] bool is_string() const noexcept { return kind_ == Kind::kString; }

  [[nodiscard]] bool is_list() const noexcept { return kind_ == Kind::kList; }

  [[nodiscard]] bool is_tuple() const noexcept { return kind_ == Kind::kTuple; }

  [[nodiscard]] bool is_dict() const noexcept { return kind_ == Kind::kDict; }

  [[nodiscard]] bool is_set() const noexcept { return kind_ == Kind::kSet; }

  [[nodiscard]] bool is_undefined() const noexcept { return kind_ == Kind::kUndefined; }

  [[nodiscard]] bool is_object() const noexcept { return kind_ == Kind::kObject; }

  [[nodiscard]] bool is_true() const noexcept { return kind_ == Kind::kBool && payload_.integer != 0; }

  [[nodiscard]] bool is_counted() const noexcept { return kind_ >= Kind::kBigInt; }

  // The payload; the kind must be right.
  [[nodiscard]] bool as_bool() const noexcept { return payload_.integer != 0; }

  [[nodiscard]] std::int64_t as_int() const noexcept { return payload_.integer; }  // also of a bool: 0 or 1

  [[nodiscard]] double as_float() const noexcept { return payload_.real; }

  [[nodiscard]] const std::string& as_string() const noexcept;
  [[nodiscard]] const StringObject* string() const noexcept;
  [[nodiscard]] const BigInt* bigint() const noexcept;
  [[nodiscard]] const BytesObject* bytes() const noexcept;
  [[nodiscard]] ListObject* list_object() const noexcept;
  [[nodiscard]] const TupleObject* tuple_object() const noexcept;
  [[nodiscard]] DictObject* dict_object() const noexcept;
  [[nodiscard]] SetObject* set_object() const noexcept;
  [[nodiscard]] const RangeObject* range_object() const noexcept;
  [[nodiscard]] const UndefinedObject* undefined_object() const noexcept;
  [[nodiscard]] Object* object() const noexcept;

  // The object when it is a T, else nullptr.
  template <class T>
  [[nodiscard]] T* object_as() const noexcept {
    return kind_ == Kind::kObject ? dynamic_cast<T*>(payload_.counted) : nullptr;
  }

  [[nodiscard]] Counted* counted() const noexcept { return payload_.counted; }

 private:
  Value(Kind kind, Counted* counted) noexcept : kind_(kind) {
    payload_.counted = counted;
    retain(counted);
  }

  static void retain(Counted* counted) noexcept {
    if (counted == nullptr) __builtin_unreachable();  // a counted kind always has its object
    counted->retain();
  }

  static void release(Counted* counted) noexcept {
    if (counted == nullptr) __builtin_unreachable();
    counted->release();
  }

  Kind kind_;

  union Payload {
    std::int64_t integer;
    double real;
    Counted* counted;
  } payload_;
};

// A keyword argument. The name is a str.
struct NamedValue {
  Value name;
  Value value;
};

// What a callable receives.
struct Arguments {
  Machine& machine;
  std::span<const Value> positional;
  std::span<const NamedValue> named;

  [[nodiscard]] const Value* find(std::string_view name) const;  // a keyword argument, or nullptr
};

}  // namespace floe::dbt
