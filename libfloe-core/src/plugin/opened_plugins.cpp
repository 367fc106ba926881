#include "plugin/opened_plugins.hpp"

#include "plugin/leaveable_thread.hpp"

#include <deque>
#include <mutex>
#include <vector>

namespace floe {
namespace {

struct OpenedPlugins {
  std::mutex mutex;
  std::deque<OpenedPlugin> all;
};

OpenedPlugins& opened_plugins() {
  static auto& opened = *new OpenedPlugins;
  return opened;
}

bool has_shutdown(const floe_plugin& descriptor) {
  return descriptor.struct_size >= offsetof(floe_plugin, shutdown) + sizeof(descriptor.shutdown) &&
         descriptor.shutdown != nullptr;
}

std::vector<const OpenedPlugin*> to_shut_down() {
  OpenedPlugins& opened = opened_plugins();
  const std::lock_guard lock(opened.mutex);
  std::vector<const OpenedPlugin*> out;
  for (OpenedPlugin& one : opened.all) {
    if (has_shutdown(*one.descriptor) && one.instances == 0 && !one.is_shut_down.exchange(true)) out.push_back(&one);
  }
  return out;
}

void shut_down(const OpenedPlugin& plugin) noexcept {
  const RunningCall running(*plugin.shutdown_name);
  try {
    plugin.descriptor->shutdown();
  } catch (...) {  // nobody is left to tell
    return;
  }
}

}  // namespace

OpenedPlugin& opened_plugin(const floe_plugin& descriptor, std::string_view id, std::string_view library) {
  OpenedPlugins& opened = opened_plugins();
  const std::lock_guard lock(opened.mutex);
  for (OpenedPlugin& one : opened.all) {
    if (one.descriptor == &descriptor) return one;
  }
  return opened.all.emplace_back(descriptor, call_name(id, "shutdown", library));
}

void shut_down_plugins(std::chrono::milliseconds patience) {
  const std::vector<const OpenedPlugin*> plugins = to_shut_down();
  if (plugins.empty()) return;
  const auto shut_all_down = [plugins] {
    for (const OpenedPlugin* one : plugins)
      shut_down(*one);
  };
  static_cast<void>(LeaveableThread().run(shut_all_down, {patience, {}}));
}

}  // namespace floe
