// Calls of the AWS Secrets Manager API, 2017-10-17 (JSON 1.1, signed).
#pragma once

#include "credentials.hpp"
#include "settings.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <string>
#include <string_view>

namespace floe::secrets {

class SecretsApi {
 public:
  SecretsApi(const Call& call, const Settings& settings, CredentialSource& credentials)
      : call_(call), settings_(settings), credentials_(credentials) {}

  // What `action` answers. Errors have the type and message of AWS, which do not quote values: kNotFound, kPermission,
  // kUnauthenticated, kConflict (exists already), kInvalidState (marked for deletion), kUnavailable.
  [[nodiscard]] Result<json::object> invoke(std::string_view action, const json::object& request) const;

 private:
  const Call& call_;
  const Settings& settings_;
  CredentialSource& credentials_;
};

}  // namespace floe::secrets
