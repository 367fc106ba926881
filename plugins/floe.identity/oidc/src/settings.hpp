// The configuration of floe.identity/oidc.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::oidc {

struct Settings {
  std::string issuer;  // as written: `iss` has to be the same
  std::vector<std::string> audiences;
  std::string jwks_uri;                              // "" = discovered
  std::vector<std::string> roles_claim = {"roles"};  // names that lead to the claim
  std::vector<std::string> groups_claim = {"groups"};
  std::string ca_file;  // PEM, absolute; "" = what the host trusts
  std::int64_t leeway_seconds = 60;
  std::int64_t refresh_seconds = 10;
  std::int64_t timeout_ms = 10'000;
};

// kInvalidConfig with the member as detail `path`.
Result<Settings> read_settings(std::string_view config);

}  // namespace floe::oidc
