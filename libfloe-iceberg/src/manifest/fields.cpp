#include "manifest/fields.hpp"

#include "schema/type_json.hpp"

#include "base/json/json.hpp"

namespace floe::iceberg {

namespace {

Field required(std::int32_t id, std::string name, Type type, std::optional<std::string> doc = std::nullopt) {
  return Field{id, std::move(name), true, std::move(type), std::move(doc)};
}

Field optional(std::int32_t id, std::string name, Type type, std::optional<std::string> doc = std::nullopt) {
  return Field{id, std::move(name), false, std::move(type), std::move(doc)};
}

Type counts(std::int32_t key_id, std::int32_t value_id) {
  return Type::map(key_id, TypeId::kInt, value_id, true, TypeId::kLong);
}

Type bounds(std::int32_t key_id, std::int32_t value_id) {
  return Type::map(key_id, TypeId::kInt, value_id, true, TypeId::kBinary);
}

}  // namespace

Type manifest_entry_type(const Type& partition_type) {
  using namespace field_id;  // NOLINT: the table below is nothing but these names
  const Type data_file = Type::structure({
      required(kContent, "content", TypeId::kInt,
               "Contents of the file: 0=data, 1=position deletes, 2=equality deletes"),
      required(kFilePath, "file_path", TypeId::kString, "Location URI with FS scheme"),
      required(kFileFormat, "file_format", TypeId::kString, "File format name: avro, orc, or parquet"),
      required(kPartition, "partition", partition_type, "Partition data tuple, schema based on the partition spec"),
      required(kRecordCount, "record_count", TypeId::kLong, "Number of records in the file"),
      required(kFileSize, "file_size_in_bytes", TypeId::kLong, "Total file size in bytes"),
      optional(kColumnSizes, "column_sizes", counts(117, 118), "Map of column id to total size on disk"),
      optional(kValueCounts, "value_counts", counts(119, 120),
               "Map of column id to total count, including null and NaN"),
      optional(kNullValueCounts, "null_value_counts", counts(121, 122), "Map of column id to null value count"),
      optional(kNanValueCounts, "nan_value_counts", counts(138, 139),
               "Map of column id to number of NaN values in the column"),
      optional(kLowerBounds, "lower_bounds", bounds(126, 127), "Map of column id to lower bound"),
      optional(kUpperBounds, "upper_bounds", bounds(129, 130), "Map of column id to upper bound"),
      optional(kKeyMetadata, "key_metadata", TypeId::kBinary, "Encryption key metadata blob"),
      optional(kSplitOffsets, "split_offsets", Type::list(133, true, TypeId::kLong), "Splittable offsets"),
      optional(kEqualityIds, "equality_ids", Type::list(136, true, TypeId::kInt), "Equality comparison field IDs"),
      optional(kSortOrderId, "sort_order_id", TypeId::kInt, "Sort order ID"),
      optional(kReferencedDataFile, "referenced_data_file", TypeId::kString,
               "Fully qualified location (URI with FS scheme) of a data file that all deletes reference"),
  });
  return Type::structure({
      required(kStatus, "status", TypeId::kInt),
      optional(kSnapshotId, "snapshot_id", TypeId::kLong),
      optional(kSequenceNumber, "sequence_number", TypeId::kLong),
      optional(kFileSequenceNumber, "file_sequence_number", TypeId::kLong),
      required(kDataFile, "data_file", data_file),
  });
}

Type manifest_file_type() {
  using namespace field_id;  // NOLINT: as above
  const Type summary = Type::structure({
      required(kContainsNull, "contains_null", TypeId::kBoolean, "True if any file has a null partition value"),
      optional(kContainsNan, "contains_nan", TypeId::kBoolean, "True if any file has a nan partition value"),
      optional(kSummaryLowerBound, "lower_bound", TypeId::kBinary, "Partition lower bound for all files"),
      optional(kSummaryUpperBound, "upper_bound", TypeId::kBinary, "Partition upper bound for all files"),
  });
  return Type::structure({
      required(kManifestPath, "manifest_path", TypeId::kString, "Location URI with FS scheme"),
      required(kManifestLength, "manifest_length", TypeId::kLong, "Total file size in bytes"),
      required(kPartitionSpecId, "partition_spec_id", TypeId::kInt, "Spec ID used to write"),
      required(kListContent, "content", TypeId::kInt, "Contents of the manifest: 0=data, 1=deletes"),
      required(kListSequenceNumber, "sequence_number", TypeId::kLong, "Sequence number when the manifest was added"),
      required(kMinSequenceNumber, "min_sequence_number", TypeId::kLong, "Lowest sequence number in the manifest"),
      required(kAddedSnapshotId, "added_snapshot_id", TypeId::kLong, "Snapshot ID that added the manifest"),
      required(kAddedFilesCount, "added_files_count", TypeId::kInt, "Added entry count"),
      required(kExistingFilesCount, "existing_files_count", TypeId::kInt, "Existing entry count"),
      required(kDeletedFilesCount, "deleted_files_count", TypeId::kInt, "Deleted entry count"),
      required(kAddedRowsCount, "added_rows_count", TypeId::kLong, "Added rows count"),
      required(kExistingRowsCount, "existing_rows_count", TypeId::kLong, "Existing rows count"),
      required(kDeletedRowsCount, "deleted_rows_count", TypeId::kLong, "Deleted rows count"),
      optional(kPartitions, "partitions", Type::list(508, true, summary), "Summary for each partition"),
      optional(kListKeyMetadata, "key_metadata", TypeId::kBinary, "Encryption key metadata blob"),
  });
}

std::string iceberg_schema_text(const Type& root) {
  json::object object;
  object["type"] = "struct";
  object["schema-id"] = 0;
  object["fields"] = fields_to_json(root.fields());
  return to_json(json::value(std::move(object)));
}

}  // namespace floe::iceberg
