#include "compile/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace floe::compile {
namespace {

struct CategoryInfo {
  std::string_view category;   // in manifest.yaml
  std::string_view group;      // directory
  std::string_view interface;  // without its number
};

constexpr std::array kCategories{
    CategoryInfo{"compute", "floe.computes", "floe.compute"},
    CategoryInfo{"orchestrator", "floe.orchestrators", "floe.orchestrator"},
    CategoryInfo{"catalog", "floe.catalogs", "floe.catalog"},
    CategoryInfo{"storage", "floe.storage", "floe.storage"},
    CategoryInfo{"telemetry_backend", "floe.telemetry_backends", "floe.telemetry"},
    CategoryInfo{"lineage_backend", "floe.lineage_backends", "floe.lineage"},
    CategoryInfo{"dbt", "floe.dbt", "floe.dbt"},
    CategoryInfo{"semantic_layer", "floe.semantic_layers", "floe.semantic_layer"},
    CategoryInfo{"ingestion", "floe.ingestion", "floe.ingestion"},
    CategoryInfo{"secrets", "floe.secrets", "floe.secrets"},
    CategoryInfo{"identity", "floe.identity", "floe.identity"},
    CategoryInfo{"quality", "floe.quality", "floe.quality"},
    CategoryInfo{"rbac", "floe.rbac", "floe.rbac"},
    CategoryInfo{"alert_channels", "floe.alert_channels", "floe.alert_channel"},
    CategoryInfo{"audit_sinks", "floe.telemetry_backends", "floe.telemetry"},
    CategoryInfo{"network_security", "floe.network_security", "floe.network_security"},
    CategoryInfo{"policies", "floe.policies", "floe.policy"},
    CategoryInfo{"data_contracts", "floe.data_contracts", "floe.data_contract"},
    CategoryInfo{"sinks", "floe.sinks", "floe.sink"},
};

bool has(const std::vector<std::string>& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

class Checker {
 public:
  Checker(const std::map<std::string, PluginChoice>& choices, const std::map<std::string, PluginManifest>& manifests,
          DiagnosticSink& sink)
      : choices_(choices), manifests_(manifests), sink_(sink) {}

  void check(const std::string& category, const PluginManifest& manifest) {
    for (const std::string& needed : manifest.required_interfaces)
      check_interface(category, manifest, needed);
    if (category == "storage") check_local_files(manifest);
    std::vector<std::string> path{category};
    check_circle(category, path);
  }

 private:
  // Of floe's own needs: tables are read and written as files of this machine.
  void check_local_files(const PluginManifest& storage) {
    if (has(storage.capabilities, "local_files")) return;
    report(
        "storage", "",
        fmt::format("floe reads and writes tables as files of this machine, and storage plugin `{}` has none: it lacks "
                    "the capability `local_files`",
                    storage.id),
        "choose `storage: local`, or a storage plugin that `floe plugin show` lists with `local_files`");
  }

  void check_interface(const std::string& category, const PluginManifest& manifest, const std::string& needed) {
    const std::string other = category_of_interface(needed);
    const auto chosen = choices_.find(other);
    if (other.empty() || chosen == choices_.end()) {
      return report(category, other,
                    fmt::format("{} plugin `{}` needs `{}`, and the platform chooses no plugin that has it", category,
                                manifest.id, needed));
    }
    const auto installed = manifests_.find(other);
    if (installed == manifests_.end()) return;
    const PluginManifest& found = installed->second;
    const std::string_view interface = std::string_view(needed).substr(0, needed.find('#'));
    const std::string capability = needed.size() == interface.size() ? "" : needed.substr(interface.size() + 1);
    if (found.interface != interface) {
      return report(category, other,
                    fmt::format("{} plugin `{}` needs `{}`, but {} plugin `{}` is `{}`", category, manifest.id,
                                interface, other, found.id, found.interface));
    }
    if (capability.empty() || has(found.capabilities, capability)) return;
    report(category, other,
           fmt::format("{} plugin `{}` needs a {} plugin with the capability `{}`, which `{}` does not have", category,
                       manifest.id, other, capability, found.id));
  }

  // Bindings are handed on in the order of needs, which a circle does not have. Reported once, at its first category.
  void check_circle(const std::string& category, std::vector<std::string>& path) {
    const auto manifest = manifests_.find(category);
    if (manifest == manifests_.end()) return;
    for (const std::string& needed : manifest->second.required_interfaces) {
      const std::string next = category_of_interface(needed);
      if (next == path.front()) {
        if (std::min_element(path.begin(), path.end()) != path.begin()) return;
        std::string names;
        for (const std::string& one : path)
          names += fmt::format("`{}` needs ", manifests_.at(one).id);
        return report(
            path.front(), path.back(),
            fmt::format("plugins need each other in a circle: {}`{}`", names, manifests_.at(path.front()).id));
      }
      if (std::find(path.begin(), path.end(), next) != path.end()) continue;
      path.push_back(next);
      check_circle(next, path);
      path.pop_back();
    }
  }

  void report(const std::string& category, const std::string& other, std::string message, std::string help = {}) {
    auto diagnostic =
        error_diagnostic("FLOE-E0434", "plugin-requirement-unmet", std::move(message)).addressed("plugins." + category);
    const auto here = choices_.find(category);
    const auto there = choices_.find(other);
    if (here != choices_.end() && here->second.span.valid()) {
      diagnostic.labels.push_back({here->second.span, "chosen here", true});
    }
    if (there != choices_.end() && there != here && there->second.span.valid()) {
      diagnostic.labels.push_back({there->second.span, "the other side", false});
    }
    if (here != choices_.end() && !here->second.span.valid())
      diagnostic.notes.emplace_back("it is the default of the local platform");
    if (!help.empty()) diagnostic.helps.push_back(std::move(help));
    sink_.report(std::move(diagnostic));
  }

  const std::map<std::string, PluginChoice>& choices_;
  const std::map<std::string, PluginManifest>& manifests_;
  DiagnosticSink& sink_;
};

}  // namespace

std::string group_of_category(std::string_view category) {
  for (const CategoryInfo& info : kCategories) {
    if (info.category == category) return std::string(info.group);
  }
  return "floe." + std::string(category);
}

std::string category_of_interface(std::string_view interface) {
  const std::string_view name = interface.substr(0, interface.find('/'));
  for (const CategoryInfo& info : kCategories) {
    if (info.interface == name) return std::string(info.category);
  }
  return {};
}

void check_requirements(const std::map<std::string, PluginChoice>& choices,
                        const std::map<std::string, PluginManifest>& manifests, DiagnosticSink& sink) {
  Checker checker(choices, manifests, sink);
  for (const auto& [category, manifest] : manifests)
    checker.check(category, manifest);
}

}  // namespace floe::compile
