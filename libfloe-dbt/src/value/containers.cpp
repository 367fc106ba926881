#include "value/containers.hpp"

#include "value/operations.hpp"

#include "base/text/text.hpp"

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace floe::dbt {

namespace {

constexpr std::uint32_t kFree = 0;
constexpr std::uint32_t kDeleted = 0xffffffffU;
constexpr std::size_t kNotFound = static_cast<std::size_t>(-1);
constexpr std::size_t kLinearLimit = 8;  // dicts this small are searched without slots

struct TextHash {
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const { return hash_text(text); }
};

struct InternTable {
  std::shared_mutex mutex;
  std::unordered_map<std::string, Value, TextHash, std::equal_to<>> values;
};

InternTable& intern_table() {
  static auto* table = new InternTable;  // leaked on purpose: interned names live as long as the process
  return *table;
}

}  // namespace

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t state = 0xcbf29ce484222325ULL ^ text.size();
  std::size_t index = 0;
  for (; index + 8 <= text.size(); index += 8) {
    std::uint64_t word = 0;
    __builtin_memcpy(&word, text.data() + index, 8);
    state = (state ^ word) * 0x9e3779b97f4a7c15ULL;
    state ^= state >> 32;
  }
  std::uint64_t tail = 0;
  __builtin_memcpy(&tail, text.data() + index, text.size() - index);
  state = (state ^ tail) * 0x9e3779b97f4a7c15ULL;
  return state ^ (state >> 29);
}

const Value& intern(std::string_view text) {
  InternTable& table = intern_table();
  {
    std::shared_lock lock(table.mutex);
    if (auto found = table.values.find(text); found != table.values.end()) return found->second;
  }
  std::unique_lock lock(table.mutex);
  auto [place, inserted] = table.values.try_emplace(std::string(text), Value(text));
  return place->second;  // node-based map: the address stays
}

std::uint64_t StringObject::hash() const {
  std::uint64_t cached = hash_.load(std::memory_order_relaxed);
  if (cached == 0) {
    cached = hash_text(text_) | 1;
    hash_.store(cached, std::memory_order_relaxed);
  }
  return cached;
}

std::size_t StringObject::length() const {
  std::size_t cached = length_.load(std::memory_order_relaxed);
  if (cached == static_cast<std::size_t>(-1)) {
    cached = 0;
    for (char byte : text_) {
      if ((static_cast<unsigned char>(byte) & 0xc0U) != 0x80U) ++cached;
    }
    length_.store(cached, std::memory_order_relaxed);
  }
  return cached;
}

Value::Value(std::string text) : Value(Kind::kString, new StringObject(std::move(text))) {}

Value::Value(std::string_view text) : Value(Kind::kString, new StringObject(std::string(text))) {}

Value::Value(const char* text) : Value(Kind::kString, new StringObject(std::string(text))) {}

Value::Value(const Ref<StringObject>& value) noexcept : Value(Kind::kString, value.get()) {}

Value::Value(const Ref<BytesObject>& value) noexcept : Value(Kind::kBytes, value.get()) {}

Value::Value(const Ref<ListObject>& value) noexcept : Value(Kind::kList, value.get()) {}

Value::Value(const Ref<TupleObject>& value) noexcept : Value(Kind::kTuple, value.get()) {}

Value::Value(const Ref<DictObject>& value) noexcept : Value(Kind::kDict, value.get()) {}

Value::Value(const Ref<SetObject>& value) noexcept : Value(Kind::kSet, value.get()) {}

Value::Value(const Ref<RangeObject>& value) noexcept : Value(Kind::kRange, value.get()) {}

Value::Value(const Ref<UndefinedObject>& value) noexcept : Value(Kind::kUndefined, value.get()) {}

Object* Value::object() const noexcept { return static_cast<Object*>(payload_.counted); }

Value Value::undefined(std::string_view name) { return make_undefined(Value(name)); }

Value Value::list(std::vector<Value> items) { return Value(make_ref<ListObject>(std::move(items))); }

