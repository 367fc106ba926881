#include "parquet/metrics.hpp"

#include "support/fixture.hpp"

#include <cmath>
#include <cstring>
#include <limits>

using namespace floe;
using namespace floe::iceberg;
using namespace floe::iceberg::parquet;
using testing::read_fixture;
using testing::take;

namespace {

FileMetadata footer_of(const std::string& name) {
  const std::string bytes = read_fixture(name);
  return take(read_footer(
      [&](std::uint64_t offset, std::uint64_t length) -> Result<std::string> { return bytes.substr(offset, length); },
      bytes.size()));
}

Field field(std::int32_t id, const char* name, Type type) { return Field{id, name, false, std::move(type)}; }

Schema file_schema() {
  return take(Schema::make(
      {field(1, "id", TypeId::kLong),
       field(2, "small", TypeId::kInt),
       field(3, "flag", TypeId::kBoolean),
       field(4, "ratio", TypeId::kFloat),
       field(5, "with_nan", TypeId::kDouble),
       field(6, "zero", TypeId::kDouble),
       field(7, "price4", Type::decimal(4, 2)),
       field(8, "price18", Type::decimal(18, 2)),
       field(9, "price38", Type::decimal(38, 4)),
       field(10, "day", TypeId::kDate),
       field(11, "clock", TypeId::kTime),
       field(12, "at_time", TypeId::kTimestamp),
       field(13, "at_zone", TypeId::kTimestampTz),
       field(14, "name", TypeId::kString),
       field(15, "key", TypeId::kUuid),
       field(16, "blob", TypeId::kBinary),
       field(17, "nothing", TypeId::kInt),
       field(18, "place", Type::structure({field(19, "x", TypeId::kLong), field(20, "y", TypeId::kString)})),
       field(21, "tags", Type::list(22, false, TypeId::kLong)),
       field(23, "counts", Type::map(24, TypeId::kString, 25, false, TypeId::kLong)),
       field(26, "added_later", TypeId::kInt)}));
}

std::string show_bound(const Schema& schema, const IdBounds& bounds, std::int32_t id) {
  const auto bytes = bounds.find(id);
  if (!bytes) return "-";
  const Literal value = take(literal_from_bytes(schema.find(id)->type, *bytes));
  if (value.type.id() == TypeId::kDouble && std::get<double>(value.value) == 0) {
    return std::signbit(std::get<double>(value.value)) ? "-0.0" : "0.0";
  }
  return literal_to_text(value);
}

std::string show(const Schema& schema, const DataFile& file) {
  std::string text;
  const auto number = [](std::optional<std::int64_t> value) {
    return value ? std::to_string(*value) : std::string("-");
  };
  for (const std::int32_t id : schema.all_ids()) {
    if (!file.column_sizes.find(id)) continue;
    text += schema.column_name(id) + " " + number(file.value_counts.find(id)) + " " +
            number(file.null_value_counts.find(id)) + " " + number(file.nan_value_counts.find(id)) + " " +
            show_bound(schema, file.lower_bounds, id) + " .. " + show_bound(schema, file.upper_bounds, id) + "\n";
  }
  return text;
}

// One leaf column and its chunks, for what no writer at hand produces.
struct Column {
  SchemaElement element;
  std::vector<ColumnChunk> chunks;

