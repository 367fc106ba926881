#include "manifest/manifest_reader.hpp"

#include "avro/container.hpp"
#include "avro/cursor.hpp"
#include "manifest/manifest_list.hpp"
#include "manifest/sample_manifest.hpp"

#include "base/text/text.hpp"

using namespace floe;
using namespace floe::iceberg;
using testing::read_fixture;
using testing::take;

namespace {

std::string show(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : "-"; }

// One line per entry: status, numbers, path, rows, sizes, partition.
std::string describe(const std::vector<ManifestEntry>& entries) {
  std::string text;
  for (const ManifestEntry& entry : entries) {
    const DataFile& file = entry.data_file;
    text += std::to_string(static_cast<int>(entry.status)) + " " + show(entry.snapshot_id) + " " +
            show(entry.sequence_number) + " " + show(entry.file_sequence_number) + " " + file.file_path + " " +
            std::string(file_format_name(file.file_format)) + " " + std::to_string(file.record_count) + " " +
            std::to_string(file.file_size_in_bytes) + " row " + show(file.first_row_id) + " spec " +
            std::to_string(file.spec_id) + " [";
    for (const auto& value : file.partition)
      text += (value ? literal_to_text(*value) : "null") + "|";
    text += "] sizes";
    for (const auto& item : file.column_sizes.items())
      text += " " + std::to_string(item.id) + "=" + std::to_string(item.value);
    text += " lower";
    for (const auto& item : file.lower_bounds.items()) {
      text += " " + std::to_string(item.id) + "=" + text::to_hex(file.lower_bounds.bytes(item));
    }
    text += " splits";
    for (const std::int64_t offset : file.split_offsets)
      text += " " + std::to_string(offset);
    text += "\n";
  }
  return text;
}

constexpr const char* kTransformed = "-7|né|-14.20|AMg=|-7|-7|-7|1969-12-25|-7|1969-12-25|null|-7|";
constexpr const char* kAllNull = "null|null|null|null|null|null|null|null|null|null|null|null|";
constexpr const char* kMetrics = "sizes 1=80 12=300 lower 1=fbffffffffffffff 12=616263 splits 4 500\n";
constexpr const char* kNoMetrics = "sizes lower splits\n";

std::string java_manifest(std::size_t list_index, const char* list, const char* manifest) {
  const std::string bytes = read_fixture(manifest);
  const std::vector<ManifestFile> files = take(read_manifest_list(read_fixture(list)));
  REQUIRE(files.size() > list_index);
  ManifestReadOptions options;
  options.manifest = &files[list_index];
  return describe(take(read_manifest(bytes, options)));
}

}  // namespace

TEST_CASE("Java's manifests of versions 1, 2 and 3 are read with inheritance") {
  const std::string transformed = std::string("[") + kTransformed + "] ";
  const std::string all_null = std::string("[") + kAllNull + "] ";
  CHECK(java_manifest(2, "java/list_v1.avro", "java/manifest_v1.avro") ==
        "1 42 0 0 file:///w/data/1.parquet PARQUET 10 1001 row - spec 4 " + transformed + kMetrics +
            "1 42 0 0 file:///w/data/2.parquet PARQUET 20 1002 row - spec 4 " + all_null + kNoMetrics +
            "0 41 0 0 file:///w/data/3.parquet PARQUET 30 1003 row - spec 4 " + transformed + kMetrics +
            "2 42 0 0 file:///w/data/4.parquet PARQUET 40 1004 row - spec 4 " + transformed + kNoMetrics);
  // Row ids of version 3: the list gives this manifest 1000 + 2 * 60; deleted entries take none.
  CHECK(java_manifest(2, "java/list_v3.avro", "java/manifest_v3.avro") ==
        "1 42 6 6 file:///w/data/1.parquet PARQUET 10 1001 row 1120 spec 4 " + transformed + kMetrics +
            "1 42 6 6 file:///w/data/2.parquet PARQUET 20 1002 row 1130 spec 4 " + all_null + kNoMetrics +
            "0 41 5 4 file:///w/data/3.parquet PARQUET 30 1003 row 1150 spec 4 " + transformed + kMetrics +
            "2 42 3 2 file:///w/data/4.parquet PARQUET 40 1004 row - spec 4 " + transformed + kNoMetrics);
  CHECK(
      java_manifest(1, "java/list_v2.avro", "java/manifest_v2.avro")
          .starts_with(
              "1 42 6 6 file:///w/data/1.parquet PARQUET 10 1001 row - spec 3 [1700000000000001|true|-7|1.5|-2.25|"
              "-14.20|-14.2000000000|1969-12-25|22:31:08.000001|2023-11-14T22:13:20.000001|"
              "2023-11-14T22:13:20.000001+00:00|né|f79c3e09-677c-4bbd-a479-3f349cb785e7|AQIDBP8=|AMg=|-2.25|né|-7|] "));
}

TEST_CASE("without the list's row entries stay as stored") {
  const auto entries = take(read_manifest(read_fixture("java/manifest_v2.avro")));
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].snapshot_id == 42);
  CHECK_FALSE(entries[0].sequence_number.has_value());
  CHECK(entries[2].sequence_number == 5);
  CHECK(take(read_manifest(read_fixture("java/manifest_v2.avro"), {}, true)).size() == 3);
}

