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

// Whether the file of a plugin in Python can be parsed; it is not run. Starts a Python at the first such plugin.
// Plugins of other runtimes pass, and so do all where there is no Python to ask. The error is that of
// load_python_entry().
Status check_python_source(const PluginEntry& entry);

// On the thread of a method in Python: begin_python_answer before it, end_python_answer behind it, with what it
// answered. FLOE_PANIC, with a message in `call`, takes the place of a FLOE_OK that the bridge did not confirm: ctypes
// gives such a one, or anything else, for an exception that gets past the last line of Python that could have caught
// it.
void begin_python_answer() noexcept;
floe_status end_python_answer(floe_call* call, floe_status status) noexcept;

// Runs a method of the plugin, whatever it is written in.
template <class F>
floe_status sure_answer(const PluginEntry& entry, floe_call* call, F&& method) {
  if (entry.manifest.runtime != kPythonRuntime) return method();
  begin_python_answer();
  return end_python_answer(call, method());
}

}  // namespace floe
