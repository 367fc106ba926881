// JSON that nests deeper than what people write: trees that programs print.
#pragma once

#include "base/json/json.hpp"

#include <cstddef>
#include <string_view>

namespace floe {

// The limit of parse_json.
inline constexpr std::size_t kMaxJsonDepth = 256;

// parse_json with another limit. What reads or destroys the value recurses, so the limit must leave the stack room:
// some 500 bytes a level.
Result<json::value> parse_json(std::string_view text, std::size_t max_depth);

}  // namespace floe
