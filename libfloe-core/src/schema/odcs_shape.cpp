#include "schema/odcs_shape.hpp"

#include "base/text/text.hpp"

#include <array>
#include <span>

namespace floe::contract {
namespace {

using config::Key;
using config::Shape;
using config::ShapeKind;
using config::Variant;

constexpr Shape kText{.kind = ShapeKind::kText};
constexpr Shape kFlag{.kind = ShapeKind::kBoolean};
constexpr Shape kNumber{.kind = ShapeKind::kNumber};
constexpr Shape kWhole{.kind = ShapeKind::kInteger};
constexpr Shape kCount{.kind = ShapeKind::kInteger, .minimum = 0};
constexpr Shape kPositive{.kind = ShapeKind::kNumber, .minimum = 0, .is_above_minimum = true};
constexpr Shape kScalar{.kind = ShapeKind::kScalar};
constexpr Shape kAnyValue{.kind = ShapeKind::kAny};
constexpr Shape kTexts{.kind = ShapeKind::kList, .element = &kText};
constexpr Shape kSomeTexts{.kind = ShapeKind::kList, .element = &kText, .is_distinct = true, .minimum = 1};
constexpr Shape kAnyList{.kind = ShapeKind::kList};
constexpr Shape kAnyObject{.kind = ShapeKind::kMap};
constexpr Shape kTextOrObject{.kind = ShapeKind::kText, .alternative = &kAnyObject};
constexpr Shape kRange{.kind = ShapeKind::kList, .element = &kNumber, .is_distinct = true, .minimum = 2, .maximum = 2};
constexpr Shape kSftp{
    .kind = ShapeKind::kText, .pattern = "sftp://.*", .pattern_text = "a URL that begins with sftp://"};

constexpr std::array<std::string_view, 7> kDimensions{"accuracy", "completeness", "conformity", "consistency",
                                                      "coverage", "timeliness",   "uniqueness"};
constexpr std::array<std::string_view, 5> kMetrics{"nullValues", "missingValues", "invalidValues", "duplicateValues",
                                                   "rowCount"};

// A type of server: `name[:kind][!][@minor]` for each of its keys; `!` = required, `@` = since 3.minor.
struct ServerType {
  int since;
  std::string_view type;
  std::string_view fields;
};

constexpr ServerType kServerTypes[] = {
    {0, "api", "location!"},
    {0, "athena", "stagingDir:athena schema! catalog regionName workgroup@2"},
    {0, "azure", "location! format:format! encoding@2 delimiter:delimiter"},
    {0, "bigquery", "project! dataset!"},
    {2, "btrieve", "host! port:port database!"},
    {0, "clickhouse", "host! port:port! database!"},
    {0, "databricks", "host catalog! schema!"},
    {0, "denodo", "host! port:port! database"},
    {0, "dremio", "host! port:port! schema"},
    {0, "duckdb", "database! schema:duckdb"},
    {2, "exasol", "host! port:port schema"},
    {2, "fastobjects", "database! host port:port"},
    {0, "glue", "account! database! location format encoding@2"},
    {2, "hana", "host! port:port database schema"},
    {0, "cloudsql", "host! port:port! database! schema!"},
    {0, "db2", "host! port:port! database! schema"},
    {1, "hive", "host! port:port database!"},
    {2, "iceberg", "catalog! catalogUrl! namespace warehouse"},
    {1, "impala", "host! port:port database!"},
    {0, "informix", "host! port:port database!"},
    {2, "ingres", "database! host! port:port"},
    {0, "kafka", "host! format encoding@2"},
    {0, "kinesis", "region format encoding@2"},
    {0, "local", "path! format! encoding@2"},
    {0, "mysql", "host! port:port! database!"},
    {0, "oracle", "host! port:port! serviceName!"},
    {2, "poet", "database! host port:port"},
    {0, "postgresql", "host! port:port! database! schema!"},
    {0, "postgres", "host! port:port! database! schema!"},
    {0, "presto", "host! catalog schema"},
    {0, "pubsub", "project!"},
    {0, "redshift", "host database! schema! region account"},
    {0, "s3", "location! endpointUrl format:format encoding@2 delimiter:delimiter"},
    {0, "sftp", "location:sftp! format:format encoding@2 delimiter:delimiter"},
    {0, "snowflake", "host port:port account! database! schema! warehouse"},
    {0, "sqlserver", "host! port:port database! schema!"},
    {0, "synapse", "host! port:port! database!"},
    {2, "teradata", "host! port:port database"},
    {0, "trino", "host! port:port! catalog! schema!"},
    {2, "vectorwise", "database! host! port:port"},
    {2, "versant", "database! host port:port"},
    {0, "vertica", "host! port:port! database! schema!"},
    {1, "zen", "host! port:port database!"},
    {0, "custom",
     "account catalog database dataset delimiter endpointUrl format encoding@2 host location path port:port project "
     "region regionName schema serviceName stagingDir warehouse stream@1"},
};

}  // namespace

OdcsShape::OdcsShape(int minor) : minor_(minor), is_open_(minor == 0) {
  make_basics();
  make_team();
  make_quality();
  make_relationships();
  make_servers();
  make_context();
  make_properties();
  make_contract();
}

const Shape* OdcsShape::keep(Shape shape) { return &shapes_.emplace_back(shape); }

const Shape* OdcsShape::list_of(const Shape* element) { return keep({.kind = ShapeKind::kList, .element = element}); }

const Shape* OdcsShape::object(std::string_view what, Keys keys, bool is_open) {
  return keep({.kind = ShapeKind::kObject,
               .what = what,
               .keys = keys_.emplace_back(std::move(keys)),
               .rest = is_open ? &kAnyValue : nullptr});
}

const Shape* OdcsShape::variant(Shape shape, std::vector<Variant> variants) {
  shape.kind = ShapeKind::kVariant;
  shape.variants = variants_.emplace_back(std::move(variants));
  return keep(shape);
}

const Shape* OdcsShape::choice(std::vector<std::string_view> words) {
  return keep({.kind = ShapeKind::kChoice, .choices = choices_.emplace_back(std::move(words))});
}

void OdcsShape::add(Keys& keys, int since, Key key) const {
  if (minor_ >= since) keys.push_back(key);
}

void OdcsShape::add_texts(Keys& keys, Texts names, int since) const {
  for (const std::string_view name : names)
    add(keys, since, {name, &kText, ""});
}

OdcsShape::Keys OdcsShape::joined(Keys keys, const Keys& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

void OdcsShape::make_basics() {
  stable_id_ = keep({.kind = ShapeKind::kText,
                     .pattern = minor_ >= 2 ? R"([^\s.#/\\@!%&^]+)" : "[A-Za-z0-9_-]+",
                     .pattern_text = minor_ >= 2 ? "a word without spaces and none of . # / \\ @ ! % & ^"
                                                 : "letters, digits, dashes and underscores"});
  tags_ = &kTexts;

  Keys property;
  add(property, 1, {"id", stable_id_, ""});
  property.push_back({"property", &kText, "its name", minor_ >= 1});
  property.push_back({"value", &kAnyValue, "its value", minor_ >= 1});
  add_texts(property, {"description"}, 1);
  add_texts(property, {"vendor"}, 2);
  custom_properties_ = list_of(object("a custom property", property, is_open_));

  Keys definition;
  add(definition, 1, {"id", stable_id_, ""});
  definition.push_back({"url", &kText, "where the definition is", true});
  definition.push_back({"type", &kText, "what kind of definition it is", true});
  add_texts(definition, {"description"}, 1);
  definitions_ = list_of(object("an authoritative definition", definition, is_open_));

  Keys role;
  add(role, 1, {"id", stable_id_, ""});
  role.push_back({"role", &kText, "name of the role", true});
  add_texts(role, {"description", "access", "firstLevelApprovers", "secondLevelApprovers"});
  role.push_back({"customProperties", custom_properties_, ""});
  roles_ = list_of(object("a role", role, is_open_));
}

void OdcsShape::make_team() {
  const Keys shared{{"tags", tags_, ""},
                    {"customProperties", custom_properties_, ""},
                    {"authoritativeDefinitions", definitions_, ""}};
  Keys member;
  add(member, 1, {"id", stable_id_, ""});
  member.push_back({"username", &kText, "who it is", minor_ >= 1});
  add_texts(member, {"name", "description", "role", "dateIn", "dateOut", "replacedByUsername"});
  if (minor_ == 0) {
    team_ = list_of(object("a team member", member, true));
    return;
  }
  const Shape* members = list_of(object("a team member", joined(member, shared), false));
  Keys team{{"id", stable_id_, ""}, {"members", members, ""}};
  add_texts(team, {"name", "description"});
  Shape shape = *object("the team", joined(team, shared), false);
  shape.alternative = members;
  team_ = keep(shape);
}

void OdcsShape::make_quality() {
  Keys keys;
  add(keys, 1, {"id", stable_id_, ""});
  add_texts(keys, {"businessImpact", "description", "method", "name", "schedule", "scheduler", "severity", "unit"});
  keys.push_back({"authoritativeDefinitions", definitions_, ""});
  keys.push_back({"customProperties", custom_properties_, ""});
  keys.push_back({"dimension", keep({.kind = ShapeKind::kChoice, .choices = kDimensions}), ""});
  keys.push_back({"tags", tags_, ""});
  keys.push_back({"type", &kText, ""});

  const Keys operators{{"mustBe", &kAnyValue, ""},          {"mustNotBe", &kAnyValue, ""},
                       {"mustBeGreaterThan", &kNumber, ""}, {"mustBeGreaterOrEqualTo", &kNumber, ""},
                       {"mustBeLessThan", &kNumber, ""},    {"mustBeLessOrEqualTo", &kNumber, ""},
                       {"mustBeBetween", &kRange, ""},      {"mustNotBeBetween", &kRange, ""}};
  const Shape* metric = keep({.kind = ShapeKind::kChoice, .choices = kMetrics});
  Keys library = joined(keys, operators);
  library.push_back({"rule", &kText, "the rule that is checked", minor_ == 0});
  add(library, 1, {"metric", metric, "what is measured"});
  add(library, 1, {"arguments", &kAnyObject, ""});
  Keys sql = minor_ >= 1 ? joined(keys, operators) : keys;
  sql.push_back({"query", &kText, "SQL that gives the value to compare", true});
  Keys custom = keys;
  custom.push_back({"engine", &kText, "the tool that checks it", true});
  custom.push_back({"implementation", &kTextOrObject, "what the tool is told", true});

  const Shape* library_rule = object("a library rule", library, is_open_);
  const Shape* text_rule = minor_ == 0 ? object("a rule in words", keys, true) : library_rule;
  quality_ = list_of(variant({.untyped = library_rule}, {{"text", text_rule},
                                                         {"library", library_rule},
                                                         {"sql", object("an SQL rule", sql, is_open_)},
                                                         {"custom", object("a custom rule", custom, is_open_)}}));
}

void OdcsShape::make_relationships() {
  // `table.column`, or the path of an element, of another contract too.
  constexpr std::string_view kPattern1 =
      R"([A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*|((https?:\/\/)?[A-Za-z0-9._\-\/]+\.yaml#)?\/?[A-Za-z_][A-Za-z0-9_]*\/[A-Za-z0-9_-]+(\/[A-Za-z_][A-Za-z0-9_]*\/[A-Za-z0-9_-]+)*)";
  constexpr std::string_view kPattern2 =
      R"([A-Za-z_][A-Za-z0-9_\-]*(\.[A-Za-z_][A-Za-z0-9_\-]*)+|((https?:\/\/)?[A-Za-z0-9._\-\/]+\.ya?ml#)?\/?[A-Za-z_][A-Za-z0-9_]*\/[^\s.#/\\@!%&^]+(\/[A-Za-z_][A-Za-z0-9_]*\/[^\s.#/\\@!%&^]+)*)";
  const Shape* reference = keep({.kind = ShapeKind::kText,
                                 .pattern = minor_ >= 2 ? kPattern2 : kPattern1,
                                 .pattern_text = "an element such as customers.id or schema/customers/properties/id"});
  const Shape* several = keep({.kind = ShapeKind::kList, .element = reference, .minimum = 1});
  Shape end_shape = *reference;
  end_shape.alternative = several;
  const Shape* end = keep(end_shape);
  Keys keys{{"type", choice({"foreignKey"}), ""}, {"customProperties", custom_properties_, ""}};
  add_texts(keys, {"id"}, 2);
  keys.push_back({"to", end, "the element it points at", true});
  property_relationships_ = list_of(object("a relationship of a property", keys, false));
  keys.push_back({"from", end, "the element it starts at", true});
  object_relationships_ = list_of(object("a relationship", keys, false));
}

const Shape* OdcsShape::server_field(std::string_view kind) {
  if (kind == "port" && minor_ >= 2) return keep({.kind = ShapeKind::kText, .alternative = &kWhole});
  if (kind == "port") return &kWhole;
  if (kind == "sftp") return &kSftp;
  if (kind == "duckdb" && minor_ == 0) return &kWhole;  // as the published schema of 3.0 has it
  if (kind == "format" && minor_ == 0) return choice({"parquet", "delta", "json", "csv"});
  if (kind == "delimiter" && minor_ == 0) return choice({"new_line", "array"});
  return &kText;
}

void OdcsShape::make_servers() {
  Keys shared;
  add(shared, 1, {"id", stable_id_, ""});
  shared.push_back({"server", &kText, "name of the server", true});
  shared.push_back({"type", &kText, "kind of the server", true});
  add_texts(shared, {"description", "environment"});
  shared.push_back({"roles", roles_, ""});
  shared.push_back({"customProperties", custom_properties_, ""});
  std::vector<Variant> types;
  for (const ServerType& server : kServerTypes) {
    if (minor_ < server.since) continue;
    Keys keys = shared;
    for (std::string_view field : text::split(server.fields, ' ')) {
      int since = 0;
      if (const auto at = field.find('@'); at != field.npos) {
        since = field[at + 1] - '0';
        field = field.substr(0, at);
      }
      bool is_required = field.ends_with('!');
      if (is_required) field.remove_suffix(1);
      const auto colon = field.find(':');
      const std::string_view kind = colon == field.npos ? "" : field.substr(colon + 1);
      if (kind == "athena") is_required = minor_ < 2;
      add(keys, since, {field.substr(0, colon), server_field(kind), "where the data is", is_required});
    }
    types.push_back({server.type, object("a server", keys, is_open_)});
  }
  servers_ = list_of(variant({.what = "a server"}, std::move(types)));
}

void OdcsShape::make_context() {
  const auto statement = [this](std::string_view what, std::string_view subject, Texts more) {
    Keys keys{{subject, &kText, "what it says", true},
              {"authoritativeDefinitions", definitions_, ""},
              {"tags", tags_, ""},
              {"customProperties", custom_properties_, ""}};
    add_texts(keys, {"id"});
    add_texts(keys, more);
    return list_of(object(what, keys, false));
  };
  const Keys keys{{"instructions", &kText, ""},
                  {"verifiedStatements", statement("a verified statement", "question", {"answer"}), ""},
                  {"constraints", statement("a constraint", "constraint", {}), ""}};
  Shape shape = *object("the context", keys, false);
  shape.alternative = &kText;
  context_ = keep(shape);
}

OdcsShape::Keys OdcsShape::element_keys() {
  Keys keys;
  add(keys, 1, {"id", stable_id_, ""});
  add_texts(keys, {"physicalType", "description", "businessName", "physicalName"});
  keys.push_back({"authoritativeDefinitions", definitions_, ""});
  keys.push_back({"tags", tags_, ""});
  keys.push_back({"customProperties", custom_properties_, ""});
  keys.push_back({"quality", quality_, ""});
  if (minor_ < 2) return keys;
  Keys synonym{{"id", stable_id_, ""},
               {"synonym", &kText, "the other name", true},
               {"customProperties", custom_properties_, ""}};
  add_texts(synonym, {"description", "locale", "source", "status"});
  keys.push_back({"synonyms", list_of(object("a synonym", synonym, false)), ""});
  keys.push_back({"deprecated", &kFlag, ""});
  return keys;
}

OdcsShape::Keys OdcsShape::property_keys() {
  Keys keys = element_keys();
  add_texts(keys, {"logicalType", "classification", "encryptedName", "transformLogic", "transformDescription"});
  for (const std::string_view flag : {"primaryKey", "required", "unique", "partitioned", "criticalDataElement"})
    keys.push_back({flag, &kFlag, ""});
  for (const std::string_view position : {"primaryKeyPosition", "partitionKeyPosition"})
    keys.push_back({position, &kWhole, ""});
  keys.push_back({"transformSourceObjects", &kTexts, ""});
  keys.push_back({"examples", &kAnyList, ""});
  add(keys, 1, {"relationships", property_relationships_, ""});
  if (minor_ < 2) return keys;
  Keys value{{"value", &kScalar, "the value itself", true},
             {"id", stable_id_, ""},
             {"customProperties", custom_properties_, ""},
             {"authoritativeDefinitions", definitions_, ""},
             {"tags", tags_, ""}};
  add_texts(value, {"label", "description"});
  Shape values = *list_of(object("a value", value, false));
  values.minimum = 1;
  values.is_distinct = true;
  keys.push_back({"enum", keep(values), ""});
  keys.push_back({"semanticType", choice({"column", "measure", "dimension"}), ""});
  return keys;
}

// The keys of `logicalTypeOptions`.
OdcsShape::Keys OdcsShape::type_options(std::string_view logical_type) {
  Keys keys;
  const auto bounds = [&](const Shape* bound) {
    const Shape* exclusive = minor_ == 0 ? &kFlag : bound;
    keys.push_back({"minimum", bound, ""});
    keys.push_back({"maximum", bound, ""});
    keys.push_back({"exclusiveMinimum", exclusive, ""});
    keys.push_back({"exclusiveMaximum", exclusive, ""});
  };
  const auto counts = [&](Texts names) {
    for (const std::string_view name : names)
      keys.push_back({name, &kCount, ""});
  };
  if (logical_type == "string") {
    counts({"minLength", "maxLength"});
    add_texts(keys, {"pattern", "format"});
  } else if (logical_type == "integer" || logical_type == "number") {
    bounds(&kNumber);
    keys.push_back({"multipleOf", &kPositive, ""});
    keys.push_back({"format",
                    logical_type == "number"
                        ? choice({"f32", "f64"})
                        : choice({"i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128"}),
                    ""});
  } else if (logical_type == "date" || logical_type == "timestamp" || logical_type == "time") {
    bounds(&kText);
    add_texts(keys, {"format"});
    if (logical_type != "date") {
      keys.push_back({"timezone", &kFlag, ""});
      add_texts(keys, {"defaultTimezone"});
    }
  } else if (logical_type == "object") {
    counts({"minProperties", "maxProperties"});
    keys.push_back({"required", &kSomeTexts, ""});
  } else if (logical_type == "array") {
    counts({"minItems", "maxItems"});
    keys.push_back({"uniqueItems", &kFlag, ""});
  } else if (logical_type == "vector") {
    keys.push_back({"dimensions", keep({.kind = ShapeKind::kInteger, .minimum = 1}), "length of the vector", true});
    keys.push_back(
        {"elementType", choice({"bfloat16", "binary", "float16", "float32", "float64", "int8", "uint8"}), ""});
    keys.push_back({"distanceMetric", choice({"cosine", "dotProduct", "euclidean", "hamming", "manhattan"}), ""});
    add_texts(keys, {"embeddingModel", "embeddingModelVersion"});
    keys.push_back({"normalized", &kFlag, ""});
  }
  return keys;
}

void OdcsShape::make_properties() {
  // Properties contain properties: the lists and shapes are there first, their variants come last.
  Shape* property = &shapes_.emplace_back(Shape{.what = "a property", .discriminator = "logicalType"});
  Shape* item = &shapes_.emplace_back(*property);
  const Shape* properties = list_of(property);
  std::vector<std::string_view> types = {"string", "date", "number", "integer", "object", "array", "boolean"};
  if (minor_ >= 1) types.insert(types.end(), {"timestamp", "time"});
  if (minor_ >= 2) types.insert(types.end(), {"map", "vector"});
  const Keys shared = property_keys();
  for (Shape* shape : {property, item}) {
    const auto keys_of = [&](std::string_view type) {
      Keys keys = shared;
      keys.push_back({"name", &kText, "name of the property", shape == property});
      if (type == "object" || type.empty()) keys.push_back({"properties", properties, ""});
      if (type == "array" || type.empty()) keys.push_back({"items", item, ""});
      if (type == "map") {
        const Keys ends{{"key", item, "type of the keys", true}, {"value", item, "type of the values", true}};
        keys.push_back({"map", object("`map`", ends, false), "types of keys and values", true});
      }
      const bool is_free = type == "boolean" || type == "map";  // no option of these is described
      const Shape* options = is_free ? &kAnyObject : object("`logicalTypeOptions`", type_options(type), false);
      keys.push_back({"logicalTypeOptions", options, "what the type needs", type == "vector"});
      return object("a property", keys, false);
    };
    std::vector<Variant> variants;
    variants.reserve(types.size());
    for (const std::string_view type : types)
      variants.push_back({type, keys_of(type)});
    shape->untyped = keys_of("");
    shape->kind = ShapeKind::kVariant;
    shape->variants = variants_.emplace_back(std::move(variants));
  }
  Keys keys = element_keys();
  keys.push_back({"name", &kText, "name of the object", true});
  add_texts(keys, {"dataGranularityDescription"});
  keys.push_back({"logicalType", minor_ == 0 ? choice({"object"}) : choice({"object", "blob"}), ""});
  keys.push_back({"properties", properties, ""});
  add(keys, 1, {"relationships", object_relationships_, ""});
  add(keys, 2, {"context", context_, ""});
  objects_ = list_of(object("an object of the schema", keys, false));
}

void OdcsShape::make_contract() {
  Keys description{{"authoritativeDefinitions", definitions_, ""}, {"customProperties", custom_properties_, ""}};
  add_texts(description, {"usage", "purpose", "limitations"});

  Keys support;
  add(support, 1, {"id", stable_id_, ""});
  support.push_back({"channel", &kText, "name of the channel", true});
  support.push_back({"url", &kText, "where the channel is", minor_ == 0});
  add_texts(support, {"description", "tool", "scope", "invitationUrl"});
  add(support, 1, {"customProperties", custom_properties_, ""});

  Keys price{{"priceAmount", &kNumber, ""}};
  add(price, 1, {"id", stable_id_, ""});
  add_texts(price, {"priceCurrency", "priceUnit"});

  Keys level{{"property", &kText, "what is promised: freshness, availability, ...", true},
             {"value", &kScalar, "the promise", true},
             {"valueExt", &kScalar, ""}};
  add(level, 1, {"id", stable_id_, ""});
  add_texts(level, {"unit", "element", "driver"});
  add_texts(level, {"description", "scheduler", "schedule"}, 1);
  add(level, 2, {"customProperties", custom_properties_, ""});
  add(level, 2, {"authoritativeDefinitions", definitions_, ""});

  Keys keys{{"apiVersion", &kText, "version of the standard", true},
            {"kind", choice({"DataContract"}), "DataContract", true},
            {"id", &kText, "identifies the contract", true},
            {"version", &kText, "version of the contract", true},
            {"status", &kText, "draft, active, deprecated, ...", minor_ < 2},
            {"description", object("the description", description, true), ""},
            {"servers", servers_, ""},
            {"schema", objects_, ""},
            {"support", list_of(object("a support channel", support, is_open_)), ""},
            {"price", object("the price", price, is_open_), ""},
            {"team", team_, ""},
            {"roles", roles_, ""},
            {"slaProperties", list_of(object("a service level", level, is_open_)), ""},
            {"tags", tags_, ""},
            {"authoritativeDefinitions", definitions_, ""},
            {"customProperties", custom_properties_, ""}};
  add_texts(keys, {"name", "tenant", "domain", "dataProduct", "slaDefaultElement", "contractCreatedTs"});
  add(keys, 2, {"context", context_, ""});
  contract_ = *object("a data contract", keys, false);
}

}  // namespace floe::contract
