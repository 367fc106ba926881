#include "manifest/manifest_writer.hpp"

#include "manifest/manifest_list.hpp"
#include "manifest/partition_summary.hpp"
#include "manifest/sample_manifest.hpp"

#include <cmath>

using namespace floe;
using namespace floe::iceberg;
using testing::sample_file;
using testing::take;

namespace {

ManifestWriteOptions options_for(const char* spec_name, AvroCodec codec = AvroCodec::kDeflate) {
  ManifestWriteOptions options;
  options.schema = testing::sample_schema();
  options.spec = testing::sample_spec(spec_name);
  options.snapshot_id = 42;
  options.codec = codec;
  return options;
}

ManifestEntry entry_of(DataFile file, EntryStatus status, std::int64_t snapshot_id, std::int64_t number) {
  ManifestEntry entry;
  entry.status = status;
  entry.snapshot_id = snapshot_id;
  entry.sequence_number = number;
  entry.file_sequence_number = number + 1;
  entry.data_file = std::move(file);
  return entry;
}

}  // namespace

TEST_CASE("entries of every kind come back as they were written") {
  for (const char* spec_name : {"unpartitioned", "identity_all", "transforms"}) {
    for (const AvroCodec codec : {AvroCodec::kNull, AvroCodec::kDeflate, AvroCodec::kZstd}) {
      CAPTURE(spec_name);
      const ManifestWriteOptions options = options_for(spec_name, codec);
      const Type partition = take(partition_type(options.spec, options.schema));
      ManifestWriter writer = take(ManifestWriter::make(options));
      std::vector<ManifestEntry> expected;
      for (std::int64_t i = 0; i < 200; ++i) {
        DataFile file = sample_file(partition, i);
        file.spec_id = options.spec.spec_id;
        if (i % 3 == 0) {
          FLOE_REQUIRE_OK(writer.add_added(file));
          expected.push_back(entry_of(file, EntryStatus::kAdded, 42, 9));
          expected.back().file_sequence_number = 9;
        } else if (i % 3 == 1) {
          expected.push_back(entry_of(file, EntryStatus::kExisting, 7, i));
          FLOE_REQUIRE_OK(writer.add_existing(expected.back()));
        } else {
          expected.push_back(entry_of(file, EntryStatus::kDeleted, 7, i));
          FLOE_REQUIRE_OK(writer.add_deleted(expected.back()));
          expected.back().snapshot_id = 42;
        }
      }
      CHECK(writer.entry_count() == 200);
      const WrittenManifest written = take(writer.finish());
      ManifestFile file = written.file;
      CHECK(file.sequence_number == kUnassignedSequenceNumber);
      CHECK(file.min_sequence_number == 1);
      CHECK(file.manifest_length == static_cast<std::int64_t>(written.bytes.size()));
      CHECK(file.added_files_count == 67);
      CHECK(file.existing_files_count == 67);
      CHECK(file.deleted_files_count == 66);
      std::int64_t added_rows = 0;
      for (std::int64_t i = 0; i < 200; i += 3)
        added_rows += i * 10;
      CHECK(file.added_rows_count == added_rows);
      file.sequence_number = 9;
      ManifestReadOptions read_options;
      read_options.manifest = &file;
      read_options.partition_type = partition;
      const auto entries = take(read_manifest(written.bytes, read_options));
      CHECK(entries == expected);
    }
  }
}

TEST_CASE("partition summaries cover all entries, deleted ones too") {
  ManifestWriteOptions options = options_for("unpartitioned");
  options.spec = PartitionSpec{1,
                               {PartitionField{5, 1000, "exact", take(transform::parse("identity")), {}},
                                PartitionField{12, 1001, "name", take(transform::parse("identity")), {}}}};
  ManifestWriter writer = take(ManifestWriter::make(options));
  const auto file = [](std::optional<double> exact, std::optional<std::string> name) {
    DataFile made;
    made.partition.resize(2);
    if (exact) made.partition[0] = Literal::double_real(*exact);
    if (name) made.partition[1] = Literal::string(*name);
    return made;
  };
  FLOE_REQUIRE_OK(writer.add_added(file(1.5, "b")));
  FLOE_REQUIRE_OK(writer.add_added(file(std::nan(""), "ab")));
  FLOE_REQUIRE_OK(writer.add_deleted(entry_of(file(-2, std::nullopt), EntryStatus::kDeleted, 1, 1)));
  const auto summaries = *take(writer.finish()).file.partitions;
  REQUIRE(summaries.size() == 2);
  CHECK_FALSE(summaries[0].contains_null);
  CHECK(summaries[0].contains_nan == true);
  CHECK(take(literal_from_bytes(TypeId::kDouble, *summaries[0].lower_bound)) == Literal::double_real(-2));
  CHECK(take(literal_from_bytes(TypeId::kDouble, *summaries[0].upper_bound)) == Literal::double_real(1.5));
  CHECK(summaries[1].contains_null);
  CHECK(summaries[1].contains_nan == false);
  CHECK(summaries[1].lower_bound == "ab");
  CHECK(summaries[1].upper_bound == "b");
}

TEST_CASE("summaries of Java's tuples are those in Java's list") {
  const auto files = take(read_manifest_list(testing::read_fixture("java/list_v2.avro")));
  PartitionSummaries summaries(18);
  for (const ManifestEntry& entry : take(read_manifest(testing::read_fixture("java/manifest_v2.avro")))) {
    summaries.add(entry.data_file.partition);
  }
  CHECK(summaries.finish() == *files[1].partitions);
}

