#include "parquet/stored_field.hpp"

#include "support/fixture.hpp"

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::parquet;

namespace {

SchemaElement leaf(PhysicalType type, LogicalType logical = {}, std::int32_t length = 0) {
  SchemaElement element;
  element.name = "c";
  element.type = type;
  element.logical = logical;
  element.type_length = length;
  element.repetition = Repetition::kOptional;
  return element;
}

SchemaElement group(std::string name, Repetition repetition, std::vector<std::size_t> children,
                    LogicalKind logical = LogicalKind::kNone) {
  SchemaElement element;
  element.name = std::move(name);
  element.repetition = repetition;
  element.children = std::move(children);
  element.logical.kind = logical;
  return element;
}

// A tree whose root has the one child 1.
StoredField stored(std::vector<SchemaElement> elements) {
  FileMetadata footer;
  footer.schema = std::move(elements);
  footer.schema.insert(footer.schema.begin(), group("schema", Repetition::kRequired, {1}));
  return file_shape(footer).columns.at(0);
}

std::string shown(const StoredField& field) {
  switch (field.kind) {
    case StoredKind::kPrimitive:
      return field.type.to_string();
    case StoredKind::kUnreadable:
      return "unreadable: " + field.text;
    case StoredKind::kStruct:
      return "struct<" + shown(field.children.at(0)) + ">";
    case StoredKind::kList:
      return "list<" + shown(field.children.at(0)) + ">";
    case StoredKind::kMap:
      return "map<" + shown(field.children.at(0)) + ", " + shown(field.children.at(1)) + ">";
  }
  return "";
}

LogicalType logical(LogicalKind kind) {
  LogicalType type;
  type.kind = kind;
  return type;
}

LogicalType integer(std::int32_t bits, bool is_signed) {
  LogicalType type = logical(LogicalKind::kInteger);
  type.bit_width = bits;
  type.is_signed = is_signed;
  return type;
}

LogicalType decimal(std::int32_t precision, std::int32_t scale) {
  LogicalType type = logical(LogicalKind::kDecimal);
  type.precision = precision;
  type.scale = scale;
  return type;
}

LogicalType time(LogicalKind kind, TimeUnit unit, bool is_utc = false) {
  LogicalType type = logical(kind);
  type.unit = unit;
  type.is_adjusted_to_utc = is_utc;
  return type;
}

}  // namespace

TEST_CASE("what a Parquet column means as an Iceberg type") {
  using Kind = LogicalKind;

  struct Case {
    SchemaElement element;
    std::string expected;
  };

  const std::vector<Case> cases = {
      {leaf(PhysicalType::kBoolean), "boolean"},
      {leaf(PhysicalType::kInt32), "int"},
      {leaf(PhysicalType::kInt32, integer(8, true)), "int"},
      {leaf(PhysicalType::kInt32, integer(16, false)), "int"},
      {leaf(PhysicalType::kInt32, integer(32, false)), "long"},
      {leaf(PhysicalType::kInt32, logical(Kind::kDate)), "date"},
      {leaf(PhysicalType::kInt32, time(Kind::kTime, TimeUnit::kMillis)), "time"},
      {leaf(PhysicalType::kInt32, decimal(9, 2)), "decimal(9, 2)"},
      {leaf(PhysicalType::kInt64), "long"},
      {leaf(PhysicalType::kInt64, integer(64, false)), "unreadable: INT64 (unsigned integer)"},
      {leaf(PhysicalType::kInt64, time(Kind::kTime, TimeUnit::kMicros)), "time"},
      {leaf(PhysicalType::kInt64, time(Kind::kTime, TimeUnit::kNanos)), "unreadable: INT64 (time in nanoseconds)"},
      {leaf(PhysicalType::kInt64, time(Kind::kTimestamp, TimeUnit::kMillis)), "timestamp"},
      {leaf(PhysicalType::kInt64, time(Kind::kTimestamp, TimeUnit::kMicros, true)), "timestamptz"},
      {leaf(PhysicalType::kInt64, time(Kind::kTimestamp, TimeUnit::kNanos)), "timestamp_ns"},
      {leaf(PhysicalType::kInt64, time(Kind::kTimestamp, TimeUnit::kNanos, true)), "timestamptz_ns"},
      {leaf(PhysicalType::kInt64, decimal(18, 2)), "decimal(18, 2)"},
      {leaf(PhysicalType::kInt96), "timestamp"},
      {leaf(PhysicalType::kFloat), "float"},
      {leaf(PhysicalType::kDouble), "double"},
      {leaf(PhysicalType::kByteArray), "binary"},
      {leaf(PhysicalType::kByteArray, logical(Kind::kString)), "string"},
      {leaf(PhysicalType::kByteArray, logical(Kind::kEnum)), "string"},
      {leaf(PhysicalType::kByteArray, logical(Kind::kJson)), "string"},
      {leaf(PhysicalType::kByteArray, logical(Kind::kGeometry)), "unreadable: BYTE_ARRAY (geometry)"},
      {leaf(PhysicalType::kByteArray, decimal(38, 0)), "decimal(38, 0)"},
      {leaf(PhysicalType::kFixedLenByteArray, {}, 5), "fixed[5]"},
      {leaf(PhysicalType::kFixedLenByteArray, logical(Kind::kUuid), 16), "uuid"},
      {leaf(PhysicalType::kFixedLenByteArray, decimal(38, 3), 16), "decimal(38, 3)"},
      {leaf(PhysicalType::kFixedLenByteArray, logical(Kind::kFloat16), 2),
       "unreadable: FIXED_LEN_BYTE_ARRAY (float16)"},
      {leaf(PhysicalType::kFixedLenByteArray, logical(Kind::kInterval), 12),
       "unreadable: FIXED_LEN_BYTE_ARRAY (interval)"},
      {leaf(PhysicalType::kInt32, logical(Kind::kNull)), "unreadable: INT32 (null)"},
  };
  for (const auto& [element, expected] : cases)
    CHECK(shown(stored({element})) == expected);
}

