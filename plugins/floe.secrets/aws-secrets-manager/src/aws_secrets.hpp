// floe.secrets/aws-secrets-manager: a key is the name of a secret behind the configured prefix.
#pragma once

#include "credentials.hpp"
#include "settings.hpp"

#include "base/result.hpp"
#include "floe/interfaces/secrets.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::secrets {

class AwsSecrets final : public SecretsPlugin<AwsSecrets> {
 public:
  explicit AwsSecrets(Settings settings) : settings_(std::move(settings)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<AwsSecrets>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  Status get(Call& call, std::string_view key, Sink& value);
  // As SecretString where the value is UTF-8, else as SecretBinary. A secret marked for deletion is restored.
  Status put(Call& call, std::string_view key, std::string_view value);
  Status remove(Call& call, std::string_view key);
  Result<std::string> list(Call& call, std::string_view prefix);
  // The variables of static credentials; nothing else, where the pod's account assumes the role.
  Result<std::string> pod_environment(Call& call, std::string_view request);

 private:
  Settings settings_;
  CredentialSource credentials_;
};

}  // namespace floe::secrets
