// Where the secrets lie and whose account reads them.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::secrets {

enum class CredentialMode : std::uint8_t { kEnvironment, kStatic, kIamRole };

struct Settings {
  std::string region;
  std::string endpoint;      // without a slash at the end
  std::string sts_endpoint;  // likewise
  std::string prefix;
  std::int64_t recovery_days = 30;
  std::int64_t timeout_ms = 10'000;
  CredentialMode mode = CredentialMode::kEnvironment;
  // Keys of kStatic, as in secret_ref.
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
  // Of kIamRole; "" = as the environment says.
  std::string role_arn;
  std::string token_file;
};

// kInvalidConfig names the key, also as detail `path`.
Result<Settings> parse_settings(std::string_view config);

// Region and endpoints that the configuration leaves to the environment. kInvalidConfig when no region is known.
Status complete(Settings* settings);

}  // namespace floe::secrets
