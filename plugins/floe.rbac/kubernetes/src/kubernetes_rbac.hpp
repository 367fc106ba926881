// floe.rbac/kubernetes: namespaces, accounts, roles and bindings as documents, and an audit of those found in a
// cluster.
#pragma once

#include "base/result.hpp"
#include "floe/interfaces/rbac.hpp"

#include <string>
#include <string_view>

namespace floe::kubernetes {

class KubernetesRbac final : public RBACPlugin<KubernetesRbac> {
 public:
  static std::string validate_config(Call& call, std::string_view config);
  std::string health(Call& call);
  std::string describe(Call& call);
  Result<std::string> namespace_object(Call& call, std::string_view request);
  Result<std::string> service_account(Call& call, std::string_view request);
  Result<std::string> role(Call& call, std::string_view request);
  Result<std::string> role_binding(Call& call, std::string_view request);
  Result<std::string> pod_security(Call& call, std::string_view request);
  Result<std::string> audit(Call& call, std::string_view state);
};

}  // namespace floe::kubernetes
