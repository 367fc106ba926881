// plugin.json: everything floe shows or validates about a plugin without opening its library.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe {

struct PluginManifest {
  std::string id;  // io.floe.compute.duckdb
  std::string version;
  std::string vendor;
  std::string license;
  std::string description;
  std::string homepage;
  std::uint32_t abi_major = 0;
  std::uint32_t min_host_minor = 0;
  std::string group;  // floe.computes
  std::string name;   // duckdb: the directory name, what users write
  std::vector<std::string> aliases;
  std::string interface;                         // floe.compute/1
  std::vector<std::string> capabilities;         // sorted
  std::string config_schema;                     // file beside plugin.json, or ""
  std::vector<std::string> required_interfaces;  // key `requires`
  std::vector<std::string> services;             // host services it asks for
  std::string isolation;                         // in-process | worker
  std::string runtime;                           // native | python
  std::map<std::string, std::string> library;    // by platform (linux-x86_64)
  std::map<std::string, std::string> sha256;
};

// Parses and checks the text of `path`, which lies in `<root>/<group>/<name>/`; findings name the key and what is
// accepted. nullopt when there was an error.
std::optional<PluginManifest> parse_plugin_manifest(std::string_view text, const std::string& path,
                                                    std::string_view group, std::string_view name,
                                                    DiagnosticSink& diagnostics);

// The key of this build in `library`: linux-x86_64, linux-aarch64, macos-arm64, windows-x86_64.
std::string_view plugin_platform();

}  // namespace floe
