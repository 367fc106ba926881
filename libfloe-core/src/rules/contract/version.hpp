// Versions of contracts and of products: semantic versions (semver.org), and two numbers.
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace floe::contract {

// Ordered as semver.org says: a pre-release is below its release, what is behind `+` does not count.
struct Version {
  std::array<int, 3> numbers{};
  std::string prerelease;  // rc.1; "" = a release

  bool operator==(const Version& other) const = default;
  std::strong_ordering operator<=>(const Version& other) const;
};

// `1.2`, `1.2.3`, `v1.2.3`, `1.2.3-rc.1+build`; nullopt when it is none of them.
std::optional<Version> parse_version(std::string_view text);

// Whether `version` is what somebody needs: `1.2` is 1.2 or later below 2.0 (of 0.x: below the next x), `=1.2.3` just
// that, `>=1.2` that or anything later. False when one of them is none.
bool satisfies(std::string_view version, std::string_view needed);

}  // namespace floe::contract
