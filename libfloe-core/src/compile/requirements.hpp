// What the chosen plugins need of each other, by their plugin.json alone.
#pragma once

#include "model/compiled.hpp"
#include "plugin/plugin_manifest.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace floe::compile {

// The entry-point group of a category of manifest.yaml: `compute` is `floe.computes`.
std::string group_of_category(std::string_view category);

// The category whose plugins expose an interface: `floe.storage/1` is `storage`; "" for none that floe knows.
std::string category_of_interface(std::string_view interface);

// FLOE-E0434 for each plugin whose `requires` (`floe.storage/1`, `floe.storage/1#local_files` with a capability) no
// chosen plugin meets, and for plugins that need each other in a circle; names both sides. Also for a storage plugin
// without `local_files`, which floe itself needs.
// Plugins that are not installed are left out: nothing is known about them.
void check_requirements(const std::map<std::string, PluginChoice>& choices,
                        const std::map<std::string, PluginManifest>& manifests, DiagnosticSink& sink);

}  // namespace floe::compile
