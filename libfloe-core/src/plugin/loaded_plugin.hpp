// A plugin whose library is in the process: its descriptor has been compared with the manifest, its table copied.
#pragma once

#include "plugin/interface_info.hpp"
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
  const InterfaceInfo* interface = nullptr;
  // Full size; slots the plugin lacks are stubs.
  std::vector<std::byte> table;
  std::vector<const CallName*> names;  // of the slots
  std::atomic<int> panics{0};          // of its instances; after the second one no more are made
  std::mutex static_mutex;             // for validate_config of plugins that are not CONCURRENT

  LoadedPlugin();
  ~LoadedPlugin();

  [[nodiscard]] const InterfaceHeader& header() const {
    return *reinterpret_cast<const InterfaceHeader*>(table.data());
  }
};

// Preflight, load, entry, comparison with the manifest, copy of the table. Every error is a plugin diagnostic. `loaded`
// is kept also on failure: the library may hold on to its context.
Status load_plugin(HostCore& core, const PluginEntry& entry, LoadedPlugin& loaded);

}  // namespace floe
