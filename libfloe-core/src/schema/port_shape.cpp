// The field tables of ports, service levels and sensors.
#include "schema/document_shapes.hpp"
#include "schema/shared_shapes.hpp"

namespace floe::config {
namespace {

constexpr Shape kPortName{.kind = ShapeKind::kText,
                          .pattern = "[A-Za-z_][A-Za-z0-9_-]{0,127}",
                          .pattern_text = "letters, digits, dashes and underscores, a letter first, at most 128"};
constexpr Shape kProductName{.kind = ShapeKind::kText,
                             .pattern = "([A-Za-z0-9_-]+\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
                             .pattern_text = "the name of a product, with its domain: sales.customer-360"};
constexpr Shape kNeededVersion{.kind = ShapeKind::kText,
                               .pattern = R"((=|>=)?(0|[1-9]\d*)(\.(0|[1-9]\d*)(\.(0|[1-9]\d*))"
                                          R"((-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)?)?)",
                               .pattern_text = "a version such as \"1.2\", \"=1.2.3\" or \">=1.2\""};
constexpr std::array<std::string_view, 7> kClasses{"public",    "internal", "confidential", "restricted",
                                                   "sensitive", "phi",      "pii"};
constexpr Shape kDuration{.kind = ShapeKind::kText,
                          .pattern = R"(\d+(\.\d+)?(s|m|h|d|w)|P(\d+[DW])*(T(\d+[HMS])+)?)",
                          .pattern_text = "a duration such as 24h, 30m or P1D"};
constexpr Shape kShare{.kind = ShapeKind::kText,
                       .pattern = R"((\d{1,2}(\.\d+)?|100(\.0+)?)%)",
                       .pattern_text = "a percentage such as 99.9%"};

constexpr std::array kServiceLevelKeys{
    Key{"freshness", &kDuration, "age of the newest data, at most: 24h, P1D"},
    Key{"availability", &kShare, "share of the time that the table can be read, at least: 99.9%"},
    Key{"quality", &kShare, "share of the tests that pass, at least: 100%"},
};

constexpr std::array kColumnKeys{
    Key{"name", &kText, "name of the column", true},
    Key{"type", &kText, "SQL type; absent: as the model declares it"},
    Key{"description", &kText, "what it says; absent: the model's"},
    Key{"required", &kFlag, "true: never null"},
    Key{"unique", &kFlag, "true: no value twice"},
    Key{"primary_key", &kFlag, "true: part of what identifies a row"},
    Key{"classification", &kClassificationShape, "how confidential it is; absent: the model's, else the port's"},
};
constexpr Shape kColumn{.kind = ShapeKind::kObject, .what = "a column of a port", .keys = kColumnKeys};
constexpr Shape kColumns{.kind = ShapeKind::kList, .element = &kColumn, .minimum = 1};

constexpr std::array kOutputPortKeys{
    Key{"name", &kPortName, "name of the port: others read <domain>.<product>.<port>", true},
    Key{"model", &kText, "the dbt model whose table it is", true},
    Key{"description", &kText, "what it offers; absent: the model's"},
    Key{"schema", &kColumns, "columns that are promised; absent: those the model declares"},
    Key{"contract", &kText, "a data contract (ODCS), relative to this file; what it leaves out is filled in"},
    Key{"classification", &kClassificationShape, "how confidential it is"},
    Key{"sla", &kServiceLevelsShape, "what is promised of its service; absent: `slas`"},
};
constexpr Shape kOutputPort{.kind = ShapeKind::kObject, .what = "an output port", .keys = kOutputPortKeys};

constexpr std::array kInputPortKeys{
    Key{"product", &kProductName, "the product, with its domain: sales.customer-360", true},
    Key{"port", &kPortName, "its output port", true},
    Key{"version", &kNeededVersion, "version of its contract: \"1.2\" is 1.2 or later below 2.0; absent: any"},
};
constexpr Shape kInputPort{.kind = ShapeKind::kObject, .what = "an input port", .keys = kInputPortKeys};

constexpr Key kSensorName{"name", &kPortName, "name of the sensor", true};
constexpr Key kSensorOn{"on", &kText, "what it waits for", true};
constexpr Key kSensorTransforms{"transforms", &kTexts, "names of transforms that run; absent: all"};
constexpr std::array kTableSensorKeys{kSensorName, kSensorOn,
                                      Key{"table", &kTableName, "namespace and table that gets a new snapshot", true},
                                      kSensorTransforms};
constexpr Shape kTableSensor{.kind = ShapeKind::kObject, .what = "a sensor on a table", .keys = kTableSensorKeys};
constexpr std::array kFileSensorKeys{
    kSensorName, kSensorOn, Key{"path", &kText, "file or glob that appears or changes", true}, kSensorTransforms};
constexpr Shape kFileSensor{.kind = ShapeKind::kObject, .what = "a sensor on a file", .keys = kFileSensorKeys};
constexpr std::array kProductSensorKeys{
    kSensorName, kSensorOn, Key{"product", &kProductName, "product of an input port, whose tables change", true},
    kSensorTransforms};
constexpr Shape kProductSensor{.kind = ShapeKind::kObject, .what = "a sensor on a product", .keys = kProductSensorKeys};
constexpr std::array kSensorKinds{Variant{"table", &kTableSensor}, Variant{"file", &kFileSensor},
                                  Variant{"product", &kProductSensor}};
constexpr Shape kSensor{
    .kind = ShapeKind::kVariant, .what = "a sensor", .variants = kSensorKinds, .discriminator = "on"};

}  // namespace

constinit const Shape kServiceLevelsShape{
    .kind = ShapeKind::kObject, .what = "service levels", .keys = kServiceLevelKeys};
constinit const Shape kClassificationShape{.kind = ShapeKind::kChoice, .choices = kClasses};
constinit const Shape kOutputPortsShape{.kind = ShapeKind::kList, .element = &kOutputPort};
constinit const Shape kInputPortsShape{.kind = ShapeKind::kList, .element = &kInputPort};
constinit const Shape kSensorsShape{.kind = ShapeKind::kList, .element = &kSensor};

}  // namespace floe::config
