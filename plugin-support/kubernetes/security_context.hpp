// Security contexts of pods and containers that fit a Pod Security Standard, by default `restricted`.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string_view>

namespace floe::kubernetes {

struct SecurityContexts {
  json::object pod;
  json::object container;
};

// kInvalidArgument when the request asks for more than its level allows.
Result<SecurityContexts> security_contexts(std::string_view request);

}  // namespace floe::kubernetes