Value Value::tuple(std::vector<Value> items) { return Value(make_ref<TupleObject>(std::move(items))); }

Value Value::dict() { return Value(make_ref<DictObject>()); }

Value Value::dict(std::vector<std::pair<Value, Value>> entries) {
  auto dict = make_ref<DictObject>();
  for (auto& [key, value] : entries)
    dict->set(key, std::move(value));
  return Value(dict);
}

const Value* Arguments::find(std::string_view name) const {
  for (const NamedValue& argument : named) {
    if (argument.name.as_string() == name) return &argument.value;
  }
  return nullptr;
}

std::size_t DictObject::find_index(std::uint64_t hash, const Value& key) const {
  if (slots_.empty()) {
    for (std::size_t index = 0; index < entries_.size(); ++index) {
      const Entry& entry = entries_[index];
      if (entry.hash == hash && !entry.key.is_missing() && (is_same(entry.key, key) || equals(entry.key, key))) {
        return index;
      }
    }
    return kNotFound;
  }
  std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    std::uint32_t stored = slots_[slot];
    if (stored == kFree) return kNotFound;
    if (stored == kDeleted) continue;
    const Entry& entry = entries_[stored - 1];
    if (entry.hash == hash && (is_same(entry.key, key) || equals(entry.key, key))) return stored - 1;
  }
}

std::size_t DictObject::find_text(std::uint64_t hash, std::string_view key) const {
  auto matches = [&](const Entry& entry) {
    return entry.hash == hash && entry.key.is_string() && entry.key.as_string() == key;
  };
  if (slots_.empty()) {
    for (std::size_t index = 0; index < entries_.size(); ++index) {
      if (matches(entries_[index])) return index;
    }
    return kNotFound;
  }
  std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    std::uint32_t stored = slots_[slot];
    if (stored == kFree) return kNotFound;
    if (stored != kDeleted && matches(entries_[stored - 1])) return stored - 1;
  }
}

const Value* DictObject::find(const Value& key) const {
  if (live_ == 0 && key.is_string()) return nullptr;
  std::size_t index = find_index(dbt::hash(key), key);
  return index == kNotFound ? nullptr : &entries_[index].value;
}

const Value* DictObject::find(std::string_view key) const {
  std::size_t index = find_text(hash_text(key) | 1, key);
  return index == kNotFound ? nullptr : &entries_[index].value;
}

const Value* DictObject::find(const StringObject& key) const {
  std::size_t index = find_text(key.hash(), key.view());
  return index == kNotFound ? nullptr : &entries_[index].value;
}

void DictObject::insert_slot(std::uint64_t hash, std::uint32_t entry) {
  std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot] != kFree)
    slot = (slot + 1) & mask;
  slots_[slot] = entry + 1;
  ++used_slots_;
}

void DictObject::rebuild(std::size_t capacity) {
  std::erase_if(entries_, [](const Entry& entry) { return entry.key.is_missing(); });
  slots_.assign(capacity, kFree);
  used_slots_ = 0;
  for (std::size_t index = 0; index < entries_.size(); ++index) {
    insert_slot(entries_[index].hash, static_cast<std::uint32_t>(index));
  }
}

void DictObject::reserve(std::size_t count) {
  entries_.reserve(count);
  if (count <= kLinearLimit) return;
  std::size_t capacity = 16;
  while (capacity < count * 2)
    capacity *= 2;
  if (capacity > slots_.size()) rebuild(capacity);
}

void DictObject::set(const Value& key, Value value) {
  std::uint64_t key_hash = dbt::hash(key);
  std::size_t index = find_index(key_hash, key);
  if (index != kNotFound) {
    entries_[index].value = std::move(value);
    return;
  }
  Meter::step(4 * Meter::kElement);
  entries_.push_back(Entry{key_hash, key, std::move(value)});
  ++live_;
  if (slots_.empty()) {
    if (entries_.size() > kLinearLimit) rebuild(32);
  } else if ((used_slots_ + 1) * 3 > slots_.size() * 2) {
    std::size_t capacity = 16;
    while (capacity < live_ * 3)
      capacity *= 2;
    rebuild(capacity);
  } else {
    insert_slot(key_hash, static_cast<std::uint32_t>(entries_.size() - 1));
  }
}

