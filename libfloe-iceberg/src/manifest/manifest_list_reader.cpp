#include "avro/container.hpp"
#include "avro/runner.hpp"
#include "manifest/fields.hpp"
#include "manifest/manifest_list.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

namespace {

using avro::Target;
using avro::Wanted;

// Slots are the field ids themselves.
std::vector<Target> list_targets() {
  using namespace field_id;  // NOLINT: the table below is nothing but these names
  const std::vector<Target> summary = {
      {kContainsNull, "contains_null", Wanted::kBoolean, kContainsNull, {}, true},
      {kContainsNan, "contains_nan", Wanted::kBoolean, kContainsNan},
      {kSummaryLowerBound, "lower_bound", Wanted::kBytes, kSummaryLowerBound},
      {kSummaryUpperBound, "upper_bound", Wanted::kBytes, kSummaryUpperBound},
  };
  const auto integer = [](std::int32_t id, std::string_view name, bool required = false) {
    return Target{id, name, Wanted::kInteger, id, {}, required};
  };
  return {
      {kManifestPath, "manifest_path", Wanted::kBytes, kManifestPath, {}, true},
      integer(kManifestLength, "manifest_length", true),
      integer(kPartitionSpecId, "partition_spec_id", true),
      integer(kListContent, "content"),
      integer(kListSequenceNumber, "sequence_number"),
      integer(kMinSequenceNumber, "min_sequence_number"),
      integer(kAddedSnapshotId, "added_snapshot_id"),
      integer(kAddedFilesCount, "added_files_count"),
      integer(kExistingFilesCount, "existing_files_count"),
      integer(kDeletedFilesCount, "deleted_files_count"),
      integer(kAddedRowsCount, "added_rows_count"),
      integer(kExistingRowsCount, "existing_rows_count"),
      integer(kDeletedRowsCount, "deleted_rows_count"),
      {kPartitions, "partitions", Wanted::kRecords, kPartitions, summary},
      {kListKeyMetadata, "key_metadata", Wanted::kBytes, kListKeyMetadata},
      integer(kListFirstRowId, "first_row_id"),
  };
}

// Fills one ManifestFile; `is_bad` when a value is out of its range or a required one is null.
class ListSink {
 public:
  ManifestFile file;
  bool is_bad = false;

  void on_integer(std::int32_t slot, std::int64_t value) {
    switch (slot) {
      case field_id::kManifestLength:
        if (value < 0) is_bad = true;
        file.manifest_length = value;
        break;
      case field_id::kPartitionSpecId:
        file.partition_spec_id = narrow(value);
        break;
      case field_id::kListContent:
        if (value != 0 && value != 1) is_bad = true;
        file.content = value == 1 ? ManifestContent::kDeletes : ManifestContent::kData;
        break;
      case field_id::kListSequenceNumber:
        file.sequence_number = value;
        break;
      case field_id::kMinSequenceNumber:
        file.min_sequence_number = value;
        break;
      case field_id::kAddedSnapshotId:
        file.added_snapshot_id = value;
        break;
      case field_id::kAddedFilesCount:
        file.added_files_count = known(narrow(value));
        break;
      case field_id::kExistingFilesCount:
        file.existing_files_count = known(narrow(value));
        break;
      case field_id::kDeletedFilesCount:
        file.deleted_files_count = known(narrow(value));
        break;
      case field_id::kAddedRowsCount:
        file.added_rows_count = known(value);
        break;
      case field_id::kExistingRowsCount:
        file.existing_rows_count = known(value);
        break;
      case field_id::kDeletedRowsCount:
        file.deleted_rows_count = known(value);
        break;
      default:
        file.first_row_id = value;
        break;
    }
  }

  void on_bytes(std::int32_t slot, std::string_view bytes) {
    switch (slot) {
      case field_id::kManifestPath:
        file.manifest_path = bytes;
        break;
      case field_id::kListKeyMetadata:
        file.key_metadata = std::string(bytes);
        break;
      case field_id::kSummaryLowerBound:
        file.partitions->back().lower_bound = std::string(bytes);
        break;
      default:
        file.partitions->back().upper_bound = std::string(bytes);
        break;
    }
  }

  void on_boolean(std::int32_t slot, bool value) {
    if (slot == field_id::kContainsNull) {
      file.partitions->back().contains_null = value;
    } else {
      file.partitions->back().contains_nan = value;
    }
  }

  void on_null(std::int32_t slot) {
    if (slot == field_id::kManifestPath || slot == field_id::kManifestLength || slot == field_id::kPartitionSpecId) {
      is_bad = true;
    }
  }

  void on_begin_list(std::int32_t /*slot*/) { file.partitions.emplace(); }

  void on_begin_record(std::int32_t /*slot*/) { file.partitions->emplace_back(); }

  void on_end_record(std::int32_t /*slot*/) {}

  // Not asked for in a list.
  void on_float(std::int32_t /*slot*/, float /*value*/) {}

  void on_double(std::int32_t /*slot*/, double /*value*/) {}

  void on_item(std::int32_t /*slot*/, std::int64_t /*value*/) {}

  void on_count(std::int32_t /*slot*/, std::int32_t /*id*/, std::int64_t /*value*/) {}

  void on_bound(std::int32_t /*slot*/, std::int32_t /*id*/, std::string_view /*bytes*/) {}

 private:
  // A negative count says nothing: a reader must not skip files for it.
  template <class Count>
  static std::optional<Count> known(Count value) {
    return value < 0 ? std::nullopt : std::optional<Count>(value);
  }

  std::int32_t narrow(std::int64_t value) {
    if (value < INT32_MIN || value > INT32_MAX) is_bad = true;
    return static_cast<std::int32_t>(value);
  }
};

Error malformed() { return fail(ErrorCode::kData, "an entry of the manifest list is malformed"); }

}  // namespace

Result<std::vector<ManifestFile>> read_manifest_list(std::string_view bytes) {
  avro::ContainerReader reader = FLOE_TRY(avro::ContainerReader::open(bytes));
  const avro::Program program = FLOE_TRY(avro::compile(*reader.schema(), list_targets()));
  std::vector<ManifestFile> manifests;
  for (;;) {
    const std::optional<avro::Block> block = FLOE_TRY(reader.next_block());
    if (!block) return manifests;
    avro::Cursor cursor(block->data);
    for (std::int64_t i = 0; i < block->record_count; ++i) {
      ListSink sink;
      if (!avro::Runner<ListSink>(program, sink).run(&cursor) || sink.is_bad) return malformed();
      manifests.push_back(std::move(sink.file));
    }
    if (!cursor.at_end()) return malformed();
  }
}

}  // namespace floe::iceberg
