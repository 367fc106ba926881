// A plugin's configuration against the JSON Schema that lies beside its plugin.json: no library is opened for it.
#pragma once

#include "plugin/registry.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe {

struct ConfigProblem {
  std::vector<std::string> path;  // members and indexes, from the configuration's root down
  bool is_key = false;            // the name of the last member is wrong, not its value
  std::string message;            // says what is accepted, never what was written
};

// Empty when the configuration is valid or the plugin has no schema. An error (FLOE-E0430) when the schema is no good.
Result<std::vector<ConfigProblem>> check_config_schema(io::FileSystem& files, const PluginEntry& entry,
                                                       const std::string& config_json);

// `config_json` with the relative paths among its members made absolute below `directory`: those whose property in the
// schema says `"x-floe-path": "path"`, or "uri" for one that becomes a file URI. Unchanged when there is no such
// schema.
std::string absolute_config_paths(io::FileSystem& files, const PluginEntry& entry, const std::string& config_json,
                                  const std::string& directory);

// FLOE-E0415, without a place in a file; its address is the path inside the configuration.
Diagnostic config_diagnostic(std::string_view plugin, const ConfigProblem& problem);

}  // namespace floe