bool DictObject::erase(const Value& key, Value* removed) {
  std::uint64_t key_hash = dbt::hash(key);
  std::size_t index = find_index(key_hash, key);
  if (index == kNotFound) return false;
  if (!slots_.empty()) {
    std::size_t mask = slots_.size() - 1;
    std::size_t slot = key_hash & mask;
    while (slots_[slot] != index + 1)
      slot = (slot + 1) & mask;
    slots_[slot] = kDeleted;
  }
  Entry entry = std::move(entries_[index]);
  entries_[index].key = Value::missing();
  entries_[index].value = Value();
  --live_;
  while (!entries_.empty() && entries_.back().key.is_missing())
    entries_.pop_back();
  if (removed != nullptr) *removed = std::move(entry.value);
  return true;
}

void DictObject::clear() {
  std::vector<Entry> dropped = std::move(entries_);
  entries_.clear();
  slots_.clear();
  live_ = 0;
  used_slots_ = 0;
}

const DictObject::Entry* DictObject::next(std::size_t* position) const {
  while (*position < entries_.size()) {
    const Entry& entry = entries_[(*position)++];
    if (!entry.key.is_missing()) return &entry;
  }
  return nullptr;
}

const DictObject::Entry* DictObject::previous(std::size_t* position) const {
  *position = std::min(*position, entries_.size());
  while (*position > 0) {
    const Entry& entry = entries_[--*position];
    if (!entry.key.is_missing()) return &entry;
  }
  return nullptr;
}

Ref<DictObject> DictObject::copy() const {
  Meter::step(4 * Meter::kElement * entries_.size());
  auto result = make_ref<DictObject>();
  result->entries_ = entries_;
  result->slots_ = slots_;
  result->live_ = live_;
  result->used_slots_ = used_slots_;
  return result;
}

void DictObject::update(const DictObject& other) {
  if (&other == this) return;
  for (std::size_t position = 0; const Entry* entry = other.next(&position);)
    set(entry->key, entry->value);
}

bool SetObject::add(const Value& item) {
  std::size_t before = table.size();
  if (table.find(item) == nullptr) table.set(item, Value());
  return table.size() != before;
}

std::int64_t RangeObject::length() const {
  if (step > 0) return start >= stop ? 0 : (stop - start - 1) / step + 1;
  return start <= stop ? 0 : (start - stop - 1) / -step + 1;
}

namespace {

// jinja2's object_type_repr.
std::string describe_owner(const Value& owner) {
  switch (owner.kind()) {
    case Kind::kNone:
      return "None";
    default:
      return std::string(type_name(owner)) + " object";
  }
}

}  // namespace

std::string UndefinedObject::message() const {
  if (!hint_.empty()) return hint_;
  if (owner_.is_missing()) return (name_.is_missing() ? "None" : to_repr(name_)) + " is undefined";
  if (!name_.is_string()) return describe_owner(owner_) + " has no element " + to_repr(name_);
  std::string quoted;
  append_repr(&quoted, std::string_view(describe_owner(owner_)));
  return quoted + " has no attribute " + to_repr(name_);
}

void UndefinedObject::fail() const { raise(exception, message()); }

Value make_undefined(const Value& name, UndefinedPolicy policy) {
  return Value(make_ref<UndefinedObject>(std::string(), Value::missing(), name, policy));
}

Value make_undefined_member(const Value& owner, const Value& name, UndefinedPolicy policy) {
  return Value(make_ref<UndefinedObject>(std::string(), owner, name, policy));
}

Value make_undefined_hint(std::string hint, const Value& name, UndefinedPolicy policy) {
  return Value(make_ref<UndefinedObject>(std::move(hint), Value::missing(), name, policy));
}

}  // namespace floe::dbt
