#include "rules/policy/policy.hpp"

#include "rules/policy/classification.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <array>

namespace floe::policy {
namespace {

using config::Enforcement;
using config::PlatformManifest;

Enforcement naming_level(const PlatformManifest& manifest) {
  const bool has_rule = !manifest.layers.empty() || !manifest.naming_patterns.empty();
  return has_rule ? manifest.naming : Enforcement::kOff;
}

// Layer rules are part of the architecture: they are as strict as its names, and no stricter than the platform.
Enforcement layers_level(const PlatformManifest& manifest) {
  if (manifest.layers.empty()) return Enforcement::kOff;
  return std::min(manifest.naming, manifest.policies);
}

Enforcement coverage_level(const PlatformManifest& manifest) {
  const bool asked = manifest.gates.minimum_test_coverage.has_value() || !manifest.gates.layer_thresholds.empty();
  return asked ? manifest.policies : Enforcement::kOff;
}

Enforcement descriptions_level(const PlatformManifest& manifest) {
  const bool asked = manifest.gates.require_descriptions || manifest.gates.require_column_descriptions;
  return asked ? manifest.policies : Enforcement::kOff;
}

// A domain writes into its own namespace, whatever else is enforced.
Enforcement namespaces_level(const PlatformManifest& manifest) {
  return manifest.scope == config::Scope::kDomain ? Enforcement::kStrict : Enforcement::kOff;
}

Enforcement retention_level(const PlatformManifest& manifest) {
  return limits_retention(manifest) ? manifest.policies : Enforcement::kOff;
}

Enforcement pii_level(const PlatformManifest& manifest) {
  return manifest.encrypts_pii ? Enforcement::kStrict : Enforcement::kOff;
}

Enforcement custom_rules_level(const PlatformManifest& manifest) {
  return manifest.custom_rules.empty() ? Enforcement::kOff : manifest.policies;
}

Enforcement definitions_level(const PlatformManifest& manifest) {
  return manifest.definitions.empty() ? Enforcement::kOff : manifest.policies;
}

constexpr std::array kPolicies{
    Policy{"naming", "naming conventions", "naming", naming_level, check_naming, "data_architecture"},
    Policy{"layers", "layer dependencies", "semantic", layers_level, check_layers, "data_architecture"},
    Policy{"coverage", "test coverage", "coverage", coverage_level, check_coverage, "governance.quality_gates"},
    Policy{"descriptions", "model descriptions", "documentation", descriptions_level, check_descriptions,
           "governance.quality_gates"},
    Policy{"namespaces", "domain namespaces", "", namespaces_level, check_namespaces},
    Policy{"retention", "retention", "", retention_level, check_retention},
    Policy{"pii_encryption", "encryption of personal data", "", pii_level, check_pii},
    Policy{"classification", "classification of columns", "", classification_level, check_classification},
    Policy{"custom_rules", "custom rules", "custom", custom_rules_level, check_custom_rules, "governance.custom_rules"},
    Policy{"policies", "policies of the platform", "custom", definitions_level, check_definitions,
           "governance.policies"},
};

}  // namespace

config::Enforcement classification_level(const config::PlatformManifest& manifest) {
  const yaml::NodePtr section = manifest.governance == nullptr ? nullptr : manifest.governance->get("classification");
  if (section == nullptr) return Enforcement::kOff;
  const std::string level = config::member_text(*section, "enforcement");
  if (level == "off") return Enforcement::kOff;
  return level == "warn" ? Enforcement::kWarn : Enforcement::kStrict;
}

bool limits_classes(const PlatformManifest& manifest, const ModelGraph& graph) {
  if (classification_level(manifest) == Enforcement::kStrict && declares_class(graph, "public")) return true;
  return manifest.encrypts_pii && !storage_encrypts(manifest) && declares_class(graph, "pii");
}

bool needs_lineage(const PlatformManifest& manifest, const ModelGraph& graph) {
  const bool is_warned = classification_level(manifest) == Enforcement::kWarn && declares_class(graph, "public");
  return is_warned || limits_classes(manifest, graph);
}

std::span<const Policy> policies() { return kPolicies; }

void PolicyRun::violate(const Model& model, std::string problem, std::string expected, Diagnostic diagnostic,
                        config::Action action) {
  if (diagnostic.labels.empty()) {
    const bool is_named = model.name_span.valid();
    diagnostic.labels.push_back({is_named ? model.name_span : Span{model.file, 1, 1, 1, 1}, "", true});
  }
  for (Label& label : diagnostic.labels)
    label.span.file.insert(0, project_prefix);
  diagnostic.address = model.unique_id;
  verdicts.push_back({model.name, std::move(problem), std::move(expected), action, std::move(diagnostic)});
}

void PolicyRun::violate_product(std::string problem, std::string expected, Diagnostic diagnostic,
                                config::Action action) {
  verdicts.push_back({graph.project_name, std::move(problem), std::move(expected), action, std::move(diagnostic)});
}

bool applies_to(const config::AppliesTo& what, const PlatformManifest& manifest, const Model& model) {
  if (!text::matches_glob(what.glob, model.name)) return false;
  if (what.layer.empty()) return true;
  const config::Layer* layer = layer_of(manifest, model.name);
  return layer != nullptr && layer->name == what.layer;
}

const config::Layer* layer_of(const PlatformManifest& manifest, std::string_view model_name) {
  for (const config::Layer& layer : manifest.layers) {
    if (model_name.starts_with(layer.prefix)) return &layer;
  }
  return nullptr;
}

const config::Layer* layer_of_id(const PlatformManifest& manifest, std::string_view unique_id) {
  return layer_of(manifest, unique_id.substr(unique_id.rfind('.') + 1));
}

}  // namespace floe::policy
