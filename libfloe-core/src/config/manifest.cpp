#include "config/manifest.hpp"

#include "base/json/json.hpp"
#include "base/yaml/to_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe::config {
namespace {

// Top-level keys that would make a manifest differ by environment; it must not (configuration.md 1).
constexpr std::string_view kEnvironmentKeys[] = {"env_overrides", "environments", "environment", "env",
                                                 "dev",           "staging",      "prod",        "production",
                                                 "target_env",    "floe_env"};

Enforcement parse_enforcement(const std::string& word, Enforcement fallback) {
  if (word == "off") return Enforcement::kOff;
  if (word == "warn") return Enforcement::kWarn;
  if (word == "strict") return Enforcement::kStrict;
  return fallback;
}

std::vector<Layer> layers_of_pattern(const std::string& pattern) {
  if (pattern == "medallion") {
    return {
        {"bronze", "bronze_", {}}, {"silver", "silver_", {"bronze", "silver"}}, {"gold", "gold_", {"silver", "gold"}}};
  }
  if (pattern == "kimball") {
    return {{"staging", "stg_", {}},
            {"dimension", "dim_", {"staging", "dimension"}},
            {"fact", "fact_", {"staging", "dimension", "fact"}},
            {"bridge", "bridge_", {"staging", "dimension", "fact"}}};
  }
  if (pattern == "data_vault") {
    return {{"staging", "stg_", {}},
            {"hub", "hub_", {"staging"}},
            {"link", "link_", {"staging", "hub"}},
            {"satellite", "sat_", {"staging", "hub", "link"}}};
  }
  return {};
}

compile::PluginChoice read_choice(const yaml::Node& node) {
  compile::PluginChoice choice;
  choice.config = "{}";
  if (node.is_string()) {
    choice.type = node.text;
    choice.span = node.span;
    return choice;
  }
  choice.type = member_text(node, "type");
  if (const yaml::NodePtr type = node.get("type")) choice.span = type->span;
  if (const yaml::NodePtr config = node.get("config"); config != nullptr && config->is_mapping()) {
    choice.config = to_json(yaml::to_json_value(*config));
  }
  return choice;
}

void read_architecture(const yaml::Node& node, PlatformManifest* manifest) {
  manifest->pattern = member_text(node, "pattern");
  if (const yaml::NodePtr naming = node.get("naming")) {
    manifest->naming = parse_enforcement(member_text(*naming, "enforcement"), Enforcement::kWarn);
    manifest->naming_patterns = member_texts(*naming, "patterns");
    manifest->naming_span = naming->span;
  }
  manifest->layers = layers_of_pattern(manifest->pattern);
  const yaml::NodePtr layers = node.get("layers");
  if (layers == nullptr) return;
  manifest->layers.clear();
  for (const yaml::NodePtr& layer : layers->items) {
    manifest->layers.push_back(
        {member_text(*layer, "name"), member_text(*layer, "prefix"), member_texts(*layer, "reads_from")});
  }
}

void read_governance(const yaml::Node& node, PlatformManifest* manifest) {
  manifest->denied_services = member_texts(node, "denied_services");
  bool blocks = true;
  if (const yaml::NodePtr gates = node.get("quality_gates")) {
    manifest->has_gates = true;
    QualityGates& out = manifest->gates;
    if (gates->find("minimum_test_coverage") != nullptr) {
      out.minimum_test_coverage = member_integer_or(*gates, "minimum_test_coverage", 0);
    }
    if (const yaml::NodePtr thresholds = gates->get("layer_thresholds")) {
      for (const yaml::Entry& entry : thresholds->entries)
        out.layer_thresholds[entry.key] = entry.value->integer;
    }
    out.require_descriptions = member_flag_or(*gates, "require_descriptions", false);
    out.require_column_descriptions = member_flag_or(*gates, "require_column_descriptions", false);
    out.empty_models_count_as_covered = member_text(*gates, "zero_column_coverage_behavior") == "report_100_percent";
    blocks = member_flag_or(*gates, "block_on_failure", true);
  }
  // A gate that does not block is one that warns, unless the platform says a level itself.
  manifest->policies = parse_enforcement(member_text(node, "policy_enforcement_level"),
                                         blocks ? Enforcement::kStrict : Enforcement::kWarn);
}

bool is_environment_key(const yaml::Entry& entry) {
  return std::find(std::begin(kEnvironmentKeys), std::end(kEnvironmentKeys), entry.key) != std::end(kEnvironmentKeys);
}

void report_environment_keys(const yaml::Node& root, DiagnosticSink& sink) {
  for (const yaml::Entry& entry : root.entries) {
    if (!is_environment_key(entry)) continue;
    sink.report(error_diagnostic(
                    "FLOE-E0208", "environment-in-manifest",
                    fmt::format("`{}` has no place in a manifest: it is the same for every environment", entry.key))
                    .at(entry.key_span, "environment-specific")
                    .help("write what holds everywhere; platforms that really differ are two manifests")
                    .addressed(entry.key));
  }
}

void check_references(const PlatformManifest& manifest, const yaml::Node& root, DiagnosticSink& sink) {
  const yaml::NodePtr architecture = root.get("data_architecture");
  const bool needs_patterns = manifest.pattern == "custom" && manifest.naming != Enforcement::kOff;
  if (needs_patterns && manifest.naming_patterns.empty() && manifest.layers.empty()) {
    sink.report(error_diagnostic("FLOE-E0209", "patterns-missing",
                                 "pattern `custom` needs `naming.patterns` or `layers` to enforce names by")
                    .at(architecture->get("pattern")->span)
                    .addressed("data_architecture.naming.patterns"));
  }
  for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
    for (const std::string& wanted : manifest.layers[i].reads_from) {
      const bool known = std::any_of(manifest.layers.begin(), manifest.layers.end(),
                                     [&](const Layer& layer) { return layer.name == wanted; });
      if (known) continue;
      const yaml::NodePtr list = architecture->get("layers");
      const Span span = list == nullptr ? architecture->span : list->items[i]->get("reads_from")->span;
      sink.report(error_diagnostic(
                      "FLOE-E0302", "unknown-layer",
                      fmt::format("layer `{}` reads from `{}`, which is no layer", manifest.layers[i].name, wanted))
                      .at(span)
                      .addressed(fmt::format("data_architecture.layers[{}].reads_from", i)));
    }
  }
}

}  // namespace

