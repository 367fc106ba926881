// manifest.yaml (kind: Manifest): what the platform team allows and chooses.
#pragma once

#include "config/document.hpp"
#include "config/port.hpp"
#include "model/compiled.hpp"
#include "schema/shape.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace floe::config {

enum class Enforcement : std::uint8_t { kOff, kWarn, kStrict };

std::string_view enforcement_name(Enforcement level);

// kPlatform: the only one there is (two tiers).
enum class Scope : std::uint8_t { kPlatform, kEnterprise, kDomain };

std::string_view scope_name(Scope scope);

struct Layer {
  std::string name;
  std::string prefix;
  std::vector<std::string> reads_from;  // layer names; empty = sources only
};

// What a finding does: an error, a warning, or a warning that people are told of.
enum class Action : std::uint8_t { kBlock, kWarn, kNotify };

std::string_view action_name(Action action);  // block, warn, notify
Action parse_action(std::string_view word);   // `error` and "" are kBlock, `warning` is kWarn

struct QualityGates {
  std::optional<std::int64_t> minimum_test_coverage;     // percent of declared columns
  std::map<std::string, std::int64_t> layer_thresholds;  // by layer name
  bool require_descriptions = false;
  bool require_column_descriptions = false;
  Action action = Action::kBlock;
  bool empty_models_count_as_covered = false;  // zero_column_coverage_behavior: report_100_percent
};

// Which models a rule is about.
struct AppliesTo {
  std::string glob = "*";  // of model names
  std::string layer;       // "" = any
};

enum class RuleType : std::uint8_t { kTags, kMeta, kTests };

// governance.custom_rules
struct CustomRule {
  RuleType type = RuleType::kTags;
  AppliesTo applies_to;
  std::string prefix;                // kTags
  std::vector<std::string> words;    // kTags: tags; kTests: tests
  std::string field;                 // kMeta
  bool is_required = true;           // kMeta
  std::int64_t minimum_columns = 1;  // kTests
};

enum class DefinitionType : std::uint8_t { kTags, kPattern, kMaxTransforms, kCondition };

// governance.policies
struct PolicyDefinition {
  std::string name;
  DefinitionType type = DefinitionType::kTags;
  Action action = Action::kBlock;
  std::string message;
  AppliesTo applies_to;
  std::vector<std::string> tags;  // kTags
  std::string text;               // kPattern: regular expression; kCondition: expression
  std::int64_t threshold = 0;     // kMaxTransforms
  Span span;                      // of its name
};

// governance.policy_overrides
struct PolicyOverride {
  std::string pattern;  // glob of model names
  bool excludes = false;
  std::string reason;
  std::optional<std::int64_t> expires;    // last day it applies, days since 1970-01-01
  std::vector<std::string> policy_types;  // empty: all
  Span span;                              // of `expires`, else of `pattern`
};

// governance.secret_scanning
struct SecretPattern {
  std::string name;
  std::string pattern;  // regular expression
  Action action = Action::kBlock;
};

struct SecretScanning {
  bool is_enabled = false;
  Action action = Action::kBlock;
  std::vector<std::string> excluded;  // globs of paths, relative to the product
  std::vector<SecretPattern> patterns;
};

// governance.rbac: who may compile
struct CompileAccess {
  bool is_enabled = false;
  std::string required_role;     // "" = any
  bool allows_principal = true;  // FLOE_PRINCIPAL may stand in for a token
};

// governance.network_policies
struct NetworkPolicies {
  bool is_demanded = false;
  bool denies_by_default = true;
  std::string egress = "[]";  // JSON: custom_egress_rules as they are written
};

// What holds for a product: one manifest, or a chain of them merged (inheritance/chain.hpp).
struct PlatformManifest {
  std::string name;
  std::string version;
  std::optional<std::vector<std::string>> approved_products;  // of the domain; absent: any product
  std::map<std::string, compile::PluginChoice> plugins;       // by category
  // By category, of those that may have several: alert_channels, policies, and sinks (settings of those that
  // destinations name).
  std::map<std::string, std::vector<compile::PluginChoice>> plugin_lists;
  std::string pattern;                       // medallion, kimball, data_vault, custom; "" = none
  std::vector<std::string> naming_patterns;  // custom: regular expressions
  std::vector<Layer> layers;                 // of the pattern when the manifest lists none
  QualityGates gates;
  std::vector<CustomRule> custom_rules;
  std::vector<PolicyDefinition> definitions;
  std::vector<PolicyOverride> overrides;
  std::vector<std::string> denied_services;    // globs
  ServiceLevels service_levels;                // governance.slos: what every output port promises at least
  Enforcement contracts = Enforcement::kWarn;  // governance.data_contracts.enforcement
  std::string default_classification;          // of columns in contracts that say none
  yaml::NodePtr governance;                    // as written, for the artifact
  Scope scope = Scope::kPlatform;
  Enforcement naming = Enforcement::kOff;
  Enforcement policies = Enforcement::kStrict;  // of everything but naming
  SecretScanning secret_scanning;
  CompileAccess compile_access;
  NetworkPolicies network;
  bool encrypts_pii = false;                                 // governance.pii_encryption: required
  compile::SqlFacet lineage_sql = compile::SqlFacet::kFull;  // observability.lineage.sql
};

// The scope a manifest's root says; kPlatform when it says none.
Scope scope_of(const yaml::Node& root);

// Checks one manifest by itself and writes its aliases out in full: the name of a short one, `kind: DomainManifest`,
// `metadata.scope`, `governance.naming` and `plugins.observability` (`is_installed`: whether a lineage plugin of that
// name is there). False when it has errors; findings are in the sink.
bool check_manifest(Document* document,
                    const std::function<bool(std::string_view category, const std::string& type)>& is_installed,
                    DiagnosticSink& sink);

// What a checked manifest says, also where it contradicts itself, as one may whose children say the rest.
PlatformManifest read_members(const yaml::Node& root, DiagnosticSink& sink);

// `root` is a checked manifest, or several merged. nullopt when they contradict themselves; findings are in the sink.
std::optional<PlatformManifest> read_manifest(const yaml::Node& root, DiagnosticSink& sink);

}  // namespace floe::config
