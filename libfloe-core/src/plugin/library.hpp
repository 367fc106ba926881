// The one place that opens shared libraries.
#pragma once

#include "base/result.hpp"
#include "floe/plugin.h"

#include <string>

namespace floe {

// Loads the library with all symbols bound now and kept to itself, for good: plugin code is never unloaded, because
// threads, streams and static objects of it may live on. The error carries the system loader's text.
Result<floe_plugin_entry_v1_fn> load_entry(const std::string& path);

}  // namespace floe