std::string_view enforcement_name(Enforcement level) {
  if (level == Enforcement::kOff) return "off";
  return level == Enforcement::kWarn ? "warn" : "strict";
}

std::optional<PlatformManifest> read_manifest(const Document& document, DiagnosticSink& sink) {
  if (document.root == nullptr) return std::nullopt;
  DiagnosticSink own;
  const yaml::Node& root = *document.root;
  report_environment_keys(root, own);
  yaml::Node rest = root;  // said once is enough: what is left out here is not an unknown key as well
  std::erase_if(rest.entries, is_environment_key);
  check_shape(rest, kManifestShape, "", own);
  PlatformManifest manifest;
  if (!own.has_errors()) {
    if (const yaml::NodePtr metadata = root.get("metadata")) {
      manifest.name = member_text(*metadata, "name");
      manifest.version = member_text(*metadata, "version");
    }
    if (const yaml::NodePtr plugins = root.get("plugins")) {
      for (const yaml::Entry& entry : plugins->entries) {
        manifest.plugins[entry.key] = read_choice(*entry.value);
      }
    }
    if (const yaml::NodePtr node = root.get("data_architecture")) read_architecture(*node, &manifest);
    manifest.governance = root.get("governance");
    if (manifest.governance != nullptr) read_governance(*manifest.governance, &manifest);
    check_references(manifest, root, own);
  }
  const bool is_usable = !own.has_errors();
  sink.merge(std::move(own));
  if (!is_usable) return std::nullopt;
  return manifest;
}

}  // namespace floe::config
