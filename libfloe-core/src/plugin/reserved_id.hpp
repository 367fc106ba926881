// Ids that begin with `io.floe.` are floe's own: people trust such a plugin as they trust floe.
#pragma once

#include "plugin/registry.hpp"

namespace floe {

// FLOE-W1405 when the plugin has such an id and lies outside of `own_root`, the directory of floe's own plugins.
std::optional<Diagnostic> reserved_id_warning(const PluginEntry& entry, std::string_view own_root,
                                              io::FileSystem& files);

}  // namespace floe
