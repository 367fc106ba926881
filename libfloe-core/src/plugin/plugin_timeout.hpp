// How long a plugin may take for what nobody waits for gladly: to be opened, to be ended, to be probed.
#pragma once

#include "base/io/environment.hpp"
#include "base/result.hpp"

#include <chrono>

namespace floe {

// FLOE_PLUGIN_TIMEOUT, whole seconds from 1 to 86,400; 60 when it is not set or empty. kInvalidArgument for another
// text.
Result<std::chrono::milliseconds> plugin_timeout(const io::Environment& environment);

}  // namespace floe
