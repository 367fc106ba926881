// HostCore: the state behind floe_host, shared by the PluginHost and every instance; and the opaque C objects.
#pragma once

#include "plugin/call.hpp"
#include "plugin/host.hpp"
#include "plugin/loaded_plugin.hpp"

#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "floe/plugin.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

// One per loaded plugin, and one of core itself (entry NULL).
struct floe_host_ctx {
  floe::HostCore* core = nullptr;
  const floe::PluginEntry* entry = nullptr;
  floe_host table{};
  std::set<std::string> refusals;  // of services, as logged; under the core's service_mutex

  [[nodiscard]] std::string_view plugin_id() const {
    return entry == nullptr ? std::string_view() : std::string_view(entry->manifest.id);
  }
};

struct floe_call {
  std::shared_ptr<floe::HostCore> core;
  std::shared_ptr<floe::CancelSource::State> cancel;
  std::int64_t deadline_unix_ns = INT64_MAX;
  std::string traceparent;
  std::string baggage;
  std::string scope;
  const floe_host_ctx* running = nullptr;  // whose method runs
  std::uint32_t depth = 0;                 // of nested methods on this call
  bool has_hooks = false;
  floe_status status = FLOE_OK;
  std::string message;
  std::vector<std::pair<std::string, std::string>> details;

  void clear_error() {
    status = FLOE_OK;
    message.clear();
    details.clear();
  }
};

struct floe_sink {
  std::string bytes;
  std::uint64_t limit = 0;
  bool is_full = false;    // something was refused because of the limit
  bool is_secret = false;  // wiped when dropped, and when it moves
};

namespace floe {

struct ServiceGrant {
  const floe_service* service;
  std::vector<std::string> groups;
};

class HostCore : public std::enable_shared_from_this<HostCore> {
 public:
  explicit HostCore(PluginHostOptions options);

  [[nodiscard]] std::string redact(std::string_view text) const {
    return options.redact ? options.redact(text) : std::string(text);
  }

  void log(const floe_host_ctx& ctx, const floe_call* call, std::int32_t level, std::string_view target,
           std::string_view message) const;
  // For core's own remarks about plugins.
  void debug(std::string_view message) const;

  // nullptr when it is refused, which is logged with the reason and kept in `ctx`.
  [[nodiscard]] const floe_service* service(floe_host_ctx& ctx, std::string_view id);
  [[nodiscard]] std::vector<std::string> refusals(floe_host_ctx& ctx);

  // The plugin of an entry, loaded at the first call; a failure is tried again by the next one.
  Result<LoadedPlugin*> load(const PluginEntry& entry);
  // A call of it was left behind while it was opened: it is not opened again.
  void leave_behind(const PluginEntry& entry);
  void left_behind() const;

  PluginHostOptions options;
  std::unique_ptr<io::FileSystem> own_files;
  std::unique_ptr<io::Environment> own_environment;
  std::unique_ptr<io::Clock> clock;
  HostObserver silent;
  Registry registry;
  floe_host_ctx self;

  std::mutex service_mutex;
  std::map<std::string, ServiceGrant, std::less<>> services;
  std::deque<floe_service> service_objects;  // never removed: plugins hold pointers
  std::vector<std::string> denied_services;  // globs

 private:
  [[nodiscard]] std::string refusal(const PluginManifest& manifest, std::string_view id,
                                    const ServiceGrant* grant) const;

  // Loading one plugin does not wait for another one, which may hang.
  struct Slot {
    std::mutex mutex;
    std::unique_ptr<LoadedPlugin> loaded;
    std::vector<std::unique_ptr<LoadedPlugin>> refused;
    std::atomic<bool> is_left{false};
  };

  Slot& slot_of(const PluginEntry& entry);

  std::mutex slots_mutex_;
  std::map<const PluginEntry*, Slot> slots_;
};

// The functions of floe_host for one context.
floe_host make_host_table(floe_host_ctx* ctx);

floe_call* make_call(std::shared_ptr<HostCore> core, CallOptions options);
void drop_call(floe_call* call) noexcept;

}  // namespace floe
