#include "plugin/host_core.hpp"

#include "base/fail.hpp"

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

const floe_service* HostCore::service(const floe_host_ctx& ctx, std::string_view id) {
  const std::lock_guard lock(service_mutex);
  const auto found = services.find(id);
  if (found == services.end()) return nullptr;
  if (ctx.entry == nullptr) return found->second.service;
  const PluginManifest& manifest = ctx.entry->manifest;
  const auto& asked = manifest.services;
  const auto& groups = found->second.groups;
  if (std::find(asked.begin(), asked.end(), id) == asked.end()) {
    debug(fmt::format("plugin `{}` does not list service `{}` in its manifest: not granted", manifest.id, id));
    return nullptr;
  }
  if (std::find(groups.begin(), groups.end(), manifest.group) == groups.end()) {
    debug(fmt::format("service `{}` is not granted to plugins of `{}`", id, manifest.group));
    return nullptr;
  }
  return found->second.service;
}

Result<LoadedPlugin*> HostCore::load(const PluginEntry& entry) {
  const std::lock_guard lock(load_mutex_);
  std::unique_ptr<LoadedPlugin>& slot = loaded_[&entry];
  if (slot != nullptr) return slot.get();
  auto made = std::make_unique<LoadedPlugin>();
  auto status = load_plugin(*this, entry, *made);
  if (!status.has_value()) {
    refused_.push_back(std::move(made));
    return std::move(status).error();
  }
  slot = std::move(made);
  return slot.get();
}

}  // namespace floe
