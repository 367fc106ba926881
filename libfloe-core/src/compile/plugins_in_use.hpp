// The plugins that one compile uses, as they are installed: what the lock, the artifact and the cache say of them.
#pragma once

#include "artifact/compiled_artifacts.hpp"
#include "compile/compiler_host.hpp"
#include "compile/plugin_lock.hpp"
#include "model/compiled.hpp"

#include "base/result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace floe::compile {

// Both outlive it. A library that cannot be read is left out; the command that opens it tells why.
class PluginsInUse {
 public:
  PluginsInUse(const Compiled& compiled, CompilerHost& host) : compiled_(compiled), host_(host) {}

  // Differs when another plugin is found, or its library has changed.
  [[nodiscard]] Result<std::string> key() const;
  // For the lock, which is the same for all environments.
  [[nodiscard]] std::vector<LockedPlugin> locked() const;
  [[nodiscard]] artifact::PluginIdentities identities() const;
  [[nodiscard]] artifact::DbtIdentity dbt() const;

 private:
  // By category: one each, of those with several each once; sinks are those of the destinations.
  [[nodiscard]] std::vector<std::pair<std::string, PluginChoice>> chosen() const;

  const Compiled& compiled_;
  CompilerHost& host_;
};

}  // namespace floe::compile
