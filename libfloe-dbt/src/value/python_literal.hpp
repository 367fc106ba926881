// The literals of Python's source text, which Jinja shares: numbers and string escapes.
#pragma once

#include "value/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace floe::dbt {

// A number literal at the start of `text`; *end is behind it.
std::optional<Value> read_python_number(std::string_view text, std::size_t* end);

// The unicode-escape codec. `ascii_first`: as Jinja does, other characters are first written as escapes themselves, so
// that a backslash before one meets another backslash. Raises kUnicodeError.
std::string decode_python_escapes(std::string_view inside, bool ascii_first);

}  // namespace floe::dbt
