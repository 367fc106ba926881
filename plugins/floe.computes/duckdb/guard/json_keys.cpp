#include "json_keys.hpp"

#include "json_keys.h"
#include "original.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

namespace floe::duckdb_guard {
namespace {

// Most objects: their keys are compared with each other, without memory of their own.
constexpr std::size_t kFewKeys = 16;

const yyjson_val* repeated_of_few(const yyjson_val* object) {
  std::array<std::string_view, kFewKeys> keys;
  std::size_t count = 0;
  const yyjson_val* const end = end_of(object);
  for (const yyjson_val* key = object + 1; key < end; key = end_of(key + 1)) {
    const std::string_view text = text_of(*key);
    if (std::find(keys.begin(), keys.begin() + count, text) != keys.begin() + count) return key;
    keys.at(count++) = text;
  }
  return nullptr;
}

const yyjson_val* repeated_of_many(const yyjson_val* object) {
  std::vector<std::pair<std::size_t, const yyjson_val*>> keys;  // with their hashes
  keys.reserve(size_of(*object));
  const yyjson_val* const end = end_of(object);
  for (const yyjson_val* key = object + 1; key < end; key = end_of(key + 1))
    keys.emplace_back(std::hash<std::string_view>()(text_of(*key)), key);
  std::sort(keys.begin(), keys.end());
  const auto is_same = [](const auto& left, const auto& right) {
    return left.first == right.first && text_of(*left.second) == text_of(*right.second);
  };
  const auto found = std::adjacent_find(keys.begin(), keys.end(), is_same);
  return found == keys.end() ? nullptr : std::next(found)->second;
}

LostKey lost_key_of(const yyjson_val* object) {
  const yyjson_val* const end = end_of(object);
  for (const yyjson_val* key = object + 1; key < end; key = end_of(key + 1)) {
    const std::string_view text = text_of(*key);
    if (std::memchr(text.data(), '\0', text.size()) != nullptr) return {KeyFault::kNul, key};
  }
  const yyjson_val* repeated = size_of(*object) <= kFewKeys ? repeated_of_few(object) : repeated_of_many(object);
  return repeated == nullptr ? LostKey() : LostKey{KeyFault::kRepeated, repeated};
}

std::string shown(std::string_view key) {
  std::string text;
  for (const char c : key)
    text += c == '\0' ? std::string("\\u0000") : std::string(1, c);
  return text;
}

std::string sentence(const yyjson_doc& document, const LostKey& lost) {
  const std::string path = "the key `" + path_of(document, lost.key) + "` ";
  return path + (lost.fault == KeyFault::kNul ? "has a NUL character" : "occurs twice in its object");
}

// At most `capacity` bytes of the text, whole characters of UTF-8.
std::size_t whole_characters(std::string_view text, std::size_t capacity) {
  if (text.size() <= capacity) return text.size();
  while (capacity > 0 && (static_cast<unsigned char>(text[capacity]) & 0xC0U) == 0x80U)
    --capacity;
  return capacity;
}

}  // namespace

LostKey lost_key(const yyjson_doc& document) {
  const yyjson_val* const end = end_of(document.root);
  for (const yyjson_val* value = document.root; value < end; ++value) {
    if (!is_object(*value)) continue;
    if (const LostKey lost = lost_key_of(value); lost.fault != KeyFault::kNone) return lost;
  }
  return {};
}

std::string path_of(const yyjson_doc& document, const yyjson_val* key) {
  std::string path;
  const yyjson_val* container = document.root;
  while (container != nullptr) {
    const bool has_keys = is_object(*container);
    const yyjson_val* next = nullptr;
    for (const yyjson_val* child = container + 1; child < end_of(container) && next == nullptr; child = end_of(child)) {
      const yyjson_val* value = has_keys ? child + 1 : child;
      const bool is_here = has_keys && child == key;
      if (is_here || (key > value && key < end_of(value))) {
        if (has_keys) path += (path.empty() ? "" : ".") + shown(text_of(*child));
        if (!has_keys) path += "[]";
        if (is_here) return path;
        next = value;
      }
      if (has_keys) child = value;
    }
    container = next;
  }
  return path;
}

namespace {

// What is lost of the keys of a text; empty = nothing.
std::string said_of(const char* text, std::size_t length) {
  // Not in place, so the text is only read.
  yyjson_doc* document = read_document(const_cast<char*>(text), length, kReadAsDuckdb, nullptr, nullptr);
  if (document == nullptr) return {};
  const LostKey lost = lost_key(*document);
  std::string said = lost.fault == KeyFault::kNone ? std::string() : sentence(*document, lost);
  release(document);
  return said;
}

}  // namespace
}  // namespace floe::duckdb_guard

extern "C" {

FLOE_GUARD_EXPORT std::size_t floe_duckdb_json_key_fault(const char* text, std::size_t length, char* message,
                                                         std::size_t capacity) {
  const std::string said = floe::duckdb_guard::said_of(text, length);
  const std::size_t bytes = floe::duckdb_guard::whole_characters(said, capacity);
  std::memcpy(message, said.data(), bytes);
  return bytes;
}
}
