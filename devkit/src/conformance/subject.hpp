// What is checked: one plugin.json and its library, wherever they lie.
#pragma once

#include "conformance/specification.hpp"
#include "plugin/registry.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::conformance {

struct Subject {
  PluginEntry entry;  // as the registry makes it; broken: see entry.diagnostics
  const InterfaceSpec* interface = nullptr;
  std::string config_schema;         // text, or "" when there is none
  std::vector<std::string> configs;  // to make instances with: what the caller gave, else {} and the schema's examples

  [[nodiscard]] bool is_loadable() const { return entry.state == PluginState::kUsable && interface != nullptr; }
};

// `path` is the folder of a plugin, its plugin.json, or its library with plugin.json beside it. `config` "" = none
// given; `own_root` is the directory of floe's own plugins, "" = unknown. The error says that there is no plugin at
// all; a wrong manifest is a Subject that says so.
Result<Subject> open_subject(io::FileSystem& files, const std::string& path, const std::string& config,
                             const std::string& own_root);

}  // namespace floe::conformance
