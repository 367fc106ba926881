// Signature Version 4 of AWS in the Authorization header (Reference: "AWS Signature Version 4 for API requests").
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // "" = none
};

struct Scope {
  std::string region;
  std::string service;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// A request without a query; `host` as in the header Host, `path` percent-encoded.
struct Signable {
  std::string_view method;
  std::string_view host;
  std::string_view path;
  Headers headers;  // names in lower case; all of them are signed
  std::string_view body;
};

// The headers to send: those given, x-amz-date, x-amz-security-token where there is one, and authorization.
Result<Headers> sign(const Signable& request, const Credentials& credentials, const Scope& scope,
                     std::int64_t unix_seconds);

}  // namespace floe::aws
