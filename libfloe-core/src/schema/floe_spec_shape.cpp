// The field table of `kind: FloeSpec`, the spelling of the Python floe (research: FloeSpec of floe-core 0.1).

#include "schema/document_shapes.hpp"
#include "schema/shared_shapes.hpp"

#include <array>

namespace floe::config {
namespace {

constexpr Shape kName{.kind = ShapeKind::kText,
                      .pattern = "[a-z][a-z0-9-]{0,62}",
                      .pattern_text = "lower-case letters, digits and dashes, a letter first, at most 63"};
constexpr Shape kModelName{.kind = ShapeKind::kText,
                           .pattern = "[a-zA-Z_][a-zA-Z0-9_]{0,127}",
                           .pattern_text = "the name of a model: letters, digits and underscores"};
constexpr Shape kModelNames{.kind = ShapeKind::kList, .element = &kModelName};
constexpr std::array<std::string_view, 1> kKinds{"FloeSpec"};
constexpr Shape kKind{.kind = ShapeKind::kChoice, .choices = kKinds};
constexpr std::array<std::string_view, 3> kTiers{"bronze", "silver", "gold"};
constexpr Shape kTier{.kind = ShapeKind::kChoice, .choices = kTiers};

constexpr std::array kMetadataKeys{
    Key{"name", &kName, "name of the product", true},
    Key{"version", &kSemanticVersion, "version of the product", true},
    Key{"description", &kText, "what it is"},
    Key{"owner", &kText, "who answers for it"},
    Key{"labels", &kTextMap, "labels; written into the artifact"},
};
constexpr Shape kMetadata{.kind = ShapeKind::kObject, .what = "`metadata`", .keys = kMetadataKeys};
constexpr std::array kPlatformKeys{Key{"manifest", &kReference, "reference of the platform's manifest", true}};
constexpr Shape kPlatform{.kind = ShapeKind::kObject, .what = "`platform`", .keys = kPlatformKeys};

constexpr std::string_view kChecksInstead = "what has to be true of rows is a dbt data test of the model";
constexpr std::array kTransformKeys{
    Key{"name", &kModelName, "name of a dbt model", true},
    Key{"compute", &kText, "compute that runs it: has to be the platform's"},
    Key{"tags", &kTexts, "tags"},
    Key{"dependsOn", &kModelNames, "models it reads: have to be what its SQL reads"},
    Key{"depends_on", &kModelNames, "the same"},
    Key{"tier", &kTier, "bronze, silver or gold"},
    Key{"qualityChecks", &kAny, kChecksInstead, false, false},
    Key{"quality_checks", &kAny, kChecksInstead, false, false},
};
constexpr Shape kTransform{.kind = ShapeKind::kObject, .what = "a transform", .keys = kTransformKeys};
constexpr Shape kTransforms{.kind = ShapeKind::kList, .element = &kTransform};
constexpr std::array kScheduleKeys{
    kScheduleCron,
    Key{"timezone", &kText, "IANA time zone of the fields"},
    kScheduleEnabled,
};
constexpr Shape kSchedule{.kind = ShapeKind::kObject, .what = "`schedule`", .keys = kScheduleKeys};

constexpr std::string_view kPortsInstead =
    "no FloeSpec with them passes the Python floe, which takes their `schema` for a credential; "
    "`kind: DataProduct` has `output_ports`";
constexpr std::array kFloeSpecKeys{
    Key{"apiVersion", &kApiVersion, "floe.dev/v1", true},
    Key{"kind", &kKind, "FloeSpec", true},
    Key{"metadata", &kMetadata, "name and version of the product", true},
    Key{"platform", &kPlatform, "the platform it is built for"},
    Key{"transforms", &kTransforms, "what is said about models", true},
    Key{"schedule", &kSchedule, "when it runs"},
    Key{"destinations", &kDestinationsShape, "where rows go after a run"},
    Key{"outputPorts", &kAny, kPortsInstead, false, false},
    Key{"output_ports", &kAny, kPortsInstead, false, false},
};

}  // namespace

const Shape kFloeSpecShape{.kind = ShapeKind::kObject, .what = "a FloeSpec", .keys = kFloeSpecKeys};

}  // namespace floe::config
