// The environment variable in which `floe.secrets/env` finds a secret, and in which others tell a pod to put it.
#pragma once

#include <string>
#include <string_view>

namespace floe::answers {

constexpr std::string_view kSecretPrefix = "FLOE_SECRET_";

// `warehouse-key` is FLOE_SECRET_WAREHOUSE_KEY: everything but ASCII letters and digits is an underscore.
std::string secret_variable(std::string_view key);

}  // namespace floe::answers
