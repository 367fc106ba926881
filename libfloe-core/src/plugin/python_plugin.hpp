// Plugins written in Python, through libfloe-python.so: libfloe-core knows no Python.
#pragma once

#include "plugin/registry.hpp"

#include "base/result.hpp"
#include "floe/plugin.h"

#include <string_view>

namespace floe {

constexpr std::string_view kPythonRuntime = "python";  // `runtime` of plugin.json

// Opens the bridge at the first plugin that needs it, for good. Errors are plugin diagnostics: no Python, or what is
// wrong with the file, at its line.
Result<floe_plugin_entry_v1_fn> load_python_entry(const PluginEntry& entry);

}  // namespace floe
