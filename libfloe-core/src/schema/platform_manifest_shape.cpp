// The field tables of manifest.yaml (design: configuration.md 1.1), with what a manifest below another one may change
// (configuration.md 2).
#include "schema/document_shapes.hpp"
#include "schema/shared_shapes.hpp"

#include <array>

namespace floe::config {
namespace {

constexpr Shape kPercent{.kind = ShapeKind::kInteger, .minimum = 0, .maximum = 100};
constexpr Shape kCount{.kind = ShapeKind::kInteger, .minimum = 1};
constexpr Shape kDate{
    .kind = ShapeKind::kText, .pattern = R"(\d{4}-\d{2}-\d{2})", .pattern_text = "a day such as 2026-12-31"};

constexpr std::array<std::string_view, 3> kKinds{"Manifest", "EnterpriseManifest", "DomainManifest"};
constexpr Shape kKind{.kind = ShapeKind::kChoice, .choices = kKinds};
constexpr std::array<std::string_view, 2> kScopes{"enterprise", "domain"};
constexpr Shape kScope{.kind = ShapeKind::kChoice, .choices = kScopes};
// Weakest first, as all choices that may only be strengthened.
constexpr std::array<std::string_view, 3> kLevels{"off", "warn", "strict"};
constexpr Shape kLevel{.kind = ShapeKind::kChoice, .choices = kLevels};
constexpr std::array<std::string_view, 4> kPatterns{"medallion", "kimball", "data_vault", "custom"};
constexpr Shape kPattern{.kind = ShapeKind::kChoice, .choices = kPatterns};

constexpr std::array kMetadataKeys{
    Key{"name", &kDocumentName, "name of the platform, or of the domain", true},
    Key{"version", &kSemanticVersion, "semantic version of the platform", true},
    Key{"owner", &kText, "who answers for it"},
    Key{"description", &kText, "what it is for"},
    Key{"scope", &kScope, "the same as `scope` at the top"},
};
constexpr Shape kMetadata{.kind = ShapeKind::kObject, .what = "`metadata`", .keys = kMetadataKeys};

constexpr Key kPluginType{"type", &kText, "name of the plugin: the directory it lies in", true};
constexpr Key kPluginVersion{"version", &kSemanticVersion, "version of the plugin that has to be installed"};
constexpr Key kPluginConfig{"config", &kAny, "settings, checked against the plugin's own schema"};
constexpr std::array kSelectionKeys{
    kPluginType,
    kPluginVersion,
    kPluginConfig,
    Key{"connection_secret_ref", &kSecretName, "secret with the connection: a setting of plugins that take one"},
};
constexpr Shape kSelection{.kind = ShapeKind::kObject,
                           .what = "a plugin choice",
                           .keys = kSelectionKeys,
                           .short_form = &kText,
                           .short_key = "type"};

constexpr Shape kSelections{.kind = ShapeKind::kList, .element = &kSelection};

constexpr std::array<std::string_view, 3> kRuleSeverities{"notice", "warning", "error"};
constexpr Shape kRuleSeverity{.kind = ShapeKind::kChoice, .choices = kRuleSeverities};
constexpr std::array kRuleSettingKeys{
    Key{"enabled", &kFlag, "false: the rule is not checked"},
    Key{"severity", &kRuleSeverity, "error, warning or notice; absent: what the rule itself says"},
    Key{"config", &kAny, "settings of the rule"},
};
constexpr Shape kRuleSetting{.kind = ShapeKind::kObject, .what = "settings of a rule", .keys = kRuleSettingKeys};
constexpr Shape kRuleSettings{.kind = ShapeKind::kMap, .element = &kRuleSetting};
constexpr std::array kRulePackKeys{
    kPluginType,
    kPluginVersion,
    kPluginConfig,
    Key{"rules", &kRuleSettings, "by code: which of its rules are checked, and how severe they are"},
};
constexpr Shape kRulePack{.kind = ShapeKind::kObject,
                          .what = "a policy plugin",
                          .keys = kRulePackKeys,
                          .short_form = &kText,
                          .short_key = "type"};
constexpr Shape kRulePacks{.kind = ShapeKind::kList, .element = &kRulePack};

constexpr std::array kPluginKeys{
    Key{"compute", &kSelection, "runs SQL"},
    Key{"catalog", &kSelection, "names tables"},
    Key{"storage", &kSelection, "holds files"},
    Key{"dbt", &kSelection, "runs the dbt project"},
    Key{"orchestrator", &kSelection, "runs the schedule; nothing calls it yet"},
    Key{"semantic_layer", &kSelection, "serves metrics; nothing calls it yet"},
    Key{"ingestion", &kSelection, "loads sources; nothing calls it yet"},
    Key{"secrets", &kSelection, "resolves secret references"},
    Key{"observability", &kSelection,
        "telemetry_backend, and lineage_backend where a plugin of that name is installed"},
    Key{.name = "telemetry_backend",
        .shape = &kSelection,
        .description = "takes traces and metrics",
        .inherit = Inherit::kFixed},
    Key{.name = "lineage_backend",
        .shape = &kSelection,
        .description = "takes lineage events",
        .inherit = Inherit::kFixed},
    Key{"identity", &kSelection, "authenticates people"},
    Key{"quality", &kSelection, "runs quality suites; nothing calls it yet"},
    Key{"rbac", &kSelection, "renders the namespace and the account of a product beside its artifact"},
    Key{"network_security", &kSelection, "renders the network policies of a product beside its artifact"},
    Key{.name = "alert_channels",
        .shape = &kSelections,
        .description = "tell people: what `notify` found, and runs that failed",
        .inherit = Inherit::kExtend},
    Key{.name = "audit_sinks",
        .shape = &kSelections,
        .description = "telemetry backends that get every line of the audit log",
        .inherit = Inherit::kExtend},
    Key{.name = "policies",
        .shape = &kRulePacks,
        .description = "plugins with rules of their own",
        .inherit = Inherit::kExtend},
    Key{"data_contracts", &kSelection, "reads contract formats; nothing calls it yet"},
    Key{"sinks", &kSelections, "deliver rows to other systems"},
};
constexpr Shape kPlugins{.kind = ShapeKind::kObject, .what = "`plugins`", .keys = kPluginKeys};

// Of each category the names of plugins, also with what they expose: `duckdb@acme.compute.duckdb`.
constexpr Shape kApproved{.kind = ShapeKind::kList, .element = &kText, .short_form = &kText};
constexpr std::array kApprovedKeys{
    Key{"compute", &kApproved, ""},
    Key{"catalog", &kApproved, ""},
    Key{"storage", &kApproved, ""},
    Key{"dbt", &kApproved, ""},
    Key{"orchestrator", &kApproved, ""},
    Key{"semantic_layer", &kApproved, ""},
    Key{"ingestion", &kApproved, ""},
    Key{"secrets", &kApproved, ""},
    Key{"telemetry_backend", &kApproved, ""},
    Key{"lineage_backend", &kApproved, ""},
    Key{"identity", &kApproved, ""},
    Key{"quality", &kApproved, ""},
    Key{"rbac", &kApproved, ""},
    Key{"network_security", &kApproved, ""},
    Key{"alert_channels", &kApproved, ""},
    Key{"audit_sinks", &kApproved, ""},
    Key{"policies", &kApproved, ""},
    Key{"data_contracts", &kApproved, ""},
    Key{"sinks", &kApproved, ""},
};
constexpr Shape kApprovedPlugins{.kind = ShapeKind::kObject, .what = "`approved_plugins`", .keys = kApprovedKeys};

constexpr std::array kNamingKeys{
    with_default(Key{.name = "enforcement",
                     .shape = &kLevel,
                     .description = "off, warn or strict",
                     .inherit = Inherit::kStrengthen},
                 "warn"),
    // One of them has to match: a further one would let more names pass.
    Key{.name = "patterns",
        .shape = &kTexts,
        .description = "regular expressions a model name may match, for pattern custom",
        .inherit = Inherit::kFixed},
};
constexpr Shape kNaming{.kind = ShapeKind::kObject, .what = "`naming`", .keys = kNamingKeys};
constexpr std::array kLayerKeys{
    Key{"name", &kText, "name of the layer", true},
    Key{"prefix", &kText, "how its models' names begin", true},
    Key{"reads_from", &kTexts, "layers its models may read; an empty list means raw sources"},
};
constexpr Shape kLayer{.kind = ShapeKind::kObject, .what = "a layer", .keys = kLayerKeys};
constexpr Shape kLayers{.kind = ShapeKind::kList, .element = &kLayer};
constexpr std::array kArchitectureKeys{
    Key{.name = "pattern", .shape = &kPattern, .description = "how models are layered", .inherit = Inherit::kFixed},
    Key{.name = "naming", .shape = &kNaming, .description = "how models are named", .inherit = Inherit::kMerge},
    Key{.name = "layers",
        .shape = &kLayers,
        .description = "the layers, instead of the pattern's own",
        .inherit = Inherit::kFixed},
};
constexpr Shape kArchitecture{.kind = ShapeKind::kObject, .what = "`data_architecture`", .keys = kArchitectureKeys};

constexpr Key policy(std::string_view name, const Shape* shape, std::string_view description) {
  return {.name = name, .shape = shape, .description = description, .inherit = Inherit::kStrengthen};
}

constexpr Shape kThresholds{.kind = ShapeKind::kMap, .element = &kPercent};
constexpr std::array<std::string_view, 2> kZeroColumns{"report_100_percent", "report_na"};
constexpr Shape kZeroColumn{.kind = ShapeKind::kChoice, .choices = kZeroColumns};
// Weakest first.
constexpr std::array<std::string_view, 3> kGateActions{"notify", "warn", "block"};
constexpr Shape kGateAction{.kind = ShapeKind::kChoice, .choices = kGateActions};
constexpr std::array kGateKeys{
    policy("minimum_test_coverage", &kPercent, "percent of a model's declared columns that have a test"),
    policy("layer_thresholds", &kThresholds, "the same per layer"),
    with_default(policy("require_descriptions", &kFlag, "every model has a description"), "false"),
    with_default(policy("require_column_descriptions", &kFlag, "every declared column has a description"), "false"),
    with_default(
        policy("zero_column_coverage_behavior", &kZeroColumn, "what a model without declared columns counts as"),
        "report_na"),
    with_default(policy("block_on_failure", &kFlag, "false: neither a gate nor a policy stops the compile"), "true"),
    with_default(policy("action", &kGateAction,
                        "what a missed gate does: block (default), warn, or notify, which also tells people"),
                 "block"),
};
constexpr Shape kGates{.kind = ShapeKind::kObject, .what = "`quality_gates`", .keys = kGateKeys};

// Globs of model names, a layer, or both.
constexpr Key kAppliesTo{"applies_to", &kText, "glob of model names; absent: all"};
constexpr Key kAppliesToLayer{"layer", &kText, "only models of this layer"};
constexpr Key kRuleType{"type", &kText, "which kind it is", true};
constexpr std::array kTagRuleKeys{
    kRuleType,
    Key{"prefix", &kText, "how the names of the models begin", true},
    Key{"required_tags", &kTexts, "tags that each of them has", true},
    kAppliesTo,
    kAppliesToLayer,
};
constexpr Shape kTagRule{.kind = ShapeKind::kObject, .what = "a rule on tags", .keys = kTagRuleKeys};
constexpr std::array kMetaRuleKeys{
    kRuleType,
    Key{"field", &kText, "a key of `meta`, in which it is not empty", true},
    with_default(Key{"required", &kFlag, "false: it may be left out, but not be empty"}, "true"),
    kAppliesTo,
    kAppliesToLayer,
};
constexpr Shape kMetaRule{.kind = ShapeKind::kObject, .what = "a rule on meta", .keys = kMetaRuleKeys};
constexpr std::array kTestRuleKeys{
    kRuleType,
    Key{"test_types", &kTexts, "tests such as unique, not_null, dbt_utils.accepted_range", true},
    with_default(Key{"min_columns", &kCount, "columns that each of them is on, at least; absent: 1"}, "1"),
    kAppliesTo,
    kAppliesToLayer,
};
constexpr Shape kTestRule{.kind = ShapeKind::kObject, .what = "a rule on tests", .keys = kTestRuleKeys};
constexpr std::array kRuleVariants{
    Variant{"require_tags_for_prefix", &kTagRule},
    Variant{"require_meta_field", &kMetaRule},
    Variant{"require_tests_of_type", &kTestRule},
};
constexpr Shape kRule{.kind = ShapeKind::kVariant, .what = "a custom rule", .variants = kRuleVariants};
constexpr Shape kRules{.kind = ShapeKind::kList, .element = &kRule};

constexpr std::array<std::string_view, 4> kActions{"notify", "warn", "error", "block"};
constexpr Shape kAction{.kind = ShapeKind::kChoice, .choices = kActions};
constexpr Key kDefinitionName{"name", &kText, "what people call it", true};
constexpr Key kDefinitionAction{"action", &kAction, "block (or error), warn, or notify, which also tells people", true};
constexpr Key kDefinitionMessage{"message", &kText, "what a person reads who breaks it", true};
constexpr std::array kTagsConfigKeys{Key{"required_tags", &kTexts, "tags that each model has", true}};
constexpr Shape kTagsConfig{.kind = ShapeKind::kObject, .what = "`config`", .keys = kTagsConfigKeys};
constexpr std::array kTagsDefinitionKeys{
    kDefinitionName,
    kRuleType,
    kDefinitionAction,
    kDefinitionMessage,
    Key{"config", &kTagsConfig, "required_tags", true},
    kAppliesTo,
    kAppliesToLayer,
};
constexpr Shape kTagsDefinition{.kind = ShapeKind::kObject, .what = "a policy on tags", .keys = kTagsDefinitionKeys};
constexpr std::array kPatternConfigKeys{Key{"pattern", &kText, "regular expression, from the start of a name", true}};
constexpr Shape kPatternConfig{.kind = ShapeKind::kObject, .what = "`config`", .keys = kPatternConfigKeys};
constexpr std::array kPatternDefinitionKeys{
    kDefinitionName,
    kRuleType,
    kDefinitionAction,
    kDefinitionMessage,
    Key{"config", &kPatternConfig, "pattern", true},
    kAppliesTo,
    kAppliesToLayer,
};
constexpr Shape kPatternDefinition{
    .kind = ShapeKind::kObject, .what = "a policy on names", .keys = kPatternDefinitionKeys};
constexpr std::array kThresholdConfigKeys{Key{"threshold", &kCount, "most models of a product", true}};
constexpr Shape kThresholdConfig{.kind = ShapeKind::kObject, .what = "`config`", .keys = kThresholdConfigKeys};
constexpr std::array kThresholdDefinitionKeys{
    kDefinitionName,
    kRuleType,
    kDefinitionAction,
    kDefinitionMessage,
    Key{"config", &kThresholdConfig, "threshold", true},
    kAppliesTo,
    kAppliesToLayer,
};
constexpr Shape kThresholdDefinition{
    .kind = ShapeKind::kObject, .what = "a policy on the number of models", .keys = kThresholdDefinitionKeys};
constexpr std::array kConditionConfigKeys{Key{"condition", &kText, "expression that is true of each model", true}};
constexpr Shape kConditionConfig{.kind = ShapeKind::kObject, .what = "`config`", .keys = kConditionConfigKeys};
constexpr std::array kConditionDefinitionKeys{
    kDefinitionName,
    kRuleType,
    kDefinitionAction,
    kDefinitionMessage,
    Key{"config", &kConditionConfig, "condition", true},
    kAppliesTo,
    kAppliesToLayer,
};
constexpr Shape kConditionDefinition{
    .kind = ShapeKind::kObject, .what = "a policy with a condition", .keys = kConditionDefinitionKeys};
constexpr std::array kDefinitionVariants{
    Variant{"required_tags", &kTagsDefinition},
    Variant{"naming_convention", &kPatternDefinition},
    Variant{"max_transforms", &kThresholdDefinition},
    Variant{"custom", &kConditionDefinition},
};
constexpr Shape kDefinition{.kind = ShapeKind::kVariant, .what = "a policy", .variants = kDefinitionVariants};
constexpr Shape kDefinitions{.kind = ShapeKind::kList, .element = &kDefinition};

constexpr std::array<std::string_view, 2> kOverrideActions{"downgrade", "exclude"};
constexpr Shape kOverrideAction{.kind = ShapeKind::kChoice, .choices = kOverrideActions};
constexpr std::array<std::string_view, 5> kPolicyTypes{"naming", "semantic", "coverage", "documentation", "custom"};
constexpr Shape kPolicyType{.kind = ShapeKind::kChoice, .choices = kPolicyTypes};
constexpr Shape kPolicyTypeList{.kind = ShapeKind::kList, .element = &kPolicyType};
constexpr std::array kOverrideKeys{
    Key{"pattern", &kText, "glob of model names", true},
    Key{"action", &kOverrideAction, "downgrade (an error becomes a warning) or exclude", true},
    Key{"reason", &kText, "why, for whoever reads the result", true},
    Key{"expires", &kDate, "the last day it applies, UTC"},
    Key{"policy_types", &kPolicyTypeList, "which policies; absent: all"},
};
constexpr Shape kOverride{.kind = ShapeKind::kObject, .what = "a policy override", .keys = kOverrideKeys};
constexpr Shape kOverrides{.kind = ShapeKind::kList, .element = &kOverride};

// The spelling of Python floe; written out as `data_architecture` before anything reads it.
constexpr std::array kOtherNamingKeys{
    with_default(Key{"enforcement", &kLevel, "off, warn or strict"}, "warn"),
    with_default(Key{"pattern", &kPattern, "how models are layered"}, "medallion"),
    Key{"custom_patterns", &kTexts, "regular expressions a model name may match"},
};
constexpr Shape kOtherNaming{.kind = ShapeKind::kObject, .what = "`naming`", .keys = kOtherNamingKeys};

constexpr std::array<std::string_view, 2> kRequirements{"optional", "required"};
constexpr Shape kRequirement{.kind = ShapeKind::kChoice, .choices = kRequirements};
constexpr std::array<std::string_view, 2> kSwitches{"disabled", "enabled"};
constexpr Shape kSwitch{.kind = ShapeKind::kChoice, .choices = kSwitches};

constexpr Key security(std::string_view name, const Shape* shape, std::string_view description, Inherit inherit) {
  return {.name = name, .shape = shape, .description = description, .inherit = inherit, .is_security = true};
}

constexpr std::array kRetentionKeys{
    Key{.name = "min", .shape = &kCount, .description = "fewest days a domain may set", .inherit = Inherit::kFixed},
    Key{.name = "max", .shape = &kCount, .description = "most days a domain may set", .inherit = Inherit::kFixed},
    Key{"default", &kCount, "days, when `data_retention_days` is not written"},
};
constexpr Shape kRetention{.kind = ShapeKind::kObject, .what = "`retention`", .keys = kRetentionKeys};

// Weakest first: the lower the class that may be carried, the stronger the rule.
constexpr std::array<std::string_view, 7> kClassLimits{"pii",          "phi",      "sensitive", "restricted",
                                                       "confidential", "internal", "public"};
constexpr Shape kClassLimit{.kind = ShapeKind::kChoice, .choices = kClassLimits};
constexpr Shape kClassLimitMap{.kind = ShapeKind::kMap, .element = &kClassLimit};
constexpr std::array kClassificationKeys{
    with_default(security("enforcement", &kLevel, "off, warn or strict", Inherit::kStrengthen), "strict"),
    security("layers", &kClassLimitMap, "most confidential class that the models of a layer may carry, by layer",
             Inherit::kStrengthen),
    security("sinks", &kClassLimitMap, "most confidential class that a sink may be sent, by name of the plugin",
             Inherit::kStrengthen),
};
constexpr Shape kClassification{.kind = ShapeKind::kObject, .what = "`classification`", .keys = kClassificationKeys};

constexpr std::array<std::string_view, 2> kRecoveries{"repair", "strict"};
constexpr Shape kRecovery{.kind = ShapeKind::kChoice, .choices = kRecoveries};

constexpr Key more(std::string_view name, const Shape* shape, std::string_view description) {
  return {.name = name, .shape = shape, .description = description, .inherit = Inherit::kExtend};
}

constexpr std::array kAccessKeys{
    security("enabled", &kFlag, "whether a compile asks who compiles", Inherit::kStrengthen),
    security("required_role", &kText, "role that the identity plugin has to find in FLOE_TOKEN", Inherit::kFixed),
    with_default(security("allow_principal_fallback", &kFlag,
                          "true (default): without FLOE_TOKEN, FLOE_PRINCIPAL says who it is; it proves no role",
                          Inherit::kSwitchOff),
                 "true"),
};
constexpr Shape kAccess{.kind = ShapeKind::kObject, .what = "`rbac`", .keys = kAccessKeys};
constexpr std::array<std::string_view, 2> kScanSeverities{"warning", "error"};
constexpr Shape kScanSeverity{.kind = ShapeKind::kChoice, .choices = kScanSeverities};
constexpr std::array kSecretPatternKeys{
    Key{"name", &kText, "what it finds", true},
    Key{"pattern", &kText, "regular expression, in a line", true},
    with_default(Key{"severity", &kScanSeverity, "error (default) or warning"}, "error"),
};
constexpr Shape kSecretPattern{.kind = ShapeKind::kObject, .what = "a secret pattern", .keys = kSecretPatternKeys};
constexpr Shape kSecretPatterns{.kind = ShapeKind::kList, .element = &kSecretPattern};
constexpr std::array kScanningKeys{
    security("enabled", &kFlag, "whether the files of the project are scanned", Inherit::kStrengthen),
    with_default(security("severity", &kScanSeverity, "error (default) or warning", Inherit::kStrengthen), "error"),
    security("exclude_patterns", &kTexts, "globs of files that are not scanned", Inherit::kFixed),
    security("custom_patterns", &kSecretPatterns, "what else is a secret", Inherit::kExtend),
};
constexpr Shape kScanning{.kind = ShapeKind::kObject, .what = "`secret_scanning`", .keys = kScanningKeys};
constexpr std::array<std::string_view, 2> kProtocols{"TCP", "UDP"};
constexpr Shape kProtocol{.kind = ShapeKind::kChoice, .choices = kProtocols};
constexpr Shape kPort{.kind = ShapeKind::kInteger, .minimum = 1, .maximum = 65535};
constexpr std::array kEgressPortKeys{
    Key{"port", &kPort, "number of the port", true},
    with_default(Key{"protocol", &kProtocol, "TCP (default) or UDP"}, "TCP"),
};
constexpr Shape kEgressPort{.kind = ShapeKind::kObject, .what = "a port", .keys = kEgressPortKeys};
constexpr Shape kEgressPorts{.kind = ShapeKind::kList, .element = &kEgressPort};
constexpr std::array kEgressKeys{
    Key{"name", &kText, "becomes part of the name of the policy; absent: the number of the rule"},
    Key{"cidr", &kText, "a range of addresses: 10.0.0.0/8"},
    Key{"cidr_except", &kTexts, "ranges in it that stay denied"},
    Key{"namespace", &kText, "pods of this namespace"},
    Key{"pod_labels", &kTextMap, "pods with these labels"},
    Key{"ports", &kEgressPorts, "absent: all ports"},
};
constexpr Shape kEgressRule{.kind = ShapeKind::kObject, .what = "an egress rule", .keys = kEgressKeys};
constexpr Shape kEgressRules{.kind = ShapeKind::kList, .element = &kEgressRule};
constexpr std::array kNetworkKeys{
    security("enabled", &kFlag, "whether the artifact has to carry network policies that keep this: FLOE-E0782",
             Inherit::kStrengthen),
    with_default(
        security("default_deny", &kFlag, "true (default): what is not asked for is denied", Inherit::kStrengthen),
        "true"),
    security("custom_egress_rules", &kEgressRules, "where pods may send to beside asking for names", Inherit::kFixed),
};
constexpr Shape kNetwork{.kind = ShapeKind::kObject, .what = "`network_policies`", .keys = kNetworkKeys};

constexpr std::array kAutoGenerationKeys{
    policy("default_classification", &kClassificationShape, "of columns of a contract that say none"),
};
constexpr Shape kAutoGeneration{.kind = ShapeKind::kObject, .what = "`auto_generation`", .keys = kAutoGenerationKeys};
constexpr std::array kDataContractKeys{
    with_default(
        policy("enforcement", &kLevel, "off, warn (default) or strict: a version that does not say what changed"),
        "warn"),
    Key{.name = "auto_generation",
        .shape = &kAutoGeneration,
        .description = "what is written into contracts",
        .inherit = Inherit::kMerge},
};
constexpr Shape kDataContracts{.kind = ShapeKind::kObject, .what = "`data_contracts`", .keys = kDataContractKeys};

constexpr std::array kGovernanceKeys{
    with_default(policy("policy_enforcement_level", &kLevel, "off, warn or strict, for every policy but naming"),
                 "strict"),
    Key{.name = "quality_gates",
        .shape = &kGates,
        .description = "tests and descriptions models must have",
        .inherit = Inherit::kMerge},
    security("denied_services", &kTexts, "host services that no plugin gets, as globs such as floe.host.http/*",
             Inherit::kExtend),
    with_default(security("pii_encryption", &kRequirement, "whether columns of class pii must be masked or encrypted",
                          Inherit::kStrengthen),
                 "optional"),
    with_default(security("audit_logging", &kSwitch, "whether every command leaves a line under .floe/audit",
                          Inherit::kStrengthen),
                 "disabled"),
    Key{.name = "classification",
        .shape = &kClassification,
        .description = "classes of columns: what derives from one has it, and where it may be",
        .inherit = Inherit::kMerge},
    Key{"data_retention_days", &kCount, "days that data is kept, inside `retention`"},
    Key{.name = "retention",
        .shape = &kRetention,
        .description = "what `data_retention_days` may be",
        .inherit = Inherit::kMerge},
    Key{"default_ttl_hours", &kCount, "hours that partitions are kept; written into the artifact"},
    Key{"snapshot_keep_last", &kCount, "snapshots a table keeps; written into the artifact"},
    Key{"stale_table_recovery_mode", &kRecovery, "strict or repair; written into the artifact"},
    Key{"naming", &kOtherNaming, "the same as `data_architecture.pattern` and `.naming`"},
    more("custom_rules", &kRules, "tags, meta and tests that models must have"),
    more("policies", &kDefinitions, "policies of the platform's own"),
    more("policy_overrides", &kOverrides, "models that a policy is softened for, with a reason"),
    Key{.name = "data_contracts",
        .shape = &kDataContracts,
        .description = "the contracts of output ports",
        .inherit = Inherit::kMerge},
    Key{.name = "rbac", .shape = &kAccess, .description = "who may compile", .inherit = Inherit::kMerge},
    Key{.name = "secret_scanning",
        .shape = &kScanning,
        .description = "secrets in the clear in the files of the project",
        .inherit = Inherit::kMerge},
    Key{.name = "network_policies",
        .shape = &kNetwork,
        .description = "network policies that a deployment has",
        .inherit = Inherit::kMerge},
    Key{.name = "slos",
        .shape = &kServiceLevelsShape,
        .description = "service levels that every output port promises at least",
        .inherit = Inherit::kMerge},
};
constexpr Shape kGovernance{.kind = ShapeKind::kObject, .what = "`governance`", .keys = kGovernanceKeys};

constexpr std::array<std::string_view, 3> kExporters{"otlp", "console", "none"};
constexpr Shape kExporter{.kind = ShapeKind::kChoice, .choices = kExporters};
constexpr std::array<std::string_view, 3> kTransports{"http", "console", "noop"};
constexpr Shape kTransport{.kind = ShapeKind::kChoice, .choices = kTransports};
constexpr std::array<std::string_view, 4> kLogLevels{"DEBUG", "INFO", "WARNING", "ERROR"};
constexpr Shape kLogLevel{.kind = ShapeKind::kChoice, .choices = kLogLevels};
constexpr std::array<std::string_view, 2> kLogFormats{"json", "text"};
constexpr Shape kLogFormat{.kind = ShapeKind::kChoice, .choices = kLogFormats};
constexpr Shape kHttpUrl{
    .kind = ShapeKind::kText, .pattern = R"(https?://\S+)", .pattern_text = "an http or https URL"};
constexpr std::array kTracingKeys{
    Key{"enabled", &kFlag, "whether traces are sent"},
    Key{"exporter", &kExporter, "otlp, console or none"},
    Key{"endpoint", &kHttpUrl, "where they go"},
};
constexpr Shape kTracing{.kind = ShapeKind::kObject, .what = "`tracing`", .keys = kTracingKeys};
// Weakest first: the less of a statement leaves, the stronger.
constexpr std::array<std::string_view, 4> kSqlFacets{"full", "masked", "hash", "off"};
constexpr Shape kSqlFacet{.kind = ShapeKind::kChoice, .choices = kSqlFacets};
constexpr std::array kLineageKeys{
    Key{"enabled", &kFlag, "whether lineage is sent"},
    Key{"transport", &kTransport, "http, console or noop"},
    Key{"endpoint", &kHttpUrl, "where it goes"},
    with_default(security("sql", &kSqlFacet, "what lineage events say of the SQL: full, masked, hash or off",
                          Inherit::kStrengthen),
                 "full"),
};
constexpr Shape kLineage{.kind = ShapeKind::kObject, .what = "`lineage`", .keys = kLineageKeys};
constexpr std::array kLoggingKeys{
    Key{"level", &kLogLevel, "least severe level that is written"},
    Key{"format", &kLogFormat, "json or text"},
};
constexpr Shape kLogging{.kind = ShapeKind::kObject, .what = "`logging`", .keys = kLoggingKeys};
constexpr std::array kObservabilityDetailKeys{
    Key{.name = "tracing", .shape = &kTracing, .description = "traces", .inherit = Inherit::kMerge},
    Key{.name = "lineage", .shape = &kLineage, .description = "lineage", .inherit = Inherit::kMerge},
    Key{.name = "logging", .shape = &kLogging, .description = "logs", .inherit = Inherit::kMerge},
};
constexpr Shape kObservabilityDetails{
    .kind = ShapeKind::kObject, .what = "`observability`", .keys = kObservabilityDetailKeys};

constexpr std::array kAmountKeys{
    Key{"cpu", &kText, "Kubernetes CPU quantity: 500m", true},
    Key{"memory", &kText, "Kubernetes memory quantity: 1Gi", true},
};
constexpr Shape kAmount{.kind = ShapeKind::kObject, .what = "an amount of resources", .keys = kAmountKeys};
constexpr std::array kPresetKeys{
    Key{.name = "requests", .shape = &kAmount, .description = "what a pod is promised", .inherit = Inherit::kMerge},
    Key{.name = "limits", .shape = &kAmount, .description = "what it may use", .inherit = Inherit::kMerge},
    Key{"cpu_request", &kText, "short for requests.cpu"},
    Key{"cpu_limit", &kText, "short for limits.cpu"},
    Key{"memory_request", &kText, "short for requests.memory"},
    Key{"memory_limit", &kText, "short for limits.memory"},
};
constexpr Shape kPreset{.kind = ShapeKind::kObject, .what = "a preset", .keys = kPresetKeys};
constexpr Shape kPresets{.kind = ShapeKind::kMap, .element = &kPreset};

constexpr Key own(std::string_view name, const Shape* shape, std::string_view description) {
  return {.name = name, .shape = shape, .description = description, .inherit = Inherit::kOwn};
}

constexpr std::array kManifestKeys{
    own("apiVersion", &kApiVersion, "floe.dev/v1"),
    own("kind", &kKind, "Manifest, or the short EnterpriseManifest and DomainManifest"),
    own("metadata", &kMetadata, "name and version of the platform"),
    own("scope", &kScope, "enterprise or domain; absent: the only platform there is"),
    own("parent_manifest", &kText, "the enterprise a domain belongs to: a file, an OCI layout or oci://"),
    own("parent_domain", &kText, "the domain this one lies in: a file, an OCI layout or oci://"),
    Key{.name = "plugins", .shape = &kPlugins, .description = "which plugin does what", .inherit = Inherit::kMerge},
    Key{.name = "data_architecture",
        .shape = &kArchitecture,
        .description = "layers and names",
        .inherit = Inherit::kMerge},
    Key{.name = "governance", .shape = &kGovernance, .description = "policies", .inherit = Inherit::kMerge},
    Key{.name = "approved_plugins",
        .shape = &kApprovedPlugins,
        .description = "the plugins of a category that may be chosen below; a category not listed is free",
        .inherit = Inherit::kFixed},
    Key{.name = "approved_sinks",
        .shape = &kApproved,
        .description = "the sinks that destinations may name; absent: any",
        .inherit = Inherit::kFixed},
    Key{.name = "approved_products",
        .shape = &kTexts,
        .description = "products of this domain; absent: any, empty: none",
        .inherit = Inherit::kNarrow},
    Key{.name = "observability",
        .shape = &kObservabilityDetails,
        .description = "details of tracing, lineage and logging; written into the artifact",
        .inherit = Inherit::kMerge},
    Key{.name = "defaults",
        .shape = &kTextMap,
        .description = "values by name; written into the artifact",
        .inherit = Inherit::kMerge},
    Key{"artifacts", &kAny, "", false, false},
    Key{.name = "resource_presets",
        .shape = &kPresets,
        .description = "CPU and memory by size; written into the artifact",
        .inherit = Inherit::kMerge},
};

}  // namespace

const Shape kManifestShape{.kind = ShapeKind::kObject, .what = "a manifest", .keys = kManifestKeys};

}  // namespace floe::config
