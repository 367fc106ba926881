// The checked plugin in the child process: loaded, entered, its table found. What fails on the way ends the trial.
#pragma once

#include "conformance/probe_host.hpp"
#include "conformance/trial.hpp"
#include "plugin/interface_info.hpp"

namespace floe::conformance {

// Opens the library; never the plugin's fault alone, so a failure gives the trial up.
floe_plugin_entry_v1_fn open_entry(Trial& trial);

struct EntryAnswer {
  floe_status status = FLOE_OK;
  const floe_plugin* plugin = nullptr;
};

EntryAnswer enter(floe_plugin_entry_v1_fn entry, const ProbeHost& probe, const floe_host* host);

struct Probe {
  const InterfaceSpec& interface;
  const InterfaceInfo& info;
  const floe_plugin* plugin;
  const void* table;

  [[nodiscard]] const InterfaceHeader& header() const { return *static_cast<const InterfaceHeader*>(table); }

  // Whether the plugin's table has the method.
  [[nodiscard]] bool has(std::size_t slot) const;
};

Probe load_probe(Trial& trial, const ProbeHost& probe_host, const floe_host* host);

bool is_known_status(floe_status status);  // one of plugin.h
std::string_view status_name(floe_status status);

}  // namespace floe::conformance
