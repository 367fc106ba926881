// Signatures of Standard Webhooks 1.0 (standardwebhooks.com): what a receiver checks an event with.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::webhook {

// The header `webhook-signature` of a message: "v1," and the base64 of HMAC-SHA256 over `id.timestamp.body`. The secret
// is base64, with or without "whsec_"; kInvalidConfig when it is not.
Result<std::string> sign(std::string_view secret, std::string_view id, std::int64_t timestamp, std::string_view body);

}  // namespace floe::webhook
