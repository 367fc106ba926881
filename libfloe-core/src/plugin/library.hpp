// The one place that opens the libraries of plugins.
#pragma once

#include "plugin/registry.hpp"

#include "base/result.hpp"
#include "floe/plugin.h"

namespace floe {

// The entry function of a plugin. A library is loaded with all symbols bound now and kept to itself, for good: plugin
// code is never unloaded, because threads, streams and static objects of it may live on. What is written in Python
// comes through the bridge. Errors are plugin diagnostics; they carry the system loader's text.
Result<floe_plugin_entry_v1_fn> load_entry(const PluginEntry& entry);

}  // namespace floe
