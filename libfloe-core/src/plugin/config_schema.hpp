// A plugin's configuration against the JSON Schema that lies beside its plugin.json: no library is opened for it.
#pragma once

#include "plugin/registry.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe {

struct ConfigProblem {
  std::vector<std::string> path;  // members and indexes, from the configuration's root down
  bool is_key = false;            // the name of the last member is wrong, not its value
  std::string message;            // says what is accepted, never what was written
  std::string missing = {};       // the member that has to be there and is not; "" = the problem is another
};

// Empty when the configuration is valid or the plugin has no schema. An error (FLOE-E0430) when the schema is no good.
Result<std::vector<ConfigProblem>> check_config_schema(io::FileSystem& files, const PluginEntry& entry,
                                                       const std::string& config_json);

// `config_json` with the relative paths among its members made absolute below `directory`: those whose property in the
// schema says `"x-floe-path": "path"`, or "uri" for one that becomes a file URI. Unchanged when there is no such
// schema.
std::string absolute_config_paths(io::FileSystem& files, const PluginEntry& entry, const std::string& config_json,
                                  const std::string& directory);

// How a member may change from a manifest to one below: `x-floe-security` of its property in the schema.
enum class SecurityRule : std::uint8_t {
  kFixed,  // not at all
  kRaise,  // to true, to a greater number or size (`4GB`), to a later one of `enum`
  kLower,  // to false, to a smaller number or size, to an earlier one of `enum`
};

struct SecurityMember {
  std::string name;
  SecurityRule rule = SecurityRule::kFixed;
  json::value fallback = {};  // `default` of the property; null = none
  json::array order = {};     // `enum` of the property
};

// Those of the configuration's own members, in the schema's order. None when there is no such schema.
std::vector<SecurityMember> security_members(io::FileSystem& files, const PluginEntry& entry);

// What has no order is weaker when it differs.
bool is_weaker(const SecurityMember& member, const json::value& above, const json::value& below);

// FLOE-E0415, without a place in a file; its address is the path inside the configuration.
Diagnostic config_diagnostic(std::string_view plugin, const ConfigProblem& problem);

}  // namespace floe