TEST_CASE("fixed partition values, which Java stores in a form of its own, are not written") {
  const ManifestWriteOptions options = options_for("repeated");
  const Type partition = take(partition_type(options.spec, options.schema));
  ManifestWriter writer = take(ManifestWriter::make(options));
  DataFile file = sample_file(partition, 1);
  FLOE_REQUIRE_OK(writer.add_added(file));
  file.partition[4] = Literal{Type::fixed(5), std::string("12345")};
  const Status refused = writer.add_added(file);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kUnsupported);
  CHECK(refused.error().to_string().starts_with("partition field `hash` of type `fixed[5]`: "));
}

TEST_CASE("manifest lists come back, with the commit's number where none was assigned") {
  ManifestFile fresh;
  fresh.manifest_path = "file:///w/metadata/a-m0.avro";
  fresh.manifest_length = 5;
  fresh.sequence_number = kUnassignedSequenceNumber;
  fresh.min_sequence_number = kUnassignedSequenceNumber;
  fresh.added_snapshot_id = 42;
  fresh.added_files_count = 1;
  fresh.existing_files_count = 0;
  fresh.deleted_files_count = 0;
  fresh.added_rows_count = 10;
  fresh.existing_rows_count = 0;
  fresh.deleted_rows_count = 0;
  fresh.partitions.emplace();
  ManifestFile kept = fresh;
  kept.content = ManifestContent::kDeletes;
  kept.sequence_number = 3;
  kept.min_sequence_number = 2;
  kept.added_snapshot_id = 7;
  kept.partitions->push_back({true, false, "a", std::nullopt});
  kept.partitions->push_back({false, std::nullopt, std::nullopt, std::string(300, 'x')});
  kept.key_metadata = "key";
  ManifestFile bare = kept;
  bare.partitions.reset();
  ManifestListWriteOptions options;
  options.snapshot_id = 42;
  options.sequence_number = 6;
  const std::vector<ManifestFile> manifests = {fresh, kept, bare};
  const auto read = take(read_manifest_list(take(write_manifest_list(options, manifests))));
  fresh.sequence_number = 6;
  fresh.min_sequence_number = 6;
  CHECK(read == std::vector<ManifestFile>{fresh, kept, bare});

  // A count below zero says nothing, a length below zero is no length.
  ManifestFile odd = kept;
  odd.added_files_count = -1;
  odd.existing_rows_count = -1;
  ManifestFile unknown = kept;
  unknown.added_files_count.reset();
  unknown.existing_rows_count.reset();
  CHECK(take(read_manifest_list(take(write_manifest_list(options, std::vector<ManifestFile>{odd})))) ==
        std::vector<ManifestFile>{unknown});
  odd.manifest_length = -1;
  CHECK(read_manifest_list(take(write_manifest_list(options, std::vector<ManifestFile>{odd}))).error().to_string() ==
        "an entry of the manifest list is malformed");

  kept.sequence_number = kUnassignedSequenceNumber;
  CHECK(write_manifest_list(options, std::vector<ManifestFile>{kept}).error().to_string() ==
        "manifest `file:///w/metadata/a-m0.avro` of snapshot 7 has no sequence number");
  fresh.added_rows_count.reset();
  CHECK(write_manifest_list(options, std::vector<ManifestFile>{fresh}).error().code == ErrorCode::kUnsupported);
}

TEST_CASE("row counts beyond a 64-bit sum stay at the largest number") {
  const ManifestWriteOptions options = options_for("unpartitioned");
  ManifestWriter writer = take(ManifestWriter::make(options));
  DataFile file = sample_file(take(partition_type(options.spec, options.schema)), 1);
  file.record_count = INT64_MAX - 1;
  FLOE_REQUIRE_OK(writer.add_added(file));
  FLOE_REQUIRE_OK(writer.add_added(file));
  CHECK(take(writer.finish()).file.added_rows_count == INT64_MAX);
}

TEST_CASE("what does not belong into the manifest is refused and leaves no trace") {
  const ManifestWriteOptions options = options_for("transforms");
  const Type partition = take(partition_type(options.spec, options.schema));
  ManifestWriter writer = take(ManifestWriter::make(options));
  DataFile file = sample_file(partition, 1);
  DataFile deletes = file;
  deletes.content = FileContent::kPositionDeletes;
  CHECK(writer.add_added(deletes).error().to_string() ==
        "`file:///w/data/1.parquet` cannot be in a manifest of data files");
  DataFile narrow = file;
  narrow.partition.pop_back();
  CHECK(writer.add_added(narrow).error().to_string() ==
        "`file:///w/data/1.parquet` has 11 partition values, its spec has 12 fields");
  DataFile mistyped = file;
  mistyped.partition[11] = Literal::string("x");
  CHECK(writer.add_added(mistyped).error().to_string() ==
        "partition value of `key_b`: a value of type `string` is not one of type `int`");
  ManifestEntry bare;
  bare.data_file = file;
  CHECK(writer.add_existing(bare).error().code == ErrorCode::kInvalidState);
  CHECK(writer.add_deleted(bare).error().code == ErrorCode::kInvalidState);
  FLOE_REQUIRE_OK(writer.add_added(file));
  CHECK(take(read_manifest(take(writer.finish()).bytes)).size() == 1);
}

TEST_CASE("a partition field whose column is gone is written as null") {
  ManifestWriteOptions options = options_for("unpartitioned");
  options.spec = PartitionSpec{1,
                               {PartitionField{99, 1000, "gone", take(transform::parse("void")), {}},
                                PartitionField{12, 1001, "name", take(transform::parse("identity")), {}}}};
  ManifestWriter writer = take(ManifestWriter::make(options));
  DataFile file;
  file.partition = {std::nullopt, Literal::string("a")};
  FLOE_REQUIRE_OK(writer.add_added(file));
  const auto entries = take(read_manifest(take(writer.finish()).bytes));
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].data_file.partition == file.partition);
}
