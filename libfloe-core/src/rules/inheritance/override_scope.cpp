#include "rules/inheritance/override_scope.hpp"

#include "rules/inheritance/inherited_levels.hpp"
#include "rules/inheritance/merge.hpp"
#include "rules/policy/policy.hpp"
#include "schema/document_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace floe::inheritance {
namespace {

// The policy types that the manifests above have switched on.
std::set<std::string> enforced_types(const yaml::Node& above) {
  DiagnosticSink known;  // of documents that were checked before
  const config::PlatformManifest manifest = config::read_members(above, known);
  std::set<std::string> out;
  for (const policy::Policy& policy : policy::policies()) {
    if (!policy.type.empty() && policy.level(manifest) != config::Enforcement::kOff) out.emplace(policy.type);
  }
  const bool has_packs = manifest.plugin_lists.contains("policies");
  if (has_packs && manifest.policies != config::Enforcement::kOff) out.emplace("custom");  // as their rules are judged
  return out;
}

void check_override(const yaml::Node& written, const std::set<std::string>& enforced, const std::string& address,
                    DiagnosticSink& sink) {
  const std::vector<std::string> types = config::member_texts(written, "policy_types");
  for (const std::string& type : enforced) {
    const bool is_about = types.empty() || std::find(types.begin(), types.end(), type) != types.end();
    if (!is_about) continue;
    sink.report(error_diagnostic("FLOE-E0769", "override-softens-policy",
                                 fmt::format("the override for `{}` would soften `{}`, which a manifest above enforces",
                                             config::member_text(written, "pattern"), type))
                    .at(written.get("pattern")->span)
                    .note("an override softens what its own manifest sets, never what it inherits")
                    .help(types.empty() ? "name in `policy_types` what this manifest sets itself"
                                        : fmt::format("have the override written where `{}` is set", type))
                    .addressed(address));
    return;
  }
}

// Keys whose absence is the strict choice: below a manifest that switched their group on, writing the other one
// weakens.
struct StrictWhenAbsent {
  const char* group;
  const char* key;
  const char* weak;  // "" = any value
};

constexpr StrictWhenAbsent kStrictWhenAbsent[] = {
    {"secret_scanning", "severity", "warning"},
    {"secret_scanning", "exclude_patterns", ""},
    {"network_policies", "default_deny", "false"},
    {"network_policies", "custom_egress_rules", ""},
};

void check_defaults(const yaml::Node* above, const yaml::Node& below, DiagnosticSink& sink) {
  if (above == nullptr) return;
  for (const StrictWhenAbsent& rule : kStrictWhenAbsent) {
    const yaml::NodePtr set = above->get(rule.group);
    const yaml::NodePtr own = below.get(rule.group);
    if (set == nullptr || own == nullptr || !config::member_flag_or(*set, "enabled", false)) continue;
    const yaml::NodePtr value = own->get(rule.key);
    if (value == nullptr || set->find(rule.key) != nullptr) continue;
    if (*rule.weak != '\0' && value->text != rule.weak) continue;
    const std::string address = fmt::format("governance.{}.{}", rule.group, rule.key);
    sink.report(overridden_security(fmt::format("`{}` weakens what is enabled above", address))
                    .at(yaml::head_span(*value), "weaker")
                    .beside(yaml::head_span(*set->get("enabled")), "enabled here, without it")
                    .note("a manifest may make what it inherits stricter, never weaker")
                    .help(fmt::format("remove it, or have `{}` written where `{}` is enabled", rule.key, rule.group))
                    .addressed(address));
  }
}

// `source` is what says it above: the pattern, or layers.
void report_replaced(const yaml::Node& below, const yaml::Node& source, const char* address, DiagnosticSink& sink) {
  const std::string from = source.is_scalar() ? fmt::format("pattern `{}` says", source.text) : "the layers above say";
  sink.report(error_diagnostic("FLOE-E0323", "inherited-setting-changed",
                               fmt::format("`{}` would replace what {}", address, from))
                  .at(yaml::head_span(below), "instead of what is inherited")
                  .beside(yaml::head_span(source), "set above")
                  .help(fmt::format("remove it, or have `{}` written there", address))
                  .addressed(address));
}

// Where names come from above: layers, else the pattern, which brings its own; pattern custom has none.
yaml::NodePtr names_above(const yaml::Node& architecture) {
  const yaml::NodePtr layers = architecture.get("layers");
  if (layers != nullptr) return layers->items.empty() ? nullptr : layers;
  const yaml::NodePtr pattern = architecture.get("pattern");
  return pattern == nullptr || pattern->text == "custom" ? nullptr : pattern;
}

void check_architecture(const yaml::Node& above, const yaml::Node& below, DiagnosticSink& sink) {
  const yaml::NodePtr set = above.get("data_architecture");
  const yaml::NodePtr own = below.get("data_architecture");
  const yaml::NodePtr source = set == nullptr ? nullptr : names_above(*set);
  if (source == nullptr || own == nullptr) return;
  const yaml::NodePtr layers = own->get("layers");
  if (layers != nullptr && set->find("layers") == nullptr)
    report_replaced(*layers, *source, "data_architecture.layers", sink);
  const yaml::NodePtr naming = own->get("naming");
  const yaml::NodePtr known = set->get("naming");
  const yaml::NodePtr names = naming == nullptr ? nullptr : naming->get("patterns");
  if (names != nullptr && (known == nullptr || known->find("patterns") == nullptr))
    report_replaced(*names, *source, "data_architecture.naming.patterns", sink);
}

// A threshold of a layer stands in for the minimum of all.
void check_thresholds(const yaml::Node& above, const yaml::Node& below, DiagnosticSink& sink) {
  const auto gates_of = [](const yaml::Node& manifest) {
    const yaml::NodePtr governance = manifest.get("governance");
    return governance == nullptr ? nullptr : governance->get("quality_gates");
  };
  const yaml::NodePtr set = gates_of(above);
  const yaml::NodePtr own = gates_of(below);
  const yaml::NodePtr minimum = set == nullptr ? nullptr : set->get("minimum_test_coverage");
  const yaml::NodePtr thresholds = own == nullptr ? nullptr : own->get("layer_thresholds");
  if (minimum == nullptr || thresholds == nullptr) return;
  const yaml::NodePtr known = set->get("layer_thresholds");
  for (const yaml::Entry& layer : thresholds->entries) {
    const bool is_compared = known != nullptr && known->find(layer.key) != nullptr;
    if (is_compared || layer.value->integer >= minimum->integer) continue;
    const std::string address = "governance.quality_gates.layer_thresholds." + layer.key;
    sink.report(error_diagnostic("FLOE-E0322", "policy-weakened",
                                 fmt::format("a policy cannot be weakened: `{}` is below the minimum of all layers, {}",
                                             address, minimum->text))
                    .at(yaml::head_span(*layer.value), "weaker")
                    .beside(yaml::head_span(*minimum), "set above")
                    .note("a manifest may make what it inherits stricter, never weaker")
                    .help(fmt::format("write at least {}, or leave it out", minimum->text))
                    .addressed(address));
  }
}

}  // namespace

void check_override_scope(const Chain& chain, DiagnosticSink& sink) {
  yaml::NodePtr above = chain.tiers.front().document.root;
  for (std::size_t i = 1; i < chain.tiers.size(); ++i) {
    const yaml::NodePtr& root = chain.tiers[i].document.root;
    const yaml::NodePtr governance = root->get("governance");
    const yaml::NodePtr overrides = governance == nullptr ? nullptr : governance->get("policy_overrides");
    if (overrides != nullptr) {
      const std::set<std::string> enforced = enforced_types(*above);
      for (std::size_t k = 0; k < overrides->items.size(); ++k)
        check_override(*overrides->items[k], enforced, fmt::format("governance.policy_overrides[{}]", k), sink);
    }
    if (governance != nullptr) check_defaults(above->get("governance").get(), *governance, sink);
    check_architecture(*above, *root, sink);
    check_thresholds(*above, *root, sink);
    DiagnosticSink known;  // the merge reported them
    const yaml::NodePtr merged = merge(above, root, config::kManifestShape, known);
    check_inherited_levels(*above, *root, *merged, known, sink);
    above = merged;
  }
}

}  // namespace floe::inheritance
