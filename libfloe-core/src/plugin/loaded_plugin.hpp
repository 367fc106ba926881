// A plugin whose library is in the process: its descriptor has been compared with the manifest, its table copied.
#pragma once

#include "plugin/interface_info.hpp"
#include "plugin/opened_plugins.hpp"
#include "plugin/registry.hpp"
#include "plugin/running_call.hpp"

#include "base/result.hpp"
#include "floe/plugin.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

struct floe_host_ctx;

namespace floe {

class HostCore;

struct LoadedPlugin {
  const PluginEntry* entry = nullptr;
  std::unique_ptr<floe_host_ctx> context;
  const floe_plugin* descriptor = nullptr;
  OpenedPlugin* opened = nullptr;  // of the descriptor, once all of it was checked
  const InterfaceInfo* interface = nullptr;
  // Full size; slots the plugin lacks are stubs.
  std::vector<std::byte> table;
  std::vector<const CallName*> names;             // of the slots
  std::unique_ptr<std::atomic<bool>[]> is_known;  // by slot: what the method changes has been looked at
  std::atomic<int> panics{0};                     // of its instances; after the second one no more are made
  std::mutex static_mutex;                        // for validate_config of plugins that are not CONCURRENT

  LoadedPlugin();
  ~LoadedPlugin();

  [[nodiscard]] const InterfaceHeader& header() const {
    return *reinterpret_cast<const InterfaceHeader*>(table.data());
  }
};

// What its files tell before the library is opened: ABI, isolation, permissions, the library's format.
Status check_loadable(io::FileSystem& files, const Registry& registry, const PluginEntry& entry);

// Preflight, load, entry, comparison with the manifest, copy of the table. Every error is a plugin diagnostic. `loaded`
// is kept also on failure: the library may hold on to its context.
Status load_plugin(HostCore& core, const PluginEntry& entry, LoadedPlugin& loaded);

}  // namespace floe
