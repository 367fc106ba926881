#include "compile/examine_platform.hpp"

#include "compile/choose_plugins.hpp"
#include "compile/choose_sinks.hpp"
#include "compile/chosen_plugin.hpp"
#include "compile/plugin_security.hpp"
#include "rules/inheritance/override_scope.hpp"

#include <map>

namespace floe::compile {

std::optional<config::PlatformManifest> examine_platform(const inheritance::Chain& chain, CompilerHost& host,
                                                         Compiled* compiled, DiagnosticSink& sink) {
  inheritance::check_override_scope(chain, sink);
  check_plugin_security(chain, host, sink);
  auto manifest = config::read_manifest(*chain.merged, sink);
  if (!manifest) return std::nullopt;
  choose_plugins(*manifest, *chain.merged, host, compiled, sink);
  check_platform_sinks(*manifest, *chain.merged, host, compiled->state_directory, sink);
  check_approvals(chain, host, *compiled, true, sink);
  return manifest;
}

void check_approvals(const inheritance::Chain& chain, CompilerHost& host, const Compiled& compiled, bool is_of_manifest,
                     DiagnosticSink& sink) {
  std::multimap<std::string, PluginChoice> plugins;
  for (const auto& [category, choice] : compiled.plugins) {
    const bool is_written = choice.span.valid() && !choice.is_of_environment;
    if (is_written == is_of_manifest) plugins.emplace(category, choice);
  }
  for (const auto& [category, choices] : compiled.plugin_lists) {
    if (!is_of_manifest) break;  // only manifests have lists
    for (const PluginChoice& choice : choices)
      plugins.emplace(category, choice);
  }
  inheritance::check_approved_plugins(chain, plugins, installed_id_of(host), sink);
}

inheritance::InstalledId installed_id_of(CompilerHost& host) {
  return [&host](std::string_view category, const std::string& type) -> std::optional<std::string> {
    std::string id = plugin_id(host, category, type);
    return id.empty() ? std::nullopt : std::optional(std::move(id));
  };
}

}  // namespace floe::compile
