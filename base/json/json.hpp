// JSON over Boost.JSON. Include in .cpp files only (1 s of compile time); never in a public header.
#pragma once

#include "base/result.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe {

namespace json = boost::json;

// Strict RFC 8259, UTF-8, depth limit 256; kData with line and column (bytes) in the message. Doubles are correctly
// rounded, integers beyond 64 bits become doubles, the last of equal keys wins.
Result<json::value> parse_json(std::string_view text);
Result<json::object> parse_json_object(std::string_view text);  // kData when the root is another kind

// Control characters are escaped, also U+007F to U+009F, which some terminals obey and JSON may have as they are (in
// canonical JSON they are).
// Doubles are written as Python does (shortest text that reads back, `1.0`, `1e-05`); NaN and infinities as null.
std::string to_json(const json::value& value);            // compact, keys in insertion order
std::string to_canonical_json(const json::value& value);  // compact, keys sorted by code point, at every level
std::string to_pretty_json(const json::value& value, bool sorted = false);  // two spaces, final newline
void append_json_string(std::string_view text, std::string* out);           // one text, as to_json() writes it

// Members that must or may be there. A missing or mistyped one is kData naming the key.
Result<std::string> require_string(const json::object& object, std::string_view key);
Result<std::int64_t> require_int(const json::object& object, std::string_view key);
Result<bool> require_bool(const json::object& object, std::string_view key);
Result<const json::object*> require_object(const json::object& object, std::string_view key);
Result<const json::array*> require_array(const json::object& object, std::string_view key);
// Absent, null or of another kind: nullopt / nullptr / fallback.
std::optional<std::string> get_string(const json::object& object, std::string_view key);
std::string get_string_or(const json::object& object, std::string_view key, std::string_view fallback);
std::optional<std::int64_t> get_int(const json::object& object, std::string_view key);
std::optional<double> get_double(const json::object& object, std::string_view key);
bool get_bool_or(const json::object& object, std::string_view key, bool fallback);
const json::object* get_object(const json::object& object, std::string_view key);
const json::array* get_array(const json::object& object, std::string_view key);

inline json::value text_or_null(const std::string& text) {  // null for ""
  return text.empty() ? json::value(nullptr) : json::value(text);
}

inline json::value text_or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

inline std::string_view to_view(const json::string& text) { return {text.data(), text.size()}; }

std::string_view to_view(json::string&& text) = delete;  // a temporary would be gone; keys are views already

}  // namespace floe