TEST_CASE("PyIceberg's manifests with one entry per block are read") {
  const std::string bytes = read_fixture("avro/pyiceberg_v2.avro");
  const std::vector<ManifestFile> files = take(read_manifest_list(read_fixture("avro/pyiceberg_list_v2.avro")));
  REQUIRE(files.size() == 1);
  ManifestReadOptions options;
  options.manifest = &files[0];
  const auto metrics = [](int number, const char* lower) {
    return " sizes 1=80 2=" + std::to_string(300 + number) + " lower 1=" + lower + " 2=616263 splits 4 500\n";
  };
  CHECK(describe(take(read_manifest(bytes, options))) ==
        "1 42 6 6 file:///w/data/1.parquet PARQUET 10 1001 row - spec 2 "
        "[1|name 1|-0.99|2022-01-09|00000000-0000-0000-0000-000000000001|]" +
            metrics(1, "ffffffffffffffff") +
            "1 42 6 6 file:///w/data/2.parquet PARQUET 20 1002 row - spec 2 [2|null|null|null|null|]" +
            metrics(2, "feffffffffffffff") +
            "1 42 6 6 file:///w/data/3.parquet PARQUET 30 1003 row - spec 2 "
            "[3|name 3|-0.97|2022-01-11|00000000-0000-0000-0000-000000000003|]" +
            metrics(3, "fdffffffffffffff") +
            "0 41 5 4 file:///w/data/4.parquet PARQUET 40 1004 row - spec 2 "
            "[4|name 4|-0.96|2022-01-12|00000000-0000-0000-0000-000000000004|]" +
            metrics(4, "fcffffffffffffff") +
            "2 42 3 2 file:///w/data/5.parquet PARQUET 50 1005 row - spec 2 "
            "[5|name 5|-0.95|2022-01-13|00000000-0000-0000-0000-000000000005|]" +
            metrics(5, "fbffffffffffffff"));
}

TEST_CASE("partition tuples come in the caller's order and types, by field id") {
  const std::string bytes = read_fixture("java/manifest_v2.avro");
  ManifestReadOptions options;
  options.partition_type =
      Type::structure({Field{1011, "renamed", false, TypeId::kString}, Field{2000, "new", false, TypeId::kInt},
                       Field{1002, "small", false, TypeId::kLong}, Field{1003, "ratio", false, TypeId::kDouble}});
  const auto entries = take(read_manifest(bytes, options));
  const PartitionTuple expected = {Literal::string("né"), std::nullopt, Literal::long_integer(-7),
                                   Literal::double_real(1.5)};
  CHECK(entries[0].data_file.partition == expected);
  options.partition_type = Type::structure({Field{1011, "name", false, TypeId::kInt}});
  CHECK(ManifestReader::open(bytes, options).error().to_string() ==
        "partition field `name` is stored as `string`, which is no `int`");
}

TEST_CASE("statistics can be skipped, the rest stays") {
  ManifestReadOptions options;
  options.skip_statistics = true;
  const auto entries = take(read_manifest(read_fixture("java/manifest_v2.avro"), options));
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].data_file.column_sizes.empty());
  CHECK(entries[0].data_file.lower_bounds.empty());
  CHECK(entries[0].data_file.record_count == 10);
  CHECK(entries[0].data_file.sort_order_id == 0);
}

TEST_CASE("headers tell what the file tells") {
  const std::string bytes = read_fixture("java/manifest_v1.avro");
  const ManifestHeader header = take(ManifestReader::open(bytes)).header();
  CHECK(header.format_version == 1);
  CHECK(header.content == ManifestContent::kData);
  CHECK(header.partition_spec_id == 4);
  CHECK(take(Schema::from_json_text(header.schema_json)) == testing::sample_schema());
}

TEST_CASE("sequence numbers are inherited by new entries only") {
  ManifestFile manifest;
  manifest.added_snapshot_id = 9;
  manifest.sequence_number = 7;

  struct Case {
    EntryStatus status;
    std::optional<std::int64_t> stored;
    std::int64_t manifest_number;
    std::string result;
  };

  const Case cases[] = {
      {EntryStatus::kAdded, std::nullopt, 7, "7"},
      {EntryStatus::kAdded, 3, 7, "3"},
      {EntryStatus::kExisting, 3, 7, "3"},
      {EntryStatus::kExisting, std::nullopt, 0, "0"},
      {EntryStatus::kExisting, std::nullopt, 7, ""},
      {EntryStatus::kDeleted, std::nullopt, 7, ""},
      {EntryStatus::kAdded, std::nullopt, kUnassignedSequenceNumber, "-"},
  };
  for (const Case& test : cases) {
    ManifestEntry entry;
    entry.status = test.status;
    entry.sequence_number = test.stored;
    manifest.sequence_number = test.manifest_number;
    const Status status = inherit_from_manifest(manifest, &entry);
    CHECK((status.has_value() ? show(entry.sequence_number) : "") == test.result);
    CHECK(entry.snapshot_id == 9);
    if (!status.has_value()) CHECK(status.error().code == ErrorCode::kData);
  }
}