  ColumnChunk& chunk(std::int64_t values, std::int64_t nulls) {
    ColumnChunk made;
    made.type = element.type;
    made.value_count = values;
    made.statistics.null_count = nulls;
    chunks.push_back(std::move(made));
    return chunks.back();
  }
};

Column column_of(PhysicalType type, LogicalType logical = {}) {
  Column column;
  column.element.name = "c";
  column.element.type = type;
  column.element.repetition = Repetition::kOptional;
  column.element.field_id = 1;
  column.element.logical = logical;
  return column;
}

std::string metrics_of(const Column& column, const Type& type, std::vector<bool> type_order = {}) {
  FileMetadata footer;
  SchemaElement root;
  root.children = {1};
  footer.schema = {root, column.element};
  footer.leaves = {1};
  footer.has_type_order = std::move(type_order);
  for (const ColumnChunk& chunk : column.chunks) {
    RowGroup group;
    group.columns = {chunk};
    footer.row_groups.push_back(group);
  }
  const Schema schema = take(Schema::make({field(1, "c", type)}));
  return show(schema, take(data_file_from_footer(footer, schema, MetricsConfig::from_properties(schema, {}))));
}

template <class Value>
std::string raw(Value value) {
  std::string bytes(sizeof(Value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(Value));
  return bytes;
}

LogicalType logical(LogicalKind kind) {
  LogicalType type;
  type.kind = kind;
  return type;
}

}  // namespace

TEST_CASE("metrics of a file of DuckDB with every type") {
  const Schema schema = file_schema();
  IdCounts nans;
  nans.add(5, 1);
  const DataFile file = take(data_file_from_footer(footer_of("parquet/duckdb.parquet"), schema,
                                                   MetricsConfig::from_properties(schema, {}), nans));
  CHECK(file.record_count == 1000);
  CHECK(file.split_offsets == std::vector<std::int64_t>{4});
  CHECK(file.column_sizes.find(1) == 1673);
  CHECK(file.column_sizes.find(22).has_value());
  CHECK(show(schema, file) ==
        "id 1000 0 - 0 .. 999\n"
        "small 1000 0 - -500 .. 499\n"
        "flag 1000 0 - false .. true\n"
        "ratio 1000 0 - -0.0 .. 124.875\n"
        "with_nan 1000 0 1 - .. -\n"  // DuckDB leaves out both when there is a NaN
        "zero 1000 0 - -0.0 .. 0.0\n"
        "price4 1000 0 - -5.00 .. 4.99\n"
        "price18 1000 0 - -5000.00 .. 4990.00\n"
        "price38 1000 0 - -50000000000000000.0000 .. 49900000000000000.0000\n"
        "day 1000 0 - 1968-08-19 .. 1971-05-15\n"
        "clock 1000 0 - 00:00:00 .. 00:16:39\n"
        "at_time 1000 0 - 1969-12-31T00:00:00.000001 .. 1970-02-10T15:00:00.000001\n"
        "at_zone 1000 0 - 2026-01-01T00:00:00+00:00 .. 2026-01-01T16:39:00+00:00\n"
        "name 1000 100 - key é 0000000000 .. key é 0000000001\n"
        "key 1000 0 - 00000000-0000-0000-0000-000000000000 .. 00000000-0000-0000-0000-000000000999\n"
        "blob 1000 0 - YjA= .. Yjk5OQ==\n"
        "nothing 1000 1000 - - .. -\n"
        "place.x 1000 0 - 0 .. 999\n"
        "place.y 1000 334 - y .. y\n"
        "tags.element - - - - .. -\n"
        "counts.key - - - - .. -\n"
        "counts.value - - - - .. -\n");
}

TEST_CASE("metrics of pyarrow's row groups are merged") {
  const Schema schema = file_schema();
  const DataFile file = take(
      data_file_from_footer(footer_of("parquet/pyarrow.parquet"), schema, MetricsConfig::from_properties(schema, {})));
  CHECK(file.split_offsets.size() == 4);
  CHECK(show(schema, file) ==
        "id 1000 0 - 0 .. 999\n"
        "small 1000 0 - -500 .. 499\n"
        "with_nan 1000 0 - -0.0 .. 249.75\n"
        "zero 1000 0 - -0.0 .. 0.0\n"
        "price4 1000 0 - -5.00 .. 4.99\n"
        "price18 1000 0 - -5000.00 .. 4990.00\n"
        "price38 1000 0 - -50000000000000000.0000 .. 49900000000000000.0000\n"
        "day 1000 0 - 1968-08-19 .. 1971-05-15\n"
        "at_time 1000 0 - 1969-12-31T00:00:00.000001 .. 1970-02-10T15:00:00.000001\n"
        "name 1000 100 - key é 0000000000 .. key é 0000000001\n"
        "nothing 1000 1000 - - .. -\n");
}

TEST_CASE("metrics modes decide what is kept") {
  const Schema schema = file_schema();
  const auto lines_of = [&](const std::map<std::string, std::string>& properties, const SortOrder& order = {}) {
    const auto config = MetricsConfig::from_properties(schema, properties, order);
    return show(schema, take(data_file_from_footer(footer_of("parquet/duckdb.parquet"), schema, config)));
  };
  const std::string prefix = "write.metadata.metrics.";
  CHECK(lines_of({{prefix + "default", "none"}}).empty());
  CHECK(lines_of({{prefix + "default", "none"},
                  {prefix + "column.place.y", "counts"},
                  {prefix + "column.name", "full"},
                  {prefix + "column.blob", "truncate(2)"},
                  {prefix + "column.gone", "full"}}) ==
        "name 1000 100 - key é 000000000000000000000000000001 .. key é 000000000000000000000000000999\n"
        "blob 1000 0 - YjA= .. Yjo=\n"
        "place.y 1000 334 - - .. -\n");
  // A sort column gets bounds whatever the default says; a bucket of it tells nothing of its order.
  SortOrder order;
  order.order_id = 1;
  order.fields = {SortField{2, take(transform::parse("identity")), {}, {}},
                  SortField{1, take(transform::parse("bucket[4]")), {}, {}}};
  CHECK(lines_of({{prefix + "default", "none"}}, order) == "small 1000 0 - -500 .. 499\n");
  // Only the first columns are inferred: primitives before what is nested.
  CHECK(lines_of({{prefix + "max-inferred-column-defaults", "2"}}) ==
        "id 1000 0 - 0 .. 999\nsmall 1000 0 - -500 .. 499\n");
  CHECK(lines_of({{prefix + "default", "nonsense"}}) == lines_of({}));
}

TEST_CASE("metrics modes are parsed") {
  CHECK(take(parse_metrics_mode("Truncate(7)")) == ColumnMetricsMode{MetricsMode::kTruncate, 7});
  CHECK(take(parse_metrics_mode("full")).mode == MetricsMode::kFull);
  for (const char* wrong : {"", "truncate", "truncate(0)", "truncate(-1)", "truncate(x)", "truncate(1", "all"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_metrics_mode(wrong).has_value());
  }
}

TEST_CASE("a hundred columns have metrics by default, in Java's order") {
  std::vector<Field> fields;
  fields.push_back(
      field(500, "nested", Type::structure({field(501, "a", TypeId::kInt), field(502, "b", TypeId::kInt)})));
  for (std::int32_t id = 1; id <= 99; ++id)
    fields.push_back(field(id, ("c" + std::to_string(id)).c_str(), TypeId::kInt));
  const Schema schema = take(Schema::make(fields));
  const MetricsConfig config = MetricsConfig::from_properties(schema, {});
  CHECK(config.mode(99).mode == MetricsMode::kTruncate);
  CHECK(config.mode(501).mode == MetricsMode::kTruncate);
  CHECK(config.mode(502).mode == MetricsMode::kNone);
}

TEST_CASE("NaN, zeros and missing statistics never make a wrong bound") {
  Column reals = column_of(PhysicalType::kDouble);
  reals.chunk(10, 0).statistics.min_value = raw(0.0);
  reals.chunks[0].statistics.max_value = raw(-0.0);
  CHECK(metrics_of(reals, TypeId::kDouble) == "c 10 0 - -0.0 .. 0.0\n");
  reals.chunk(10, 0).statistics.min_value = raw(std::numeric_limits<double>::quiet_NaN());
  reals.chunks[1].statistics.max_value = raw(5.0);
  CHECK(metrics_of(reals, TypeId::kDouble) == "c 20 0 - - .. 5.0\n");
  reals.chunk(10, 10);  // nothing but nulls: no bounds needed
  CHECK(metrics_of(reals, TypeId::kDouble) == "c 30 10 - - .. 5.0\n");
  reals.chunk(10, 3);  // values without statistics
  CHECK(metrics_of(reals, TypeId::kDouble) == "c 40 13 - - .. -\n");
  reals.chunk(10, 0).statistics.null_count.reset();
  CHECK(metrics_of(reals, TypeId::kDouble) == "c 50 - - - .. -\n");
}

TEST_CASE("a float column promoted to double keeps its bounds, the other way there are none") {
  Column reals = column_of(PhysicalType::kFloat);
  reals.chunk(1, 0).statistics.min_value = raw(1.5F);
  reals.chunks[0].statistics.max_value = raw(2.5F);
  CHECK(metrics_of(reals, TypeId::kDouble) == "c 1 0 - 1.5 .. 2.5\n");
  Column wide = column_of(PhysicalType::kDouble);
  wide.chunk(1, 0).statistics.min_value = raw(1.5);
  wide.chunks[0].statistics.max_value = raw(2.5);
  CHECK(metrics_of(wide, TypeId::kFloat) == "c 1 0 - - .. -\n");
}

TEST_CASE("deprecated statistics serve for signed numbers only") {
  Column numbers = column_of(PhysicalType::kInt32);
  numbers.chunk(1, 0).statistics.deprecated_min = raw(std::int32_t{-5});
  numbers.chunks[0].statistics.deprecated_max = raw(std::int32_t{5});
  CHECK(metrics_of(numbers, TypeId::kLong) == "c 1 0 - -5 .. 5\n");
  numbers.element.logical = logical(LogicalKind::kInteger);
  numbers.element.logical.is_signed = false;
  CHECK(metrics_of(numbers, TypeId::kLong) == "c 1 0 - - .. -\n");
  Column text = column_of(PhysicalType::kByteArray, logical(LogicalKind::kString));
  text.chunk(1, 0).statistics.deprecated_min = "a";
  text.chunks[0].statistics.deprecated_max = "b";
  CHECK(metrics_of(text, TypeId::kString) == "c 1 0 - - .. -\n");
}

TEST_CASE("orders and encodings that are not the type's give no bounds") {
  Column numbers = column_of(PhysicalType::kInt64);
  numbers.chunk(1, 0).statistics.min_value = raw(std::int64_t{-5});
  numbers.chunks[0].statistics.max_value = raw(std::int64_t{1} << 40);
  CHECK(metrics_of(numbers, TypeId::kLong, {true}) == "c 1 0 - -5 .. 1099511627776\n");
  CHECK(metrics_of(numbers, TypeId::kLong, {false}) == "c 1 0 - - .. -\n");
  CHECK(metrics_of(numbers, TypeId::kInt) == "c 1 0 - -5 .. -\n");
  CHECK(metrics_of(numbers, TypeId::kTimestamp) == "c 1 0 - - .. -\n");
  CHECK(metrics_of(numbers, Type::decimal(9, 2)) == "c 1 0 - - .. -\n");
  CHECK(metrics_of(numbers, TypeId::kString) == "c 1 0 - - .. -\n");
  numbers.element.logical = logical(LogicalKind::kInteger);
  numbers.element.logical.is_signed = false;
  CHECK(metrics_of(numbers, TypeId::kLong) == "c 1 0 - - .. -\n");
  Column short_value = column_of(PhysicalType::kInt64);
  short_value.chunk(1, 0).statistics.min_value = "1234";
  short_value.chunks[0].statistics.max_value = "";
  CHECK(metrics_of(short_value, TypeId::kLong) == "c 1 0 - - .. -\n");
}

TEST_CASE("decimals are read from every physical type, of the right scale only") {
  LogicalType decimal = logical(LogicalKind::kDecimal);
  decimal.precision = 9;
  decimal.scale = 2;
  Column bytes = column_of(PhysicalType::kByteArray, decimal);
  bytes.chunk(1, 0).statistics.min_value = std::string("\xff\x38", 2);
  bytes.chunks[0].statistics.max_value = std::string("\x01", 1);
  CHECK(metrics_of(bytes, Type::decimal(9, 2)) == "c 1 0 - -2.00 .. 0.01\n");
  CHECK(metrics_of(bytes, Type::decimal(18, 2)) == "c 1 0 - -2.00 .. 0.01\n");
  CHECK(metrics_of(bytes, Type::decimal(9, 3)) == "c 1 0 - - .. -\n");
}

TEST_CASE("other time units are brought to micros, downwards") {
  LogicalType time = logical(LogicalKind::kTimestamp);
  time.unit = TimeUnit::kNanos;
  Column nanos = column_of(PhysicalType::kInt64, time);
  nanos.chunk(1, 0).statistics.min_value = raw(std::int64_t{-1});
  nanos.chunks[0].statistics.max_value = raw(std::int64_t{1999});
  CHECK(metrics_of(nanos, TypeId::kTimestamp) == "c 1 0 - 1969-12-31T23:59:59.999999 .. 1970-01-01T00:00:00.000001\n");
  nanos.element.logical.unit = TimeUnit::kMillis;
  CHECK(metrics_of(nanos, TypeId::kTimestamp) == "c 1 0 - 1969-12-31T23:59:59.999 .. 1970-01-01T00:00:01.999\n");
  nanos.chunks[0].statistics.max_value = raw(INT64_MAX);
  CHECK(metrics_of(nanos, TypeId::kTimestamp) == "c 1 0 - 1969-12-31T23:59:59.999 .. -\n");
}

TEST_CASE("text that a writer cut within a character still bounds from below") {
  Column text = column_of(PhysicalType::kByteArray, logical(LogicalKind::kString));
  text.chunk(1, 0).statistics.min_value = "a\xc3";
  text.chunks[0].statistics.max_value = "b\xc3";
  CHECK(metrics_of(text, TypeId::kString) == "c 1 0 - a .. -\n");
}

TEST_CASE("more nulls than values are no null count") {
  Column column = column_of(PhysicalType::kInt32);
  column.chunk(3, INT64_MAX);
  column.chunk(3, 1);
  CHECK(metrics_of(column, TypeId::kInt) == "c 6 - - - .. -\n");
}

TEST_CASE("columns in other files are refused") {
  Column numbers = column_of(PhysicalType::kInt64);
  numbers.chunk(1, 0).file_path = "other.parquet";
  FileMetadata footer;
  SchemaElement root;
  root.children = {1};
  footer.schema = {root, numbers.element};
  footer.leaves = {1};
  footer.row_groups.resize(1);
  footer.row_groups[0].columns = {numbers.chunks[0]};
  const Schema schema = take(Schema::make({field(1, "c", TypeId::kLong)}));
  CHECK(data_file_from_footer(footer, schema, MetricsConfig::full(schema)).error().code == ErrorCode::kUnsupported);
}
