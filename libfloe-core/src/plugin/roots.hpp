// The directories that are searched for plugins, in order.
#pragma once

#include "plugin/registry.hpp"

#include <string>
#include <vector>

namespace floe {

// Without duplicates; `exists` is filled. Relative paths of options and FLOE_PLUGIN_PATH are skipped: nothing may
// depend on the current directory.
std::vector<PluginRoot> plugin_roots(const RegistryOptions& options, io::FileSystem& files,
                                     const io::Environment& environment);

// The directory of floe's own plugins, beside its library, links resolved; "" when that is unknown.
std::string own_plugin_root(const RegistryOptions& options, io::FileSystem& files);

// Directory of the library (or program) this code is in; "" when unknown.
std::string own_library_directory();

}  // namespace floe
