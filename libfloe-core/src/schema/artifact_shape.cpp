#include "schema/artifact_shape.hpp"

#include "schema/shared_shapes.hpp"

#include <array>

namespace floe::artifact {
namespace {

using config::kAny;
using config::Key;
using config::kFlag;
using config::kText;
using config::kTexts;
using config::Shape;
using config::ShapeKind;

constexpr Shape kTextOrNull{.kind = ShapeKind::kText, .is_nullable = true};
constexpr Shape kCount{.kind = ShapeKind::kInteger, .minimum = 0};
constexpr Shape kMembers{.kind = ShapeKind::kMap, .element = &kAny};
constexpr Shape kSection{.kind = ShapeKind::kMap, .element = &kAny, .is_nullable = true};
constexpr Shape kHash{.kind = ShapeKind::kText, .pattern = "[0-9a-f]{64}", .pattern_text = "a SHA-256"};
constexpr Shape kDigest{.kind = ShapeKind::kText, .pattern = "sha256:[0-9a-f]{64}", .pattern_text = "a SHA-256 digest"};

constexpr std::array<std::string_view, 1> kSchemaIds{"floe.compiled_artifacts/1"};
constexpr Shape kSchemaId{.kind = ShapeKind::kChoice, .choices = kSchemaIds};

constexpr std::array kMetadataKeys{
    Key{"floe_version", &kText, "version of floe that compiled", true},
    Key{"source_hash", &kHash, "SHA-256 of every file that the compile read", true},
    Key{"compiled_at", &kText, "time of SOURCE_DATE_EPOCH, RFC 3339; only when that is set"},
};
constexpr Shape kMetadata{.kind = ShapeKind::kObject, .what = "the metadata", .keys = kMetadataKeys};

constexpr std::array kIdentityKeys{
    Key{"name", &kText, "of the product", true},        Key{"version", &kTextOrNull, "of the product", true},
    Key{"owner", &kTextOrNull, "of the product"},       Key{"description", &kTextOrNull, "of the product"},
    Key{"labels", &config::kTextMap, "of the product"},
};
constexpr Shape kIdentity{.kind = ShapeKind::kObject, .what = "the identity", .keys = kIdentityKeys};

constexpr std::array<std::string_view, 3> kModes{"simple", "centralized", "mesh"};
constexpr Shape kMode{.kind = ShapeKind::kChoice, .choices = kModes};

constexpr std::array<std::string_view, 3> kScopes{"platform", "enterprise", "domain"};
constexpr Shape kScope{.kind = ShapeKind::kChoice, .choices = kScopes};
constexpr std::array kTierKeys{
    Key{"ref", &kText, "how the manifest was referred to", true},
    Key{"digest", &kDigest, "of the manifest", true},
    Key{"scope", &kScope, "which tier it is", true},
    Key{"name", &kText, "of the manifest", true},
    Key{"version", &kText, "of the manifest", true},
};
constexpr Shape kTier{.kind = ShapeKind::kObject, .what = "a manifest of the chain", .keys = kTierKeys};
constexpr Shape kTiers{.kind = ShapeKind::kList, .element = &kTier};

constexpr std::array kDomainKeys{
    Key{"domain", &kText, "name of the domain", true},
    Key{"namespace", &kText, "under which its tables lie", true},
    Key{"manifest", &kText, "reference of the domain's manifest", true},
};
constexpr Shape kDomain{.kind = ShapeKind::kObject, .what = "the domain", .keys = kDomainKeys, .is_nullable = true};

constexpr std::array kPluginKeys{
    Key{"type", &kText, "name of the plugin", true},
    Key{"id", &kTextOrNull, "of the plugin; null when it is not installed", true},
    Key{"version", &kTextOrNull, "of the plugin; null when it is not installed", true},
    Key{"config", &kMembers, "its settings; secrets are references", true},
};
constexpr Shape kPlugin{.kind = ShapeKind::kObject, .what = "a plugin", .keys = kPluginKeys};
constexpr Shape kPluginList{.kind = ShapeKind::kList, .element = &kPlugin};
constexpr Shape kOneOrMorePlugins{
    .kind = ShapeKind::kObject, .what = "a plugin", .keys = kPluginKeys, .alternative = &kPluginList};
constexpr Shape kPlugins{.kind = ShapeKind::kMap, .element = &kOneOrMorePlugins};

constexpr std::array kColumnKeys{
    Key{"name", &kText, "of the column", true},
    Key{"classification", &kText, "what counts: the most confidential of what is declared and what flows in", true},
    Key{"declared", &kTextOrNull, "what the project says", true},
    Key{"masked", &kFlag, "whether the model says that it masks the column", true},
    Key{"path", &kTexts, "columns that the classification came along, the first one first", true},
};
constexpr Shape kColumn{.kind = ShapeKind::kObject, .what = "a classified column", .keys = kColumnKeys};
constexpr Shape kColumns{.kind = ShapeKind::kList, .element = &kColumn};
constexpr std::array kTransformKeys{
    Key{"unique_id", &kText, "of the dbt node", true},
    Key{"name", &kText, "of the model", true},
    Key{"type", &kText, "dbt", true},
    Key{"path", &kText, "of the model's file, from the dbt project", true},
    Key{"layer", &kTextOrNull, "of the data architecture", true},
    Key{"depends_on", &kTexts, "unique ids of what the model reads", true},
    Key{"classified_columns", &kColumns, "columns with a classification"},
    Key{"tier", &kText, "that a FloeSpec says: bronze, silver or gold"},
    Key{"tags", &kTexts, "that a FloeSpec says"},
};
constexpr Shape kTransform{.kind = ShapeKind::kObject, .what = "a transform", .keys = kTransformKeys};
constexpr Shape kTransforms{.kind = ShapeKind::kList, .element = &kTransform};

constexpr std::array<std::string_view, 2> kUseTypes{"DIRECT", "INDIRECT"};
constexpr Shape kUseType{.kind = ShapeKind::kChoice, .choices = kUseTypes};
constexpr std::array<std::string_view, 9> kUseSubtypes{
    "IDENTITY", "TRANSFORMATION", "AGGREGATION", "JOIN", "GROUP_BY", "FILTER", "SORT", "WINDOW", "CONDITIONAL"};
constexpr Shape kUseSubtype{.kind = ShapeKind::kChoice, .choices = kUseSubtypes};
constexpr std::array kUseKeys{
    Key{"node", &kText, "unique id of what is read", true},
    Key{"column", &kText, "of it", true},
    Key{"type", &kUseType, "whether its value goes in, or decides; as OpenLineage names it", true},
    Key{"subtype", &kUseSubtype, "how", true},
};
constexpr Shape kUse{.kind = ShapeKind::kObject, .what = "a use of a column", .keys = kUseKeys};
constexpr Shape kUses{.kind = ShapeKind::kList, .element = &kUse};
constexpr std::array kTracedColumnKeys{
    Key{"name", &kText, "of the column", true},
    Key{"type", &kTextOrNull, "SQL type, when it is known", true},
    Key{"exact", &kFlag, "false: `from` is a guess", true},
    Key{"from", &kUses, "columns that it comes from", true},
};
constexpr Shape kTracedColumn{.kind = ShapeKind::kObject, .what = "a column", .keys = kTracedColumnKeys};
constexpr Shape kTracedColumns{.kind = ShapeKind::kList, .element = &kTracedColumn, .is_nullable = true};
constexpr std::array kLineageNodeKeys{
    Key{"unique_id", &kText, "of the node", true},
    Key{"type", &kText, "ingestion, source, seed, snapshot, model or destination", true},
    Key{"name", &kText, "of the node, of sources with that of the source", true},
    Key{"table", &kTextOrNull, "null: nothing is stored", true},
    Key{"depends_on", &kTexts, "unique ids of what it reads", true},
    Key{"columns", &kTracedColumns, "null: nothing is known of them", true},
    Key{"rows", &kUses, "columns that decide which rows there are, and in which order", true},
    Key{"problem", &kTextOrNull, "why nothing is known of its columns", true},
};
constexpr Shape kLineageNode{.kind = ShapeKind::kObject, .what = "a node of the lineage", .keys = kLineageNodeKeys};
constexpr Shape kLineage{.kind = ShapeKind::kList, .element = &kLineageNode};

constexpr std::array kScheduleKeys{
    Key{"name", &kText, "for `floe run --schedule`"},
    config::kScheduleCron,
    Key{"timezone", &kText, "IANA time zone of the fields"},
    config::kScheduleEnabled,
    config::kScheduleTransforms,
};
constexpr Shape kSchedule{.kind = ShapeKind::kObject, .what = "a schedule", .keys = kScheduleKeys};
constexpr Shape kSchedules{.kind = ShapeKind::kList, .element = &kSchedule};

constexpr std::array<std::string_view, 3> kSubjects{"table", "file", "product"};
constexpr Shape kSubject{.kind = ShapeKind::kChoice, .choices = kSubjects};
constexpr std::array kSensorKeys{
    Key{"name", &kText, "of the sensor", true},   Key{"on", &kSubject, "what is watched", true},
    Key{"table", &kText, "with `on: table`"},     Key{"path", &kText, "with `on: file`"},
    Key{"product", &kText, "with `on: product`"}, Key{"transforms", &kTexts, "what it starts; none: all", true},
};
constexpr Shape kSensor{.kind = ShapeKind::kObject, .what = "a sensor", .keys = kSensorKeys};
constexpr Shape kSensors{.kind = ShapeKind::kList, .element = &kSensor};

constexpr Shape kLevels{.kind = ShapeKind::kMap, .element = &kText};
constexpr std::array kInputKeys{
    Key{"product", &kText, "that is read", true},
    Key{"port", &kText, "of that product", true},
    Key{"version", &kTextOrNull, "that is accepted", true},
};
constexpr Shape kInput{.kind = ShapeKind::kObject, .what = "an input port", .keys = kInputKeys};
constexpr Shape kInputs{.kind = ShapeKind::kList, .element = &kInput};
constexpr std::array kOutputKeys{
    Key{"name", &kText, "of the port", true},
    Key{"qualified_name", &kText, "with domain and product", true},
    Key{"model", &kText, "that others may read", true},
    Key{"table", &kTextOrNull, "of the model", true},
    Key{"description", &kTextOrNull, "of the port", true},
    Key{"classification", &kTextOrNull, "of the port", true},
    Key{"contract", &kTextOrNull, "file of its contract", true},
    Key{"sla", &kLevels, "service levels, by property", true},
};
constexpr Shape kOutput{.kind = ShapeKind::kObject, .what = "an output port", .keys = kOutputKeys};
constexpr Shape kOutputs{.kind = ShapeKind::kList, .element = &kOutput};
constexpr std::array kPortKeys{
    Key{"inputs", &kInputs, "what is read of other products", true},
    Key{"outputs", &kOutputs, "what others may read", true},
};
constexpr Shape kPorts{.kind = ShapeKind::kObject, .what = "the ports", .keys = kPortKeys};

constexpr std::array kProductKeys{
    Key{"owner", &kTextOrNull, "of the product", true},
    Key{"slas", &kLevels, "service levels, by property", true},
    Key{"contracts", &kTexts, "qualified names of the output ports", true},
};
constexpr Shape kProduct{
    .kind = ShapeKind::kObject, .what = "the data product", .keys = kProductKeys, .is_nullable = true};

constexpr std::array kContractKeys{
    Key{"port", &kText, "that it is of", true},
    Key{"id", &kText, "of the contract", true},
    Key{"version", &kText, "of the contract", true},
    Key{"table", &kText, "that it describes", true},
    Key{"document", &kMembers, "the contract itself, ODCS (`floe schema contract`)", true},
};
constexpr Shape kContract{.kind = ShapeKind::kObject, .what = "a contract", .keys = kContractKeys};
constexpr Shape kContracts{.kind = ShapeKind::kList, .element = &kContract};

constexpr std::array kDestinationKeys{
    Key{"name", &kText, "of the destination", true},
    Key{"sink_type", &kText, "name of the sink plugin", true},
    Key{"source_table", &kText, "that is written to it", true},
    Key{"target", &kMembers, "settings of the sink", true},
};
constexpr Shape kDestination{.kind = ShapeKind::kObject, .what = "a destination", .keys = kDestinationKeys};
constexpr Shape kDestinations{.kind = ShapeKind::kList, .element = &kDestination};

constexpr std::array<std::string_view, 4> kActions{"block", "warn", "notify", "exclude"};
constexpr Shape kAction{.kind = ShapeKind::kChoice, .choices = kActions};
constexpr std::array kViolationKeys{
    Key{"model", &kText, "or what else it is about", true},
    Key{"code", &kText, "for `floe explain`", true},
    Key{"action", &kAction, "what follows from it", true},
    Key{"problem", &kText, "what is wrong", true},
    Key{"expected", &kText, "what the policy expects", true},
    Key{"override", &kTextOrNull, "why an override softens it", true},
};
constexpr Shape kViolation{.kind = ShapeKind::kObject, .what = "a violation", .keys = kViolationKeys};
constexpr Shape kViolations{.kind = ShapeKind::kList, .element = &kViolation};
constexpr std::array<std::string_view, 3> kEnforcementLevels{"off", "warn", "strict"};
constexpr Shape kEnforcementLevel{.kind = ShapeKind::kChoice, .choices = kEnforcementLevels};
constexpr std::array kPolicyKeys{
    Key{"policy", &kText, "name of the policy", true},
    Key{"level", &kEnforcementLevel, "how it is enforced", true},
    Key{"checked", &kCount, "how many verdicts there are", true},
    Key{"violations", &kViolations, "those that found something", true},
};
constexpr Shape kPolicy{.kind = ShapeKind::kObject, .what = "a policy", .keys = kPolicyKeys};
constexpr Shape kPolicies{.kind = ShapeKind::kList, .element = &kPolicy};
constexpr std::array kSoftenedKeys{
    Key{"policy", &kText, "name of the policy", true},
    Key{"model", &kText, "that it was softened for", true},
};
constexpr Shape kSoftened{.kind = ShapeKind::kObject, .what = "a softened verdict", .keys = kSoftenedKeys};
constexpr Shape kSoftenedList{.kind = ShapeKind::kList, .element = &kSoftened};
constexpr std::array<std::string_view, 2> kOverrideActions{"downgrade", "exclude"};
constexpr Shape kOverrideAction{.kind = ShapeKind::kChoice, .choices = kOverrideActions};
constexpr std::array kOverrideKeys{
    Key{"pattern", &kText, "of the models", true},
    Key{"action", &kOverrideAction, "what it does with what a policy found", true},
    Key{"reason", &kText, "why", true},
    Key{"expires", &kTextOrNull, "the last day on which it applies, YYYY-MM-DD", true},
    Key{"is_expired", &kFlag, "on the day of the compile", true},
    Key{"policy_types", &kTexts, "policies it applies to; none: all", true},
    Key{"softened", &kSoftenedList, "what it was applied to", true},
};
constexpr Shape kOverride{.kind = ShapeKind::kObject, .what = "an override", .keys = kOverrideKeys};
constexpr Shape kOverrides{.kind = ShapeKind::kList, .element = &kOverride};
constexpr std::array kEnforcementKeys{
    Key{"passed", &kFlag, "whether nothing blocks", true},
    Key{"errors", &kCount, "violations that block", true},
    Key{"warnings", &kCount, "violations that do not", true},
    Key{"models_validated", &kCount, "models that were looked at", true},
    Key{"overrides", &kOverrides, "overrides of the platform, and what they did", true},
    Key{"policies", &kPolicies, "verdicts of each policy", true},
};
constexpr Shape kEnforcement{.kind = ShapeKind::kObject, .what = "the verdicts", .keys = kEnforcementKeys};

constexpr std::array kDocumentKeys{
    Key{"path", &kText, "relative to the folder of the artifact", true},
    Key{"kind", &kText, "of the object: NetworkPolicy, Namespace, ServiceAccount", true},
    Key{"name", &kText, "of the object", true},
    Key{"namespace", &kTextOrNull, "of the object; null of a namespace", true},
    Key{"plugin", &kText, "that rendered it", true},
    Key{"sha256", &kText, "of the file", true},
};
constexpr Shape kDocument{.kind = ShapeKind::kObject, .what = "a document", .keys = kDocumentKeys};
constexpr Shape kDocuments{.kind = ShapeKind::kList, .element = &kDocument};

constexpr std::array kArtifactKeys{
    Key{"schema", &kSchemaId, "of this document", true},
    Key{"metadata", &kMetadata, "what compiled what", true},
    Key{"identity", &kIdentity, "of the product", true},
    Key{"mode", &kMode, "without a manifest, with two tiers, with a domain", true},
    Key{"inheritance_chain", &kTiers, "manifests, the highest first", true},
    Key{"domain_context", &kDomain, "null without a domain", true},
    Key{"plugins", &kPlugins, "by category", true},
    Key{"transforms", &kTransforms, "models of the product", true},
    Key{"lineage", &kLineage, "what comes from what, from files to destinations", true},
    Key{"schedules", &kSchedules, "when to run", true},
    Key{"sensors", &kSensors, "what to run upon", true},
    Key{"ports", &kPorts, "what connects the product with others", true},
    Key{"data_product", &kProduct, "what others see of the product; null of a bare dbt project", true},
    Key{"contracts", &kContracts, "of the output ports", true},
    Key{"destinations", &kDestinations, "where tables are written to beside the catalog", true},
    Key{"governance", &kSection, "as inherited; null without a manifest", true},
    Key{"governance_origins", &config::kTextMap, "name of the manifest that says it, by address", true},
    Key{"observability", &kSection, "as inherited", true},
    Key{"resources", &kSection, "presets of the manifest", true},
    Key{"defaults", &kSection, "of the manifest", true},
    Key{"enforcement_result", &kEnforcement, "verdicts of the policies", true},
    Key{"deploy_documents", &kDocuments, "what plugins rendered for a deployment; absent when there is none"},
    Key{"dbt_profiles", &kMembers, "profiles.yml for a dbt beside floe; places come from the environment", true},
};

}  // namespace

const Shape kArtifactShape{.kind = ShapeKind::kObject, .what = "a compiled artifact", .keys = kArtifactKeys};

}  // namespace floe::artifact
