// Versions of contracts and of products: two or three numbers.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace floe::contract {

using Version = std::array<int, 3>;

// `1.2`, `1.2.3`, `v1.2.3`; nullopt when it is none of them.
std::optional<Version> parse_version(std::string_view text);

// Whether `version` is what somebody needs: `1.2` is 1.2 or later below 2.0 (of 0.x: below the next x), `=1.2.3` just
// that, `>=1.2` that or anything later. False when one of them is none.
bool satisfies(std::string_view version, std::string_view needed);

}  // namespace floe::contract
