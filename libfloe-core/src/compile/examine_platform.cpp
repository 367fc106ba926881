#include "compile/examine_platform.hpp"

#include "compile/choose_plugins.hpp"
#include "compile/choose_sinks.hpp"
#include "compile/chosen_plugin.hpp"
#include "compile/plugin_security.hpp"
#include "plugin/plugin_files.hpp"
#include "rules/inheritance/override_scope.hpp"

#include <map>
#include <string_view>

namespace floe::compile {
namespace {

constexpr std::string_view kSum = "sha256:";

// A sink of a log that is not kept would get nothing, and the manifest would read as if it did.
void check_audit_sinks(const yaml::Node& manifest, DiagnosticSink& sink) {
  const yaml::NodePtr plugins = manifest.get("plugins");
  const yaml::Entry* sinks = plugins == nullptr ? nullptr : plugins->find("audit_sinks");
  if (sinks == nullptr || sinks->value->items.empty()) return;
  const yaml::NodePtr governance = manifest.get("governance");
  if (governance != nullptr && config::member_text(*governance, "audit_logging") == "enabled") return;
  sink.report(error_diagnostic("FLOE-E0333", "audit-sinks-without-log",
                               "audit sinks get the lines of the audit log, and this platform keeps none")
                  .at(sinks->key_span)
                  .help("write `audit_logging: enabled` under `governance`, or remove the sinks")
                  .addressed("plugins.audit_sinks"));
}

}  // namespace

std::optional<config::PlatformManifest> examine_platform(const inheritance::Chain& chain, CompilerHost& host,
                                                         Compiled* compiled, DiagnosticSink& sink) {
  inheritance::check_override_scope(chain, sink);
  check_plugin_security(chain, host, sink);
  auto manifest = config::read_manifest(*chain.merged, sink);
  if (!manifest) return std::nullopt;
  choose_plugins(*manifest, *chain.merged, host, compiled, sink);
  check_audit_sinks(*chain.merged, sink);
  check_platform_sinks(*manifest, *chain.merged, host, compiled->state_directory, sink);
  check_approvals(chain, host, true, compiled, sink);
  return manifest;
}

void check_approvals(const inheritance::Chain& chain, CompilerHost& host, bool is_of_manifest, Compiled* compiled,
                     DiagnosticSink& sink) {
  std::multimap<std::string, PluginChoice> plugins;
  for (const auto& [category, choice] : compiled->plugins) {
    const bool is_written = choice.span.valid() && !choice.is_of_environment;
    if (is_written == is_of_manifest) plugins.emplace(category, choice);
  }
  for (const auto& [category, choices] : compiled->plugin_lists) {
    if (!is_of_manifest) break;  // only manifests have lists
    for (const PluginChoice& choice : choices)
      plugins.emplace(category, choice);
  }
  if (!inheritance::check_approved_plugins(chain, plugins, approves_plugins(host), sink))
    compiled->has_approved_plugins = false;
}

inheritance::Approves approves_plugins(CompilerHost& host) {
  return [&host](std::string_view category, const std::string& entry, const std::string& type) {
    const auto chosen = host.installed_plugin(category, type);
    if (!chosen) return entry == type;
    const auto at = entry.find('@');
    const auto own = host.own_plugin(category, entry.substr(0, at));
    if (at == std::string::npos) return own && chosen->is_own && own->manifest.id == chosen->manifest.id;
    const std::string pin = entry.substr(at + 1);
    if (pin.starts_with(kSum)) {
      const auto sum = plugin_sum(host.files(), chosen->manifest, chosen->directory, chosen->library_path);
      return sum && pin.substr(kSum.size()) == *sum;
    }
    // Anybody may give a plugin the id of floe's own.
    const bool is_id_of_own = own && own->manifest.id == pin;
    return chosen->manifest.id == pin && (chosen->is_own || !is_id_of_own);
  };
}

}  // namespace floe::compile
