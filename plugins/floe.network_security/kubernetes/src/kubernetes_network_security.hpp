// floe.network_security/kubernetes: NetworkPolicies, security contexts and writable volumes as documents.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/network_security.hpp"

#include <string>
#include <string_view>

namespace floe::kubernetes {

class KubernetesNetworkSecurity final : public NetworkSecurityPlugin<KubernetesNetworkSecurity> {
 public:
  static std::string validate_config(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  Result<std::string> policies(Call& call, std::string_view config);
  Result<std::string> pod_security_context(Call& call, std::string_view request);
  Result<std::string> container_security_context(Call& call, std::string_view request);
  Result<std::string> writable_volumes(Call& call, std::string_view request);
};

}  // namespace floe::kubernetes
