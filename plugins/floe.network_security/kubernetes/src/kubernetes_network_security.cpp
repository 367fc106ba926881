#include "kubernetes_network_security.hpp"

#include "answers/answers.hpp"
#include "kubernetes/security_context.hpp"
#include "network_policies.hpp"
#include "writable_volumes.hpp"

namespace floe::kubernetes {

std::string KubernetesNetworkSecurity::validate_config(Call& /*call*/, std::string_view config) {
  return answers::no_config_problems(config);
}

std::string KubernetesNetworkSecurity::health(Call& /*call*/) { return answers::health(); }

std::string KubernetesNetworkSecurity::describe(Call& /*call*/) { return answers::description("kubernetes"); }

Result<std::string> KubernetesNetworkSecurity::policies(Call& /*call*/, std::string_view config) {
  return network_policies(config);
}

Result<std::string> KubernetesNetworkSecurity::pod_security_context(Call& /*call*/, std::string_view request) {
  return to_json(json::object{{"pod", FLOE_TRY(security_contexts(request)).pod}});
}

Result<std::string> KubernetesNetworkSecurity::container_security_context(Call& /*call*/, std::string_view request) {
  return to_json(json::object{{"container", FLOE_TRY(security_contexts(request)).container}});
}

Result<std::string> KubernetesNetworkSecurity::writable_volumes(Call& /*call*/, std::string_view request) {
  return volumes_of(request);
}

}  // namespace floe::kubernetes
