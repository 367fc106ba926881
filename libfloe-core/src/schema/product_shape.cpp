// The field tables of floe.yaml, kind DataProduct (design: configuration.md 1.3).
#include "schema/document_shapes.hpp"
#include "schema/shared_shapes.hpp"

#include <array>

namespace floe::config {
namespace {

constexpr std::array<std::string_view, 1> kKinds{"DataProduct"};
constexpr Shape kKind{.kind = ShapeKind::kChoice, .choices = kKinds};

constexpr std::array kMetadataKeys{
    Key{"name", &kDocumentName, "name of the product", true},
    Key{"version", &kProductVersion, "version of the product", true},
    Key{"owner", &kText, "who answers for it"},
    Key{"description", &kText, "what it is"},
    Key{"domain", &kText, "the domain it belongs to: the one of its platform"},
};
constexpr Shape kMetadata{.kind = ShapeKind::kObject, .what = "`metadata`", .keys = kMetadataKeys};

constexpr std::array kPlatformKeys{Key{"ref", &kReference, "path of the platform's manifest.yaml", true}};
constexpr Shape kPlatform{.kind = ShapeKind::kObject, .what = "`platform`", .keys = kPlatformKeys};

constexpr std::array<std::string_view, 1> kTransformTypes{"dbt"};
constexpr Shape kTransformType{.kind = ShapeKind::kChoice, .choices = kTransformTypes};
constexpr std::array kModelFileKeys{Key{"path", &kText, "glob of model files, relative to the dbt project", true}};
constexpr Shape kModelFile{.kind = ShapeKind::kObject, .what = "an entry of `models`", .keys = kModelFileKeys};
constexpr Shape kModelFiles{.kind = ShapeKind::kList, .element = &kModelFile};
constexpr std::array kTransformKeys{
    Key{"type", &kTransformType, "dbt", true},
    Key{"name", &kText, "name, for `schedules`"},
    Key{"path", &kText, "directory of the models; instead of `models`"},
    Key{"project", &kText, "directory of the dbt project, relative to this file"},
    Key{"models", &kModelFiles, "the models, as globs"},
    Key{"compute", &kText, "the compute of the platform: set once, by it"},
};
constexpr Shape kTransform{.kind = ShapeKind::kObject, .what = "a transform", .keys = kTransformKeys};
constexpr Shape kTransforms{.kind = ShapeKind::kList, .element = &kTransform};

constexpr Shape kTimeZone{.kind = ShapeKind::kText,
                          .pattern = "[A-Za-z_][A-Za-z0-9_]*([/+-][A-Za-z0-9_+-]+)*",
                          .pattern_text = "a name of the IANA time zone database, such as Europe/Berlin"};
constexpr Key kScheduleTimeZone{"timezone", &kTimeZone, "IANA time zone of the fields"};
constexpr std::array kScheduleKeys{kScheduleCron, kScheduleTimeZone, kScheduleEnabled};
constexpr Shape kSchedule{.kind = ShapeKind::kObject, .what = "`schedule`", .keys = kScheduleKeys};

constexpr std::array kNamedScheduleKeys{
    Key{"name", &kText, "name, for `floe run --schedule`", true},
    kScheduleCron,
    kScheduleTimeZone,
    kScheduleEnabled,
    kScheduleTransforms,
};
constexpr Shape kNamedSchedule{.kind = ShapeKind::kObject, .what = "a schedule", .keys = kNamedScheduleKeys};
constexpr Shape kSchedules{.kind = ShapeKind::kList, .element = &kNamedSchedule};

constexpr std::array<std::string_view, 3> kFormats{"csv", "jsonl", "parquet"};
constexpr Shape kFormat{.kind = ShapeKind::kChoice, .choices = kFormats};
constexpr std::array<std::string_view, 3> kModes{"append", "replace", "merge"};
constexpr Shape kMode{.kind = ShapeKind::kChoice, .choices = kModes};
constexpr Shape kRowKeys{.kind = ShapeKind::kList, .element = &kText, .is_distinct = true, .minimum = 1};
constexpr std::array<std::string_view, 3> kContracts{"evolve", "freeze", "discard"};
constexpr Shape kContract{.kind = ShapeKind::kChoice, .choices = kContracts};
constexpr std::array<std::string_view, 2> kBadRows{"fail", "rejects"};
constexpr Shape kBadRow{.kind = ShapeKind::kChoice, .choices = kBadRows};
constexpr std::array kColumnKeys{
    Key{"name", &kText, "name of the column", true},
    Key{"type", &kText, "SQL type of the column", true},
};
constexpr Shape kColumn{.kind = ShapeKind::kObject, .what = "a column", .keys = kColumnKeys};
constexpr Shape kColumns{.kind = ShapeKind::kList, .element = &kColumn};
constexpr Shape kProperties{.kind = ShapeKind::kMap, .element = &kText};
constexpr std::array kSourceKeys{
    Key{"name", &kText, "name of the source", true},
    Key{"format", &kFormat, "csv, jsonl or parquet", true},
    Key{"path", &kText, "file or glob, relative to this file", true},
    Key{"table", &kTableName, "table the rows go to", true},
    with_default(Key{"write_mode", &kMode, "replace (default), append, or merge by `keys`"}, "replace"),
    Key{"keys", &kRowKeys, "columns that identify a row, for merge"},
    with_default(Key{"schema_contract", &kContract,
                     "of new tables, new columns and values of other types: evolve (default) changes the table, freeze "
                     "fails, discard leaves them out"},
                 "evolve"),
    with_default(Key{"on_bad_rows", &kBadRow, "fail (default), or rejects: malformed rows go to <table>_rejects"},
                 "fail"),
    Key{"options", &kAny, "settings of the format: delimiter, header, ..."},
    Key{"columns", &kColumns, "names and types instead of inferred ones"},
    Key{"properties", &kProperties, "Iceberg properties of the table: floe.verify-on-read, write.* ..."},
};
constexpr Shape kSource{.kind = ShapeKind::kObject, .what = "an ingestion source", .keys = kSourceKeys};
constexpr Shape kSources{.kind = ShapeKind::kList, .element = &kSource};
constexpr std::array kIngestionKeys{Key{"sources", &kSources, "raw files to load", true}};
constexpr Shape kIngestion{.kind = ShapeKind::kObject, .what = "`ingestion`", .keys = kIngestionKeys};

constexpr std::array kProfileKeys{
    with_default(Key{"storage", &kText, "a profile of `storage` in platform.yaml"}, "default"),
    with_default(Key{"catalog", &kText, "a profile of `catalogs` in platform.yaml"}, "default"),
    with_default(Key{"compute", &kText, "a profile of `compute` in platform.yaml"}, "default"),
};
constexpr Shape kProfiles{.kind = ShapeKind::kObject, .what = "`profiles`", .keys = kProfileKeys};
constexpr std::array<std::string_view, 3> kSinkModes{"append", "upsert", "replace"};
constexpr Shape kSinkMode{.kind = ShapeKind::kChoice, .choices = kSinkModes};
constexpr Shape kBatchSize{.kind = ShapeKind::kInteger, .minimum = 1, .maximum = 100'000};
constexpr std::array kTargetKeys{
    Key{"target", &kText, "table, path or endpoint inside the system; the name of the destination when absent"},
    with_default(Key{"mode", &kSinkMode, "replace (default), append or upsert, as far as the sink has them"},
                 "replace"),
    Key{"keys", &kTexts, "columns that identify a row, for upsert"},
    Key{"format", &kText, "of files"},
    Key{"options", &kAny, "settings of the sink"},
};
constexpr Shape kTarget{.kind = ShapeKind::kObject, .what = "the `config` of a destination", .keys = kTargetKeys};
constexpr std::array kDestinationKeys{
    Key{"name", &kDocumentName, "name of the destination", true},
    Key{"sink_type", &kText, "the sink plugin that delivers", true},
    Key{"source_table", &kText, "the model, or namespace and table, whose rows are delivered", true},
    Key{"connection_secret_ref", &kSecretName, "secret with the connection"},
    Key{"config", &kTarget, "where in the system, and how"},
    Key{"field_mapping", &kTextMap, "columns that have other names there"},
    Key{"batch_size", &kBatchSize, "rows per request, for sinks that send requests"},
};
constexpr Shape kDestination{.kind = ShapeKind::kObject, .what = "a destination", .keys = kDestinationKeys};

constexpr std::array kProductKeys{
    Key{"apiVersion", &kApiVersion, "floe.dev/v1", true},
    Key{"kind", &kKind, "DataProduct", true},
    Key{"metadata", &kMetadata, "name and version of the product", true},
    Key{"platform", &kPlatform, "the platform it is built for"},
    Key{"transforms", &kTransforms, "what turns raw data into tables"},
    Key{"schedule", &kSchedule, "when it runs"},
    Key{"ingestion", &kIngestion, "raw files to load first"},
    Key{"sensors", &kSensorsShape, "what starts a run, besides schedules"},
    Key{"input_ports", &kInputPortsShape, "output ports of other products that it reads"},
    Key{"output_ports", &kOutputPortsShape, "tables that other products may read"},
    Key{"slas", &kServiceLevelsShape, "what is promised of the service of all output ports"},
    Key{"quality", &kAny, "what has to be true of rows is a dbt data test; `slas.quality` says how many have to pass",
        false, false},
    Key{"profiles", &kProfiles, "which places of platform.yaml it uses, instead of `default`"},
    Key{"schedules", &kSchedules, "several schedules, each for some transforms"},
    Key{"destinations", &kDestinationsShape, "where rows go after a run"},
};

}  // namespace

const Shape kDestinationsShape{.kind = ShapeKind::kList, .element = &kDestination};
const Shape kProductShape{.kind = ShapeKind::kObject, .what = "a data product", .keys = kProductKeys};

}  // namespace floe::config
