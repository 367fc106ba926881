// What is wrong with the namespaces, accounts, roles and bindings found in a cluster.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::kubernetes {

// rbac/cluster_state to rbac/findings, in the order of the objects. Other kinds, and what Kubernetes makes itself, are
// passed over.
Result<std::string> audit_findings(std::string_view state);

}  // namespace floe::kubernetes