TEST_CASE("a manifest cut or flipped anywhere is an error or harmless") {
  for (const char* name : {"java/manifest_v3.avro", "avro/pyiceberg_v2.avro"}) {
    std::string bytes = read_fixture(name);
    std::size_t readable = 0;
    for (std::size_t size = 0; size < bytes.size(); size += (size % 64 == 0 ? 1 : 9)) {
      readable += read_manifest(std::string_view(bytes.data(), size)).has_value() ? 1 : 0;
    }
    CHECK(readable <= 6);  // cuts right behind a block
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      const char original = bytes[i];
      bytes[i] = static_cast<char>(original ^ (1 << (i % 7)));
      const auto entries = read_manifest(bytes);
      if (entries.has_value()) CHECK(entries->size() <= 5);
      bytes[i] = original;
    }
  }
}

namespace {

// A manifest of one entry in the given partition (its Avro type and encoded value) with these column sizes.
std::string small_manifest(const std::string& partition_type, const std::string& partition,
                           const std::vector<std::pair<std::int32_t, std::int64_t>>& sizes) {
  const std::string schema =
      R"({"type":"record","name":"e","fields":[{"name":"status","type":"int","field-id":0},
 {"name":"data_file","field-id":2,"type":{"type":"record","name":"f","fields":[
 {"name":"file_path","type":"string","field-id":100},{"name":"file_format","type":"string","field-id":101},
 {"name":"partition","field-id":102,"type":{"type":"record","name":"p","fields":[
 {"name":"x","field-id":1000,"type":)" +
      partition_type + R"(}]}},
 {"name":"record_count","type":"long","field-id":103},{"name":"file_size_in_bytes","type":"long","field-id":104},
 {"name":"column_sizes","field-id":108,"type":{"type":"array","items":{"type":"record","name":"s","fields":[
 {"name":"key","type":"int"},{"name":"value","type":"long"}]}}}]}}]})";
  avro::ContainerWriter writer = take(avro::ContainerWriter::make(schema, {}, avro::Codec::kNull));
  std::string* out = writer.record_buffer();
  avro::write_long(out, 1);
  avro::write_bytes(out, "f");
  avro::write_bytes(out, "PARQUET");
  *out += partition;
  avro::write_long(out, 3);
  avro::write_long(out, 4);
  for (const auto& [id, size] : sizes) {
    avro::write_long(out, 1);
    avro::write_long(out, id);
    avro::write_long(out, size);
  }
  avro::write_long(out, 0);
  FLOE_REQUIRE_OK(writer.end_record());
  return take(writer.finish());
}

}  // namespace

TEST_CASE("a partition value of another type than its column's is malformed") {
  const auto shown = [](const std::string& type, const std::string& value) {
    const auto entries = read_manifest(small_manifest(type, value, {}));
    return entries.has_value() ? literal_to_text(entries->front().data_file.partition[0].value())
                               : entries.error().to_string();
  };
  std::string text;
  avro::write_long(&text, 2);
  avro::write_bytes(&text, "abc");
  std::string number;
  avro::write_long(&number, 1);
  avro::write_long(&number, 7);
  CHECK(shown(R"(["null","int","string"])", text) == "abc");
  for (const char* first : {"int", "boolean", "double"}) {
    std::string value("\2\1\0\0\0\0\0\0\0", 9);
    value.resize(first == std::string("double") ? 9 : 2);
    CHECK(shown(R"(["null",")" + std::string(first) + R"(","string"])", value) ==
          "an entry of the manifest is malformed");
  }
  CHECK(shown(R"(["null","int","boolean"])", number) == "an entry of the manifest is malformed");
  CHECK(shown(R"(["null","string","int"])", std::string("\2\2a", 3)) == "an entry of the manifest is malformed");
}

TEST_CASE("statistics are ascending by id whatever their order in the file, and the last of equal ids wins") {
  std::string null;
  avro::write_long(&null, 0);
  const std::vector<std::pair<std::int32_t, std::int64_t>> stored = {{7, 1}, {3, 2}, {9, 3}, {3, 4}, {1, 5}};
  const auto entries = take(read_manifest(small_manifest(R"(["null","int"])", null, stored)));
  IdCounts expected;
  for (const auto& [id, size] : stored)
    expected.add(id, size);
  CHECK(entries.front().data_file.column_sizes == expected);
  CHECK(entries.front().data_file.column_sizes.find(3) == 4);
}

TEST_CASE("old names of manifest list columns do not matter") {
  std::string bytes = read_fixture("java/list_v2.avro");
  // Same length, so that the header stays whole.
  for (const char* name : {"added_files_count", "added_rows_count"}) {
    for (std::size_t at = bytes.find(name); at != std::string::npos; at = bytes.find(name, at))
      bytes[at] = 'X';
  }
  const auto files = take(read_manifest_list(bytes));
  CHECK(files[1].added_files_count == 2);
  CHECK(files[1].added_rows_count == 30);
}
