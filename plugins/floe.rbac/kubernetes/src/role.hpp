// The rules of a role: what was asked for and nothing else.
#pragma once

#include "kubernetes/request.hpp"

namespace floe::kubernetes {

// Rules that differ in their verbs only become one; everything is sorted. kInvalidArgument for wildcards, for verbs
// that hand out the rights of others, and for verbs that names of objects can never match.
Result<json::array> policy_rules(const Request& request);

}  // namespace floe::kubernetes
