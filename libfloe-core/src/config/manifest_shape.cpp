// The field tables of manifest.yaml (design: configuration.md 1.1).
#include "config/manifest.hpp"

#include <array>

namespace floe::config {
namespace {

constexpr Shape kText{.kind = ShapeKind::kText};
constexpr Shape kFlag{.kind = ShapeKind::kBoolean};
constexpr Shape kAny{.kind = ShapeKind::kAny};
constexpr Shape kPercent{.kind = ShapeKind::kInteger, .minimum = 0, .maximum = 100};
constexpr Shape kTexts{.kind = ShapeKind::kList, .element = &kText};
constexpr Shape kVersion{
    .kind = ShapeKind::kText, .pattern = R"(\d+\.\d+\.\d+)", .pattern_text = "three numbers such as \"1.2.3\""};
constexpr Shape kName{.kind = ShapeKind::kText,
                      .pattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
                      .pattern_text = "lower-case letters, digits and dashes, at most 63"};

constexpr std::array<std::string_view, 1> kApiVersions{"floe.dev/v1"};
constexpr Shape kApiVersion{.kind = ShapeKind::kChoice, .choices = kApiVersions};
constexpr std::array<std::string_view, 1> kKinds{"Manifest"};
constexpr Shape kKind{.kind = ShapeKind::kChoice, .choices = kKinds};
constexpr std::array<std::string_view, 3> kLevels{"off", "warn", "strict"};
constexpr Shape kLevel{.kind = ShapeKind::kChoice, .choices = kLevels};
constexpr std::array<std::string_view, 4> kPatterns{"medallion", "kimball", "data_vault", "custom"};
constexpr Shape kPattern{.kind = ShapeKind::kChoice, .choices = kPatterns};

constexpr std::array kMetadataKeys{
    Key{"name", &kName, "name of the platform", true},
    Key{"version", &kVersion, "semantic version of the platform", true},
    Key{"owner", &kText, "who answers for it"},
    Key{"description", &kText, "what it is for"},
    Key{"scope", &kAny, "", false, false},
};
constexpr Shape kMetadata{.kind = ShapeKind::kObject, .what = "`metadata`", .keys = kMetadataKeys};

constexpr std::array kSelectionKeys{
    Key{"type", &kText, "name of the plugin: the directory it lies in", true},
    Key{"version", &kVersion, "version of the plugin", false, false},
    Key{"config", &kAny, "settings, checked against the plugin's own schema"},
    Key{"connection_secret_ref", &kText, "secret with the connection", false, false},
};
constexpr Shape kSelection{
    .kind = ShapeKind::kObject, .what = "a plugin choice", .keys = kSelectionKeys, .short_form = &kText};

constexpr std::array kPluginKeys{
    Key{"compute", &kSelection, "runs SQL"},
    Key{"catalog", &kSelection, "names tables"},
    Key{"storage", &kSelection, "holds files"},
    Key{"dbt", &kSelection, "runs the dbt project"},
    Key{"orchestrator", &kSelection, "runs the schedule"},
    Key{"semantic_layer", &kSelection, "serves metrics"},
    Key{"ingestion", &kSelection, "loads sources"},
    Key{"secrets", &kSelection, "resolves secret references"},
    Key{"telemetry_backend", &kSelection, "takes traces and metrics"},
    Key{"lineage_backend", &kSelection, "takes lineage events"},
    Key{"identity", &kSelection, "authenticates people"},
    Key{"quality", &kSelection, "runs quality suites"},
    Key{"rbac", &kSelection, "renders roles"},
    Key{"network_security", &kSelection, "renders network policies"},
    Key{"alert_channels", &kAny, "", false, false},
    Key{"policies", &kAny, "", false, false},
    Key{"data_contracts", &kSelection, "reads contract formats"},
    Key{"sinks", &kAny, "", false, false},
};
constexpr Shape kPlugins{.kind = ShapeKind::kObject, .what = "`plugins`", .keys = kPluginKeys};

constexpr std::array kNamingKeys{
    Key{"enforcement", &kLevel, "off, warn or strict"},
    Key{"patterns", &kTexts, "regular expressions a model name may match, for pattern custom"},
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
    Key{"pattern", &kPattern, "how models are layered"},
    Key{"naming", &kNaming, "how models are named"},
    Key{"layers", &kLayers, "the layers, instead of the pattern's own"},
};
constexpr Shape kArchitecture{.kind = ShapeKind::kObject, .what = "`data_architecture`", .keys = kArchitectureKeys};

constexpr Shape kThresholds{.kind = ShapeKind::kMap, .element = &kPercent};
constexpr std::array<std::string_view, 2> kZeroColumns{"report_na", "report_100_percent"};
constexpr Shape kZeroColumn{.kind = ShapeKind::kChoice, .choices = kZeroColumns};
constexpr std::array kGateKeys{
    Key{"minimum_test_coverage", &kPercent, "percent of a model's declared columns that have a test"},
    Key{"layer_thresholds", &kThresholds, "the same per layer"},
    Key{"require_descriptions", &kFlag, "every model has a description"},
    Key{"require_column_descriptions", &kFlag, "every declared column has a description"},
    Key{"zero_column_coverage_behavior", &kZeroColumn, "what a model without declared columns counts as"},
    Key{"block_on_failure", &kFlag, "whether a missed gate stops the compile"},
};
constexpr Shape kGates{.kind = ShapeKind::kObject, .what = "`quality_gates`", .keys = kGateKeys};
constexpr std::array kGovernanceKeys{
    Key{"policy_enforcement_level", &kLevel, "off, warn or strict, for every policy but naming"},
    Key{"quality_gates", &kGates, "tests and descriptions models must have"},
    Key{"denied_services", &kTexts, "host services that no plugin gets, as globs such as floe.host.http/*"},
    Key{"pii_encryption", &kAny, "", false, false},
    Key{"audit_logging", &kAny, "", false, false},
    Key{"data_retention_days", &kAny, "", false, false},
    Key{"default_ttl_hours", &kAny, "", false, false},
    Key{"snapshot_keep_last", &kAny, "", false, false},
    Key{"naming", &kAny, "", false, false},
    Key{"custom_rules", &kAny, "", false, false},
    Key{"policy_overrides", &kAny, "", false, false},
    Key{"data_contracts", &kAny, "", false, false},
    Key{"rbac", &kAny, "", false, false},
    Key{"secret_scanning", &kAny, "", false, false},
    Key{"network_policies", &kAny, "", false, false},
    Key{"policies", &kAny, "", false, false},
    Key{"classification", &kAny, "", false, false},
    Key{"retention", &kAny, "", false, false},
    Key{"slos", &kAny, "", false, false},
};
constexpr Shape kGovernance{.kind = ShapeKind::kObject, .what = "`governance`", .keys = kGovernanceKeys};

constexpr std::array kManifestKeys{
    Key{"apiVersion", &kApiVersion, "floe.dev/v1"},
    Key{"kind", &kKind, "Manifest"},
    Key{"metadata", &kMetadata, "name and version of the platform"},
    Key{"scope", &kAny, "", false, false},
    Key{"plugins", &kPlugins, "which plugin does what"},
    Key{"data_architecture", &kArchitecture, "layers and names"},
    Key{"governance", &kGovernance, "policies"},
    Key{"parent_manifest", &kAny, "", false, false},
    Key{"parent_domain", &kAny, "", false, false},
    Key{"approved_plugins", &kAny, "", false, false},
    Key{"approved_sinks", &kAny, "", false, false},
    Key{"approved_products", &kAny, "", false, false},
    Key{"observability", &kAny, "", false, false},
    Key{"defaults", &kAny, "", false, false},
    Key{"artifacts", &kAny, "", false, false},
    Key{"resource_presets", &kAny, "", false, false},
};

}  // namespace

const Shape kManifestShape{.kind = ShapeKind::kObject, .what = "a manifest", .keys = kManifestKeys};

}  // namespace floe::config
