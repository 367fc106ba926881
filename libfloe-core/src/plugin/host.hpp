// PluginHost: loads plugins, makes instances of them, and is the floe_host of every one.
//
//   auto host = FLOE_TRY(PluginHost::create({}));
//   auto catalog = FLOE_TRY(host->open_instance("floe.catalogs", "sqlite", R"({"uri":"/w/.floe/catalog.db"})"));
//   HostCall call = host->make_call({});
//   auto tables = catalog.client<CatalogClient>().list_tables(call.raw(), R"({"namespace":["main"]})");
#pragma once

#include "plugin/call.hpp"
#include "plugin/registry.hpp"

#include "base/result.hpp"
#include "floe/client.hpp"
#include "floe/plugin.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe {

class CallTrace;
struct InstanceState;

struct MethodStatistics {
  std::string method;  // catalog.load_table
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
  std::uint64_t total_ns = 0;
  std::uint64_t max_ns = 0;
};

// A created plugin instance behind the host's wrapper table: its functions check cancel and deadline, lock by the
// thread class of the plugin, catch, count, and refuse an instance after FLOE_PANIC. Copies share it; the last one (or
// the last open stream) destroys it.
class Instance {
 public:
  Instance() = default;

  [[nodiscard]] bool has_value() const { return state_ != nullptr; }

  [[nodiscard]] const PluginEntry& plugin() const;
  [[nodiscard]] const std::string& interface_id() const;
  [[nodiscard]] std::uint64_t capabilities() const;

  // The wrapper, to be handed on as (table, self); valid while this Instance is. Every slot is filled.
  [[nodiscard]] const void* table() const;
  [[nodiscard]] void* self() const;
  [[nodiscard]] const floe_host* host() const;

  // Client is of this instance's interface (asserted).
  template <class Client>
  [[nodiscard]] Client client() const {
    FLOE_ASSERT(interface_id() == Client::kInterface);
    return Client(host(), static_cast<const typename Client::Table*>(table()), self());
  }

  [[nodiscard]] bool is_poisoned() const;
  // Gives it up because a call of it was left behind: later ones are refused, and those that wait for it too.
  void leave_behind() const;
  [[nodiscard]] std::vector<MethodStatistics> statistics() const;  // methods that were called

 private:
  friend class PluginHost;

  explicit Instance(std::shared_ptr<InstanceState> state) : state_(std::move(state)) {}

  std::shared_ptr<InstanceState> state_;
};

struct PluginHostOptions {
  RegistryOptions registry;
  // All may be nullptr (the real ones, no observer) and outlive the host and its instances.
  io::FileSystem* files = nullptr;
  const io::Environment* environment = nullptr;
  HostObserver* observer = nullptr;
  // Applied to every message, log line and error detail of plugins: masks secrets. Any thread.
  std::function<std::string(std::string_view)> redact;
  CallTrace* trace = nullptr;  // takes every call of a plugin; outlives the host and its instances
  std::uint64_t result_limit = std::uint64_t{1} << 30;  // bytes one sink takes
  // How long a plugin may take to be opened, and to end an instance; then it is left behind. nullopt = waited for.
  std::optional<std::chrono::milliseconds> patience;
  // A call was left behind: from now on all that the host's plugins may use has to live as long as the process. Any
  // thread.
  std::function<void()> on_left_behind;
};

// Thread-safe. Libraries stay loaded until the process ends; instances keep the host alive.
class PluginHost {
 public:
  static Result<std::unique_ptr<PluginHost>> create(PluginHostOptions options);
  ~PluginHost();

  [[nodiscard]] const Registry& registry() const;

  [[nodiscard]] std::optional<std::chrono::milliseconds> patience() const;

  // floe_host of core itself, for clients of host tables and as `host` of libfloe-iceberg.
  [[nodiscard]] const floe_host* raw() const;

  [[nodiscard]] HostCall make_call(CallOptions options) const;

  // Checks the configuration against the plugin's schema, loads the library when it is not yet, lets the plugin
  // validate, creates an instance. Every failure carries a diagnostic FLOE-E04xx with path and reason. `options` say by
  // when and under which trace. With `patience` all of that runs on a thread of its own, and one that takes longer is
  // FLOE-E0438: that plugin is not opened again by this host.
  Result<Instance> open_instance(std::string_view group, std::string_view name, const std::string& config_json,
                                 const CallOptions& options = {});

  // The same for a plugin that was found, with a configuration to which the host has added what the user's, which the
  // schema is about, does not have: bindings of other plugins.
  Result<Instance> open_bound_instance(const PluginEntry& entry, const std::string& user_config,
                                       const std::string& config_json, const CallOptions& options);

  // Only loads: for `floe plugin check`, and to know at compile time that a named plugin works.
  Status load(std::string_view group, std::string_view name);

  // Problems of a configuration: JSON array of {path, message} as the plugin gives them.
  Result<std::string> validate_config(std::string_view group, std::string_view name, const std::string& config_json);

  // Makes (table, self) available as service `id` to plugins of `groups` whose manifest asks for it. Replaces a former
  // one for instances made later. `table` and `self` outlive the instances.
  void provide_service(std::string id, const void* table, void* self, std::vector<std::string> groups);

  // Globs of services that no plugin gets from now on.
  void deny_services(std::vector<std::string> globs);

 private:
  explicit PluginHost(PluginHostOptions options);

  std::shared_ptr<HostCore> core_;
};

}  // namespace floe
