// A range of IP addresses: `10.0.0.0/8`, `fd00::/8`.
#pragma once

#include "base/result.hpp"

#include <array>
#include <string>
#include <string_view>

namespace floe::kubernetes {

struct Cidr {
  int family = 0;
  std::array<unsigned char, 16> address{};
  int prefix = 0;
};

// kInvalidArgument for what is no range, also when bits behind the prefix are set.
Result<Cidr> parse_cidr(const std::string& text);

// Smaller than `outer` and within it, as Kubernetes wants exceptions to be.
bool is_within(const Cidr& inner, const Cidr& outer);

}  // namespace floe::kubernetes