TEST_CASE("lists and maps are read in the three-level form only") {
  const auto value = leaf(PhysicalType::kInt32);
  const auto list = group("l", Repetition::kOptional, {2}, LogicalKind::kList);
  CHECK(shown(stored({list, group("list", Repetition::kRepeated, {3}), value})) == "list<int>");
  CHECK(shown(stored({list, group("bag", Repetition::kRepeated, {3}), value})) == "list<int>");
  for (const std::string name : {"array", "l_tuple"}) {
    CHECK(shown(stored({list, group(name, Repetition::kRepeated, {3}), value})) ==
          "unreadable: list in the old two-level form");
  }
  auto repeated = value;
  repeated.repetition = Repetition::kRepeated;
  CHECK(shown(stored({list, repeated})) == "unreadable: list in the old two-level form");
  CHECK(shown(stored({repeated})) == "unreadable: repeated field");
  const auto map = group("m", Repetition::kOptional, {2}, LogicalKind::kMap);
  CHECK(shown(stored({map, group("key_value", Repetition::kRepeated, {3, 4}), value, value})) == "map<int, int>");
  CHECK(shown(stored({map, group("key_value", Repetition::kRepeated, {3}), value})) ==
        "unreadable: map without key and value");
  CHECK(shown(stored({group("s", Repetition::kOptional, {2}), value})) == "struct<int>");
  CHECK(shown(stored({group("v", Repetition::kOptional, {2}, LogicalKind::kVariant), value})) ==
        "unreadable: group (variant)");
}

TEST_CASE("a shape says whether a file carries field ids and bounds") {
  FileMetadata footer;
  footer.schema = {group("schema", Repetition::kRequired, {1}), leaf(PhysicalType::kDouble)};
  footer.leaves = {1};
  footer.created_by = "parquet-mr";
  footer.row_groups.resize(2);
  for (auto& rows : footer.row_groups)
    rows.columns.resize(1);
  CHECK_FALSE(file_shape(footer).has_ids);
  CHECK_FALSE(file_shape(footer).columns[0].has_bounds);
  footer.row_groups[1].columns[0].statistics.max_value = "x";
  footer.schema[1].field_id = 4;
  CHECK(file_shape(footer).has_ids);
  CHECK(file_shape(footer).columns[0].has_bounds);
  CHECK(file_shape(footer).created_by == "parquet-mr");
}
