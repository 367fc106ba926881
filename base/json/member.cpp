// Typed access to members of an object.
#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <limits>

namespace floe {

namespace {

json::string_view boost_view(std::string_view text) { return {text.data(), text.size()}; }

const json::value* find(const json::object& object, std::string_view key) {
  return object.if_contains(boost_view(key));
}

std::optional<std::int64_t> as_int(const json::value& value) {
  if (const std::int64_t* number = value.if_int64()) return *number;
  if (const std::uint64_t* number = value.if_uint64()) {
    if (*number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return static_cast<std::int64_t>(*number);
    }
  }
  return std::nullopt;
}

Result<const json::value*> require(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (value == nullptr) return failf(ErrorCode::kData, "key `{}` is missing", key);
  return value;
}

Error wrong_kind(std::string_view key, std::string_view expected) {
  return failf(ErrorCode::kData, "key `{}` is not {}", key, expected);
}

}  // namespace

Result<std::string> require_string(const json::object& object, std::string_view key) {
  const json::value* value = FLOE_TRY(require(object, key));
  const json::string* text = value->if_string();
  if (text == nullptr) return wrong_kind(key, "a string");
  return std::string(to_view(*text));
}

Result<std::int64_t> require_int(const json::object& object, std::string_view key) {
  const json::value* value = FLOE_TRY(require(object, key));
  const std::optional<std::int64_t> number = as_int(*value);
  if (!number.has_value()) return wrong_kind(key, "an integer of 64 bits");
  return *number;
}

Result<bool> require_bool(const json::object& object, std::string_view key) {
  const json::value* value = FLOE_TRY(require(object, key));
  const bool* truth = value->if_bool();
  if (truth == nullptr) return wrong_kind(key, "a boolean");
  return *truth;
}

Result<const json::object*> require_object(const json::object& object, std::string_view key) {
  const json::value* value = FLOE_TRY(require(object, key));
  const json::object* member = value->if_object();
  if (member == nullptr) return wrong_kind(key, "an object");
  return member;
}

Result<const json::array*> require_array(const json::object& object, std::string_view key) {
  const json::value* value = FLOE_TRY(require(object, key));
  const json::array* member = value->if_array();
  if (member == nullptr) return wrong_kind(key, "an array");
  return member;
}

std::optional<std::string> get_string(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string(to_view(*text));
}

std::string get_string_or(const json::object& object, std::string_view key, std::string_view fallback) {
  const json::value* value = find(object, key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return std::string(text == nullptr ? fallback : to_view(*text));
}

std::optional<std::int64_t> get_int(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (value == nullptr) return std::nullopt;
  return as_int(*value);
}

std::optional<double> get_double(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (value == nullptr) return std::nullopt;
  if (const double* number = value->if_double()) return *number;
  if (const std::int64_t* number = value->if_int64()) return static_cast<double>(*number);
  if (const std::uint64_t* number = value->if_uint64()) return static_cast<double>(*number);
  return std::nullopt;
}

bool get_bool_or(const json::object& object, std::string_view key, bool fallback) {
  const json::value* value = find(object, key);
  const bool* truth = value == nullptr ? nullptr : value->if_bool();
  return truth == nullptr ? fallback : *truth;
}

const json::object* get_object(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* get_array(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  return value == nullptr ? nullptr : value->if_array();
}

}  // namespace floe
