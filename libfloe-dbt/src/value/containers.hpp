// The heap parts of Value: str, bytes, list, tuple, dict, set, range, Undefined.
#pragma once

#include "value/exception.hpp"
#include "value/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::dbt {

std::uint64_t hash_text(std::string_view text);

// str: UTF-8 (surrogates that a template escaped are kept as three bytes each). Immutable.
class StringObject final : public Counted {
 public:
  explicit StringObject(std::string text, std::uint8_t marker = 0) : text_(std::move(text)), marker_(marker) {
    Meter::grow_text(text_.size());
    Meter::read_text(text_.size());
    Meter::take(static_cast<std::int64_t>(text_.size()));
  }

  StringObject(const StringObject&) = delete;
  StringObject& operator=(const StringObject&) = delete;

  ~StringObject() override { Meter::give_back(static_cast<std::int64_t>(text_.size())); }

  [[nodiscard]] const std::string& text() const { return text_; }

  [[nodiscard]] std::string_view view() const { return text_; }

  [[nodiscard]] std::uint64_t hash() const;  // cached
  [[nodiscard]] std::size_t length() const;  // code points, cached

  // A str subclass of dbt's native environment (jinja/markers.hpp); 0 for a plain str.
  [[nodiscard]] std::uint8_t marker() const { return marker_; }

  [[nodiscard]] bool is_ascii() const { return length() == text_.size(); }

 private:
  std::string text_;
  std::uint8_t marker_;
  mutable std::atomic<std::uint64_t> hash_{0};
  mutable std::atomic<std::size_t> length_{static_cast<std::size_t>(-1)};
};

// The one shared str of that text, for names in templates and attribute names. Never freed.
const Value& intern(std::string_view text);

class BytesObject final : public Counted {
 public:
  explicit BytesObject(std::string bytes) : data(std::move(bytes)) {}

  const std::string data;
};

class ListObject final : public Counted {
 public:
  ListObject() = default;

  explicit ListObject(std::vector<Value> values) : items(std::move(values)) {
    Meter::step(Meter::kElement * items.size());
  }

  std::vector<Value> items;
};

class TupleObject final : public Counted {
 public:
  explicit TupleObject(std::vector<Value> values) : items(std::move(values)) {
    Meter::step(Meter::kElement * items.size());
  }

  const std::vector<Value> items;
};

// Insertion-ordered hash table with Python's key rules (1 == 1.0 == True). Unhashable keys raise TypeError.
class DictObject final : public Counted {
 public:
  struct Entry {
    std::uint64_t hash = 0;
    Value key;  // missing() marks a deleted entry
    Value value;
  };

  DictObject() = default;

  [[nodiscard]] std::size_t size() const { return live_; }

  [[nodiscard]] const Value* find(const Value& key) const;
  [[nodiscard]] const Value* find(std::string_view key) const;

  [[nodiscard]] const Value* find(const char* key) const { return find(std::string_view(key)); }

  [[nodiscard]] const Value* find(const StringObject& key) const;
  void set(const Value& key, Value value);

  void set(std::string_view key, Value value) { set(Value(key), std::move(value)); }

  void set(const char* key, Value value) { set(Value(key), std::move(value)); }

  bool erase(const Value& key, Value* removed = nullptr);
  void clear();
  void reserve(std::size_t count);
  // Walks live entries in order: `for (std::size_t i = 0; const Entry* entry = dict.next(&i);)`. Safe while changing.
  [[nodiscard]] const Entry* next(std::size_t* position) const;
  [[nodiscard]] const Entry* previous(std::size_t* position) const;  // start with entry_end()

  [[nodiscard]] std::size_t entry_end() const { return entries_.size(); }

  [[nodiscard]] Ref<DictObject> copy() const;
  void update(const DictObject& other);

 private:
  [[nodiscard]] std::size_t find_index(std::uint64_t hash, const Value& key) const;
  [[nodiscard]] std::size_t find_text(std::uint64_t hash, std::string_view key) const;
  void insert_slot(std::uint64_t hash, std::uint32_t entry);
  void rebuild(std::size_t capacity);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // entry + 1; 0 free, kDeleted tombstone; empty while tiny
  std::size_t live_ = 0;
  std::size_t used_slots_ = 0;
};

// set: insertion order where Python has none.
class SetObject final : public Counted {
 public:
  SetObject() = default;
  bool add(const Value& item);  // false when it was there

  [[nodiscard]] bool contains(const Value& item) const { return table.find(item) != nullptr; }

  [[nodiscard]] std::size_t size() const { return table.size(); }

  DictObject table;  // keys are the members
};

class RangeObject final : public Counted {
 public:
  RangeObject(std::int64_t first, std::int64_t past, std::int64_t by) : start(first), stop(past), step(by) {}

  [[nodiscard]] std::int64_t length() const;

  [[nodiscard]] std::int64_t at(std::int64_t index) const { return start + index * step; }

  const std::int64_t start;
  const std::int64_t stop;
  const std::int64_t step;
};

// What operations on an Undefined do.
enum class UndefinedPolicy : std::uint8_t {
  kDefault,    // jinja2.Undefined: prints nothing, false, empty; attribute, call and arithmetic raise
  kAbsorbing,  // dbt while parsing: attribute, item and call give Undefined again
  kStrict,     // jinja2.StrictUndefined
};

class UndefinedObject final : public Counted {
 public:
  UndefinedObject(std::string hint, Value owner, Value name, UndefinedPolicy policy)
      : hint_(std::move(hint)), owner_(std::move(owner)), name_(std::move(name)), policy_(policy) {}

  [[nodiscard]] std::string message() const;  // `'x' is undefined`, `'dict object' has no attribute 'y'`

  [[nodiscard]] const Value& name() const { return name_; }

  [[nodiscard]] UndefinedPolicy policy() const { return policy_; }

  [[noreturn]] void fail() const;
  ExceptionKind exception = ExceptionKind::kUndefinedError;

 private:
  std::string hint_;
  Value owner_;  // what lacked the attribute; missing() for a plain name
  Value name_;
  UndefinedPolicy policy_;
};

Value make_undefined(const Value& name, UndefinedPolicy policy = UndefinedPolicy::kDefault);
Value make_undefined_member(const Value& owner, const Value& name, UndefinedPolicy policy = UndefinedPolicy::kDefault);
Value make_undefined_hint(std::string hint, const Value& name = Value::missing(),
                          UndefinedPolicy policy = UndefinedPolicy::kDefault);

inline const StringObject* Value::string() const noexcept { return static_cast<const StringObject*>(payload_.counted); }

inline const std::string& Value::as_string() const noexcept { return string()->text(); }

inline const BytesObject* Value::bytes() const noexcept { return static_cast<const BytesObject*>(payload_.counted); }

inline ListObject* Value::list_object() const noexcept { return static_cast<ListObject*>(payload_.counted); }

inline const TupleObject* Value::tuple_object() const noexcept {
  return static_cast<const TupleObject*>(payload_.counted);
}

inline DictObject* Value::dict_object() const noexcept { return static_cast<DictObject*>(payload_.counted); }

inline SetObject* Value::set_object() const noexcept { return static_cast<SetObject*>(payload_.counted); }

inline const RangeObject* Value::range_object() const noexcept {
  return static_cast<const RangeObject*>(payload_.counted);
}

inline const UndefinedObject* Value::undefined_object() const noexcept {
  return static_cast<const UndefinedObject*>(payload_.counted);
}

}  // namespace floe::dbt
