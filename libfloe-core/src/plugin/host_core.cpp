#include "plugin/host_core.hpp"

#include "plugin/plugin_error.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe {

HostCore::HostCore(PluginHostOptions host_options) : options(std::move(host_options)), clock(io::make_system_clock()) {
  if (options.files == nullptr) {
    own_files = io::make_disk_file_system();
    options.files = own_files.get();
  }
  if (options.environment == nullptr) {
    own_environment = io::make_process_environment();
    options.environment = own_environment.get();
  }
  if (options.observer == nullptr) options.observer = &silent;
  registry = Registry::discover(options.registry, *options.files, *options.environment);
  self.core = this;
  self.table = make_host_table(&self);
}

void HostCore::log(const floe_host_ctx& ctx, const floe_call* call, std::int32_t level, std::string_view target,
                   std::string_view message) const {
  // A record that cannot be made is lost; what it is about goes on.
  try {
    const std::string text = redact(message);
    LogRecord record;
    record.level = level;
    record.plugin = ctx.plugin_id();
    record.target = target;
    record.message = text;
    if (call != nullptr) {
      record.traceparent = call->traceparent;
      record.scope = call->scope;
    }
    options.observer->log(record);
  } catch (...) {  // NOLINT(bugprone-empty-catch)
  }
}

void HostCore::debug(std::string_view message) const { log(self, nullptr, FLOE_LOG_DEBUG, "core.plugin", message); }

const floe_service* HostCore::service(floe_host_ctx& ctx, std::string_view id) {
  const std::lock_guard lock(service_mutex);
  const auto found = services.find(id);
  if (ctx.entry == nullptr) return found == services.end() ? nullptr : found->second.service;
  const std::string why = refusal(ctx.entry->manifest, id, found == services.end() ? nullptr : &found->second);
  if (why.empty()) return found->second.service;
  std::string message = fmt::format("plugin `{}` does not get service `{}`: {}", ctx.entry->manifest.id, id, why);
  // Once each: a plugin may ask again with every call.
  if (ctx.refusals.insert(message).second) log(self, nullptr, FLOE_LOG_WARN, "core.plugin", message);
  return nullptr;
}

std::string HostCore::refusal(const PluginManifest& manifest, std::string_view id, const ServiceGrant* grant) const {
  const auto is_in = [&](const std::vector<std::string>& list, std::string_view what) {
    return std::find(list.begin(), list.end(), what) != list.end();
  };
  if (grant == nullptr) return "this host does not have it";
  if (!is_in(manifest.services, id)) return "its plugin.json does not ask for it in `services`";
  if (!is_in(grant->groups, manifest.group)) return fmt::format("plugins of `{}` may not have it", manifest.group);
  for (const std::string& glob : denied_services) {
    if (text::matches_glob(glob, id)) return fmt::format("the platform denies `{}`", glob);
  }
  return {};
}

std::vector<std::string> HostCore::refusals(floe_host_ctx& ctx) {
  const std::lock_guard lock(service_mutex);
  return {ctx.refusals.begin(), ctx.refusals.end()};
}

HostCore::Slot& HostCore::slot_of(const PluginEntry& entry) {
  const std::lock_guard lock(slots_mutex_);
  return slots_[&entry];
}

Result<LoadedPlugin*> HostCore::load(const PluginEntry& entry) {
  Slot& slot = slot_of(entry);
  if (slot.is_left) {
    return plugin_error(PluginFault::kLate,
                        fmt::format("plugin `{}` is not opened again: a call of it did not return", entry.manifest.id),
                        entry.library_path);
  }
  const std::lock_guard lock(slot.mutex);
  if (slot.loaded != nullptr) return slot.loaded.get();
  auto made = std::make_unique<LoadedPlugin>();
  auto status = load_plugin(*this, entry, *made);
  if (!status.has_value()) {
    slot.refused.push_back(std::move(made));
    return std::move(status).error();
  }
  slot.loaded = std::move(made);
  return slot.loaded.get();
}

void HostCore::leave_behind(const PluginEntry& entry) {
  slot_of(entry).is_left = true;
  left_behind();
}

void HostCore::left_behind() const {
  if (options.on_left_behind) options.on_left_behind();
}

}  // namespace floe
