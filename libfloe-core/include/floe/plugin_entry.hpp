// expose and FLOE_PLUGIN: how a C++ plugin becomes the one symbol a host looks for. Header-only C++17, no ABI meaning.
#pragma once

#include "floe/plugin_instance.hpp"

#include <iterator>

namespace floe {
inline namespace v1 {

namespace plugin_detail {

template <class T>
inline constexpr typename T::Table kTable = T::table();

}  // namespace plugin_detail

// One interface of the plugin under the name that users write.
template <class T>
constexpr floe_interface expose(const char* name) {
  return {T::kInterface, name, &plugin_detail::kTable<T>};
}

}  // namespace v1
}  // namespace floe

// Defines the entry symbol: FLOE_PLUGIN(id, version, vendor, floe::expose<Class>("name")...). Once per library, at
// namespace scope. The three texts equal plugin.json.
#define FLOE_PLUGIN(plugin_id, plugin_version, plugin_vendor, ...)                                          \
  extern "C" FLOE_EXPORT floe_status FLOE_CALL floe_plugin_entry_v1(const floe_host* host, floe_call* call, \
                                                                    const floe_plugin** out) {              \
    static constexpr floe_interface interfaces[] = {__VA_ARGS__};                                           \
    static constexpr floe_plugin plugin = {sizeof(floe_plugin),   FLOE_ABI_VERSION, 0,                      \
                                           std::size(interfaces), interfaces,       plugin_id,              \
                                           plugin_version,        plugin_vendor,    nullptr};               \
    static_cast<void>(call);                                                                                \
    if (host->abi_version >> 16 != FLOE_ABI_MAJOR) return FLOE_UNSUPPORTED;                                 \
    *out = &plugin;                                                                                         \
    return FLOE_OK;                                                                                         \
  }                                                                                                         \
  static_assert(true, "")
