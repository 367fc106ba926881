// Names as requests spell them and as the file stores them: namespace levels joined by dots.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::sqlite {

struct Identifier {
  std::string space;  // joined
  std::string name;

  [[nodiscard]] std::string text() const { return space + "." + name; }
};

// ["a","b"] -> "a.b". kInvalidArgument for an empty level or one with a dot; the empty list only when `may_be_empty`.
Result<std::string> namespace_of(const json::value& levels, bool may_be_empty = false);

// {"namespace": [...], "name": "..."}
Result<Identifier> identifier_of(const json::object& object);

// The member `key` of a request as an identifier.
Result<Identifier> identifier_in(const json::object& request, std::string_view key);

json::array levels_of(std::string_view space);
json::object to_json_identifier(std::string_view space, std::string_view name);

// Names below `space` in byte order: first <= name < last. (LIKE would ignore case.)
struct NameRange {
  std::string first;
  std::string last;
};

NameRange names_below(std::string_view space);

}  // namespace floe::sqlite
