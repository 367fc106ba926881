// floe.secrets/kubernetes: the data keys of a Secret, mounted or over the API.
#pragma once

#include "settings.hpp"

#include "base/result.hpp"
#include "floe/interfaces/secrets.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace floe::secrets {

// Over the API a key `other/key` is the key of another Secret of the namespace.
class KubernetesSecrets final : public SecretsPlugin<KubernetesSecrets> {
 public:
  explicit KubernetesSecrets(Settings settings) : settings_(std::move(settings)) {}

  static std::string validate_config(Call& call, std::string_view config);
  static Result<std::unique_ptr<KubernetesSecrets>> create(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  Status get(Call& call, std::string_view key, Sink& value);
  // kUnsupported for a mounted folder.
  Status put(Call& call, std::string_view key, std::string_view value);
  Status remove(Call& call, std::string_view key);
  // Of one Secret: that of the prefix, else the configured one.
  Result<std::string> list(Call& call, std::string_view prefix);
  // The mount; nothing for the API, which the pod asks with its service account.
  Result<std::string> pod_environment(Call& call, std::string_view request);

 private:
  Settings settings_;
};

}  // namespace floe::secrets
