// Reading digits without locale, sign by the caller.
#pragma once

#include "base/yaml/node.hpp"

#include <cstdint>
#include <string_view>

namespace floe::yaml {

// Correctly rounded; too large is infinity, too small is zero. `digits` is a decimal number, maybe with a dot and
// exponent.
double read_double(std::string_view digits);

// Sets integer, integer_overflow and real of `node` from the digits of `base`, at least one.
void set_integer(Node* node, bool negative, std::string_view digits, unsigned base);

// Length of the run of characters from the start of `text` that are in `accepted`.
std::size_t run_length(std::string_view text, std::string_view accepted);

std::string_view without_sign(std::string_view text);
bool consists_of(std::string_view text, std::string_view accepted);  // of at least one character

constexpr std::string_view kDecimalDigits = "0123456789";

}  // namespace floe::yaml
