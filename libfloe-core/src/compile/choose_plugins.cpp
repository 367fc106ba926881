#include "compile/choose_plugins.hpp"

#include "compile/chosen_plugin.hpp"
#include "compile/requirements.hpp"

#include <fmt/format.h>

#include <map>

namespace floe::compile {
namespace {

// The local default's places stay where the same plugin was chosen without saying where.
PluginChoice over_default(const PluginChoice& choice, const std::map<std::string, PluginChoice>& defaults,
                          const std::string& category, CompilerHost& host) {
  const auto local = defaults.find(category);
  if (local == defaults.end() || !is_same_plugin(host, category, local->second.type, choice.type)) return choice;
  PluginChoice chosen = choice;
  chosen.config = merged_config(local->second.config, choice.config);
  return chosen;
}

// `node` is the choice as it is written, `address` where.
void check_choice(const std::string& category, const PluginChoice& choice, const yaml::Node& node,
                  const std::string& address, const config::PlatformManifest& manifest, CompilerHost& host,
                  DiagnosticSink& sink) {
  if (!warn_not_called(category, choice, sink)) warn_not_installed(category, choice, host, sink);
  check_version(host, category, choice, sink);
  check_config(host, category, choice, node.get("config").get(), address + ".config", sink);
  warn_when_denied(host, category, choice, manifest.denied_services, sink);
  warn_when_reserved(host, category, choice, sink);
}

}  // namespace

void choose_plugins(const config::PlatformManifest& manifest, const yaml::Node& document, CompilerHost& host,
                    Compiled* compiled, DiagnosticSink& sink) {
  const yaml::NodePtr plugins = document.get("plugins");
  for (const auto& [category, choice] : manifest.plugins) {
    PluginChoice chosen = over_default(choice, compiled->plugins, category, host);
    check_choice(category, chosen, *plugins->get(category), "plugins." + category, manifest, host, sink);
    compiled->plugins[category] = std::move(chosen);
  }
  for (const auto& [category, choices] : manifest.plugin_lists) {
    if (category == "sinks") continue;  // those are what destinations name: choose_sinks
    for (std::size_t i = 0; i < choices.size(); ++i) {
      check_choice(category, choices[i], *plugins->get(category)->items[i], fmt::format("plugins.{}[{}]", category, i),
                   manifest, host, sink);
    }
    compiled->plugin_lists[category] = choices;
  }
}

void check_plugins_together(const Compiled& compiled, CompilerHost& host, DiagnosticSink& sink) {
  std::map<std::string, PluginManifest> manifests;
  for (const auto& [category, choice] : compiled.plugins) {
    auto installed = host.installed_plugin(category, choice.type);
    if (installed) manifests.emplace(category, std::move(installed->manifest));
  }
  check_requirements(compiled.plugins, manifests, sink);
}

}  // namespace floe::compile
