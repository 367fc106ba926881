// Empty volumes for the paths a container writes to when its root is read-only.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::kubernetes {

// network_security/paths to network_security/volumes.
Result<std::string> volumes_of(std::string_view request);

}  // namespace floe::kubernetes
