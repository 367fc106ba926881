#include "plugin/loaded_plugin.hpp"

#include "plugin/host_core.hpp"
#include "plugin/kept_process.hpp"
#include "plugin/library.hpp"
#include "plugin/plugin_error.hpp"
#include "plugin/plugin_files.hpp"
#include "plugin/plugin_libraries.hpp"
#include "plugin/preflight.hpp"
#include "plugin/python_plugin.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace floe {
namespace {

Error mismatch(const PluginEntry& entry, std::string_view what, std::string_view in_library,
               std::string_view in_manifest) {
  return plugin_error(PluginFault::kManifestMismatch,
                      fmt::format("the {} of the library `{}` is `{}`, but plugin.json says `{}`", what,
                                  entry.library_path, in_library, in_manifest),
                      entry.manifest_path);
}

Error wrong_abi(const PluginEntry& entry, std::string message) {
  return plugin_error(PluginFault::kAbiMismatch, std::move(message), entry.library_path);
}

std::string_view or_empty(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

Status check_platform(const PluginEntry& entry) {
  const PluginManifest& manifest = entry.manifest;
  if (manifest.isolation != "in-process") {
    return plugin_error(PluginFault::kUnsupportedRuntime,
                        fmt::format("plugin `{}` needs isolation `{}`; this floe runs plugins in process only",
                                    manifest.id, manifest.isolation),
                        entry.manifest_path);
  }
  if (manifest.abi_major != FLOE_ABI_MAJOR || manifest.min_host_minor > FLOE_ABI_MINOR) {
    return plugin_error(PluginFault::kAbiMismatch,
                        fmt::format("plugin `{}` is made for ABI {}.{}; this floe has {}.{}", manifest.id,
                                    manifest.abi_major, manifest.min_host_minor, FLOE_ABI_MAJOR, FLOE_ABI_MINOR),
                        entry.manifest_path);
  }
  return ok();
}

Status check_checksum(HostCore& core, const PluginEntry& entry) {
  const auto wanted = entry.manifest.sha256.find(std::string(plugin_platform()));
  if (wanted == entry.manifest.sha256.end()) return ok();
  const auto sum = plugin_sum(*core.options.files, entry.manifest, entry.directory, entry.library_path);
  if (!sum.has_value()) {
    return plugin_error(PluginFault::kLibraryMissing, sum.error().to_string(), entry.library_path);
  }
  const std::string& found = *sum;
  if (text::to_lower_ascii(wanted->second) == found) return ok();
  return plugin_error(PluginFault::kChecksum,
                      fmt::format("the sha256 of `{}` is {}, but plugin.json says {}",
                                  entry.manifest.runtime == kPythonRuntime ? entry.directory : entry.library_path,
                                  found, wanted->second),
                      entry.library_path);
}

const CallName& name_of(const PluginEntry& entry, std::string_view method) {
  return call_name(entry.manifest.id, method, entry.library_path);
}

// Constructors of the library run here.
Result<floe_plugin_entry_v1_fn> load_library(const PluginEntry& entry) {
  const CallName& name = name_of(entry, kLoadMethod);
  if (const CallName* holder = held_loader(); holder != nullptr) {
    return plugin_error(PluginFault::kLate,
                        fmt::format("no library can be loaded: `{}` of plugin `{}` did not return, and the system's "
                                    "loader waits for it",
                                    holder->method, holder->plugin),
                        entry.library_path);
  }
  const RunningCall running(name);
  const floe_plugin_entry_v1_fn function = FLOE_TRY(load_entry(entry));
  remember_library(name, reinterpret_cast<const void*>(function));
  return function;
}

// The answer of the entry function; an exception it let go is in `call`.
floe_status run_entry(HostCore& core, floe_host_ctx& context, floe_plugin_entry_v1_fn function, const CallName& name,
                      floe_call* call, const floe_plugin** descriptor) {
  const RunningCall running(name);
  try {
    return function(&context.table, call, descriptor);
  } catch (const std::exception& error) {
    call->message = core.redact(error.what());
  } catch (...) {
    call->message = "an exception crossed the plugin boundary";
  }
  return FLOE_PANIC;
}

Result<const floe_plugin*> call_entry(HostCore& core, floe_host_ctx& context, const PluginEntry& entry) {
  KeptProcess kept(core, context);
  const auto function = load_library(entry);
  kept.check(name_of(entry, kLoadMethod));
  if (!function.has_value()) return function.error();
  const std::unique_ptr<floe_call, void (*)(floe_call*) noexcept> call(make_call(core.shared_from_this(), {}),
                                                                       drop_call);
  const CallName& name = name_of(entry, "entry");
  const floe_plugin* descriptor = nullptr;
  const floe_status status = run_entry(core, context, *function, name, call.get(), &descriptor);
  kept.check(name);
  if (status == FLOE_OK && descriptor != nullptr) return descriptor;
  return plugin_error(PluginFault::kEntryFailed,
                      fmt::format("the entry of `{}` failed: {}", entry.library_path,
                                  status == FLOE_OK       ? "it gave no descriptor"
                                  : call->message.empty() ? fmt::format("status {}", status)
                                                          : call->message),
                      entry.library_path);
}

Status check_descriptor(const PluginEntry& entry, const floe_plugin& descriptor) {
  const PluginManifest& manifest = entry.manifest;
  const std::uint32_t major = descriptor.abi_version >> 16;
  constexpr std::size_t kLeast = offsetof(floe_plugin, vendor) + sizeof(char*);
  if (descriptor.struct_size < kLeast) {
    return wrong_abi(
        entry, fmt::format("the floe_plugin of `{}` says that it has {} bytes, fewer than the {} of its first version",
                           entry.library_path, descriptor.struct_size, kLeast));
  }
  if (major != FLOE_ABI_MAJOR) {
    return wrong_abi(entry, fmt::format("`{}` is built for ABI major {}; this floe has {}", entry.library_path, major,
                                        FLOE_ABI_MAJOR));
  }
  if (descriptor.min_host_minor > FLOE_ABI_MINOR) {
    return wrong_abi(entry, fmt::format("`{}` needs ABI {}.{}; this floe has {}.{}", entry.library_path, major,
                                        descriptor.min_host_minor, FLOE_ABI_MAJOR, FLOE_ABI_MINOR));
  }
  if (or_empty(descriptor.id) != manifest.id) return mismatch(entry, "id", or_empty(descriptor.id), manifest.id);
  if (or_empty(descriptor.version) != manifest.version) {
    return mismatch(entry, "version", or_empty(descriptor.version), manifest.version);
  }
  if (or_empty(descriptor.vendor) != manifest.vendor) {
    return mismatch(entry, "vendor", or_empty(descriptor.vendor), manifest.vendor);
  }
  return ok();
}

Result<const floe_interface*> find_exposed(const PluginEntry& entry, const floe_plugin& descriptor) {
  std::string offered;
  const std::uint32_t count = descriptor.interfaces == nullptr ? 0 : descriptor.interface_count;
  for (std::uint32_t i = 0; i < count; ++i) {
    const floe_interface& one = descriptor.interfaces[i];
    if (or_empty(one.id) == entry.manifest.interface && or_empty(one.name) == entry.manifest.name) return &one;
    offered += fmt::format("{}`{}` as `{}`", offered.empty() ? "" : ", ", or_empty(one.id), or_empty(one.name));
  }
  return mismatch(entry, "interface", offered.empty() ? "none" : offered,
                  fmt::format("{} as {}", entry.manifest.interface, entry.manifest.name));
}

Result<const InterfaceInfo*> known_interface(const PluginEntry& entry, const floe_plugin& descriptor) {
  const InterfaceInfo* info = find_interface(entry.manifest.interface);
  if (info == nullptr) {
    return wrong_abi(entry, fmt::format("this floe does not know the interface `{}`", entry.manifest.interface));
  }
  if (entry.manifest.group != info->group) return mismatch(entry, "group", info->group, entry.manifest.group);
  const std::uint32_t minor = descriptor.abi_version & 0xFFFF;
  if (info->is_draft && minor != FLOE_ABI_MINOR) {
    return wrong_abi(entry, fmt::format("`{}` is built for ABI {}.{}, and `{}` is a draft, which needs exactly {}.{}",
                                        entry.library_path, descriptor.abi_version >> 16, minor, info->id,
                                        FLOE_ABI_MAJOR, FLOE_ABI_MINOR));
  }
  return info;
}

using Function = void (*)();

Function slot_of(const std::byte* table, const SlotInfo& slot) {
  Function function = nullptr;
  std::memcpy(static_cast<void*>(&function), table + slot.offset, sizeof function);
  return function;
}

// A full-size copy whose missing slots are stubs; the names of missing mandatory ones go to `missing`.
std::vector<std::byte> copy_table(const InterfaceInfo& info, const void* source, std::uint32_t source_size,
                                  std::vector<std::string>& missing) {
  std::vector<std::byte> table(info.table_size);
  std::memcpy(table.data(), source, std::min<std::size_t>(source_size, info.table_size));
  const auto size = static_cast<std::uint32_t>(info.table_size);
  std::memcpy(table.data(), &size, sizeof size);
  for (const SlotInfo& slot : info.slots) {
    // A slot that the plugin's table holds only in part counts as missing.
    const bool is_there = slot.offset + sizeof(Function) <= source_size && slot_of(table.data(), slot) != nullptr;
    if (is_there) continue;
    std::memcpy(table.data() + slot.offset, static_cast<const std::byte*>(info.stubs) + slot.offset, sizeof(Function));
    if (slot.is_mandatory) missing.push_back(fmt::format("`{}`", slot.name));
  }
  return table;
}

Status check_choices(const PluginEntry& entry, const InterfaceInfo& info, std::uint64_t bits) {
  for (const CapabilityChoice& choice : info.choices) {
    const int chosen = std::popcount(bits & choice.bits);
    if (chosen == 1 || (chosen > 1 && !choice.is_exclusive)) continue;
    std::vector<std::string> names;
    for (const CapabilityInfo& capability : info.capabilities) {
      if ((choice.bits & capability.bit) != 0) names.push_back(fmt::format("`{}`", capability.name));
    }
    return plugin_error(PluginFault::kSlotMissing,
                        fmt::format("`{}` has {} of the capabilities {}, of which `{}` needs {} one",
                                    entry.library_path, chosen == 0 ? "none" : "several", text::join(names, ", "),
                                    info.id, choice.is_exclusive ? "exactly" : "at least"),
                        entry.library_path);
  }
  return ok();
}

bool has_capability(const InterfaceInfo& info, std::string_view name) {
  return std::any_of(info.capabilities.begin(), info.capabilities.end(),
                     [&](const CapabilityInfo& capability) { return name == capability.name; });
}

Status check_capabilities(const PluginEntry& entry, const InterfaceInfo& info, const floe_interface& exposed,
                          const LoadedPlugin& loaded) {
  const std::uint64_t bits = loaded.header().capabilities;
  std::vector<std::string> names;
  std::uint64_t known = 0;
  for (const CapabilityInfo& capability : info.capabilities) {
    known |= capability.bit;
    if ((bits & capability.bit) != 0) names.emplace_back(capability.name);
  }
  std::sort(names.begin(), names.end());
  std::vector<std::string> claimed = entry.manifest.capabilities;
  // What a later minor added is out of this host's sight, like its slots.
  const bool is_newer = (loaded.descriptor->abi_version & 0xFFFF) > FLOE_ABI_MINOR;
  if (is_newer) std::erase_if(claimed, [&](const std::string& name) { return !has_capability(info, name); });
  if (names != claimed) {
    return mismatch(entry, "list of capabilities", text::join(names, ", "), text::join(claimed, ", "));
  }
  if (!is_newer && (bits & ~known) != 0) {
    return wrong_abi(entry, fmt::format("`{}` sets capability bits that `{}` does not have: {:#x}", entry.library_path,
                                        info.id, bits & ~known));
  }
  const auto* plugin_table = static_cast<const std::byte*>(exposed.table);
  const std::uint32_t plugin_size = static_cast<const InterfaceHeader*>(exposed.table)->struct_size;
  for (const CapabilityInfo& capability : info.capabilities) {
    if ((bits & capability.bit) == 0) continue;
    for (const SlotInfo& slot : info.slots) {
      const bool is_there = slot.offset + sizeof(Function) <= plugin_size && slot_of(plugin_table, slot) != nullptr;
      if (std::string_view(slot.capability) != capability.name || is_there) continue;
      return plugin_error(PluginFault::kSlotMissing,
                          fmt::format("`{}` claims the capability `{}` of `{}`, but lacks its method `{}`",
                                      entry.library_path, capability.name, info.id, slot.name),
                          entry.library_path);
    }
  }
  return check_choices(entry, info, bits);
}

Status take_table(LoadedPlugin& loaded, const floe_interface& exposed) {
  const PluginEntry& entry = *loaded.entry;
  const InterfaceInfo& info = *loaded.interface;
  if (exposed.table == nullptr) {
    return plugin_error(PluginFault::kSlotMissing,
                        fmt::format("`{}` gives no table for `{}`", entry.library_path, info.id), entry.library_path);
  }
  const std::uint32_t size = static_cast<const InterfaceHeader*>(exposed.table)->struct_size;
  if (size < sizeof(InterfaceHeader)) {
    return wrong_abi(entry, fmt::format("the table of `{}` in `{}` has {} bytes, fewer than its header", info.id,
                                        entry.library_path, size));
  }
  std::vector<std::string> missing;
  loaded.table = copy_table(info, exposed.table, size, missing);
  if (!missing.empty()) {
    return plugin_error(PluginFault::kSlotMissing,
                        fmt::format("`{}` lacks {} of `{}`", entry.library_path, text::join(missing, ", "), info.id),
                        entry.library_path);
  }
  if (loaded.header().threading > FLOE_THREADS_AFFINE) {
    return wrong_abi(
        entry, fmt::format("`{}` declares the unknown thread class {}", entry.library_path, loaded.header().threading));
  }
  return check_capabilities(entry, info, exposed, loaded);
}

}  // namespace

LoadedPlugin::LoadedPlugin() = default;
LoadedPlugin::~LoadedPlugin() = default;

Status check_loadable(io::FileSystem& files, const Registry& registry, const PluginEntry& entry) {
  FLOE_TRY(check_platform(entry));
  const std::string& root = registry.roots()[entry.root].path;
  FLOE_TRY(preflight_manifest(files, root, entry.manifest_path));
  FLOE_TRY(preflight_library(files, root, entry.library_path, entry.manifest.runtime));
  return preflight_folder(files, root, entry.directory, entry.manifest.runtime);
}

Status load_plugin(HostCore& core, const PluginEntry& entry, LoadedPlugin& loaded) {
  FLOE_TRY(check_loadable(*core.options.files, core.registry, entry));
  FLOE_TRY(check_checksum(core, entry));
  loaded.entry = &entry;
  loaded.context = std::make_unique<floe_host_ctx>();
  loaded.context->core = &core;
  loaded.context->entry = &entry;
  loaded.context->table = make_host_table(loaded.context.get());
  loaded.descriptor = FLOE_TRY(call_entry(core, *loaded.context, entry));
  // What it points to may be nowhere: a crash while it is read is the plugin's.
  const RunningCall reading(name_of(entry, "entry"));
  FLOE_TRY(check_descriptor(entry, *loaded.descriptor));
  const floe_interface* exposed = FLOE_TRY(find_exposed(entry, *loaded.descriptor));
  loaded.interface = FLOE_TRY(known_interface(entry, *loaded.descriptor));
  for (const SlotInfo& slot : loaded.interface->slots)
    loaded.names.push_back(&name_of(entry, fmt::format("{}.{}", loaded.interface->name, slot.name)));
  loaded.is_known = std::make_unique<std::atomic<bool>[]>(loaded.names.size());
  FLOE_TRY(take_table(loaded, *exposed));
  loaded.opened = &opened_plugin(*loaded.descriptor, entry.manifest.id, entry.library_path);
  return ok();
}

}  // namespace floe
