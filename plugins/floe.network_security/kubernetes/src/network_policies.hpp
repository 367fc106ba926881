// The NetworkPolicies of a namespace: deny everything, then one policy for each thing that is wanted.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::kubernetes {

// network_security/policies to shared/manifests.
Result<std::string> network_policies(std::string_view config);

}  // namespace floe::kubernetes
