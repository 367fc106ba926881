#include "compile/plugins_in_use.hpp"

#include "plugin/plugin_files.hpp"

#include <fmt/format.h>

#include <set>

namespace floe::compile {

std::vector<std::pair<std::string, PluginChoice>> PluginsInUse::chosen() const {
  std::vector<std::pair<std::string, PluginChoice>> out(compiled_.plugins.begin(), compiled_.plugins.end());
  std::set<std::pair<std::string, std::string>> seen;
  const auto add = [&](const std::string& category, const PluginChoice& choice) {
    if (seen.emplace(category, choice.type).second) out.emplace_back(category, choice);
  };
  for (const auto& [category, choices] : compiled_.plugin_lists) {
    for (const PluginChoice& choice : choices)
      add(category, choice);
  }
  for (const Destination& destination : compiled_.destinations)
    add("sinks", destination.sink);
  return out;
}

Result<std::string> PluginsInUse::key() const {
  std::string out;
  for (const auto& [category, choice] : chosen()) {
    const auto plugin = host_.installed_plugin(category, choice.type);
    if (!plugin) continue;
    const io::FileInfo info = FLOE_TRY(host_.files().stat(plugin->library_path));
    out += fmt::format("{} {} {} {} {}\n", category, plugin->manifest.id, plugin->manifest.version, info.size,
                       info.modified_ns);
  }
  return out;
}

std::vector<LockedPlugin> PluginsInUse::locked() const {
  std::vector<LockedPlugin> out;
  for (const auto& [category, choice] : chosen()) {
    if (choice.is_of_environment) continue;
    const auto plugin = host_.installed_plugin(category, choice.type);
    if (!plugin) continue;
    const PluginManifest& manifest = plugin->manifest;
    LockedPlugin locked{manifest.group, manifest.name, manifest.id, manifest.version, {}};
    auto sum = plugin_sum(host_.files(), manifest, plugin->directory, plugin->library_path);
    if (sum) locked.sha256.emplace(plugin_platform(), *std::move(sum));
    out.push_back(std::move(locked));
  }
  return out;
}

artifact::PluginIdentities PluginsInUse::identities() const {
  artifact::PluginIdentities out;
  for (const auto& [category, choice] : chosen()) {
    const auto plugin = host_.installed_plugin(category, choice.type);
    if (plugin) out[{category, choice.type}] = {plugin->manifest.id, plugin->manifest.version};
  }
  return out;
}

artifact::DbtIdentity PluginsInUse::dbt() const {
  const auto dbt = host_.installed_plugin("dbt", compiled_.plugins.at("dbt").type);
  if (!dbt) return {};
  const auto sum = plugin_sum(host_.files(), dbt->manifest, dbt->directory, dbt->library_path);
  return {dbt->manifest.id, dbt->manifest.version, sum ? *sum : "", dbt->is_own};
}

}  // namespace floe::compile
