// Where the modules of an installation are: libraries in lib/floe/ that are opened when they are first needed.
#pragma once

#include "base/result.hpp"

#include <string>

namespace floe::io {

// The module in lib/floe/ of the installation that this code is part of, be it bin/floe, a library in lib/ or a plugin
// below; "" when it is not there. kPermission for one that everybody may write to.
Result<std::string> find_module(const std::string& name);

}  // namespace floe::io
