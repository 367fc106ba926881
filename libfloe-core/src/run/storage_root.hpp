// Where the storage keeps files, against where tables go: a mismatch is refused before anything is written.
#pragma once

#include "plugin/registry.hpp"

#include "base/result.hpp"

#include <string_view>

namespace floe::run {

// FLOE-E0440 when `binding` (shared/storage_binding) names a `root` and the warehouse does not lie below it.
Status check_storage_root(std::string_view binding, std::string_view warehouse_uri, const PluginEntry& storage);

}  // namespace floe::run
