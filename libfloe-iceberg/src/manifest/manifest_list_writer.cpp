#include "avro/container.hpp"
#include "avro/schema_writer.hpp"
#include "manifest/container_codec.hpp"
#include "manifest/encode.hpp"
#include "manifest/fields.hpp"
#include "manifest/manifest_list.hpp"

#include "base/fail.hpp"

namespace floe::iceberg {

const std::string& manifest_list_avro_schema() {
  static const std::string kText = [] {
    Result<std::string> text = avro::avro_schema_text(manifest_file_type(), "manifest_file");
    FLOE_ASSERT(text.has_value());
    return *std::move(text);
  }();
  return kText;
}

const std::string& manifest_list_iceberg_schema() {
  static const std::string kText = iceberg_schema_text(manifest_file_type());
  return kText;
}

Result<ManifestFile> assign_sequence_number(const ManifestListWriteOptions& options, const ManifestFile& manifest) {
  ManifestFile assigned = manifest;
  const bool is_unassigned = manifest.sequence_number == kUnassignedSequenceNumber ||
                             manifest.min_sequence_number == kUnassignedSequenceNumber;
  if (is_unassigned && manifest.added_snapshot_id != options.snapshot_id) {
    return failf(ErrorCode::kInvalidState, "manifest `{}` of snapshot {} has no sequence number",
                 manifest.manifest_path, manifest.added_snapshot_id);
  }
  if (assigned.sequence_number == kUnassignedSequenceNumber) assigned.sequence_number = options.sequence_number;
  if (assigned.min_sequence_number == kUnassignedSequenceNumber) assigned.min_sequence_number = options.sequence_number;
  return assigned;
}

namespace {

void encode_summary(std::string* out, const PartitionFieldSummary& summary) {
  avro::write_bool(out, summary.contains_null);
  if (summary.contains_nan) {
    encode_present(out);
    avro::write_bool(out, *summary.contains_nan);
  } else {
    encode_null(out);
  }
  encode_optional(out, summary.lower_bound);
  encode_optional(out, summary.upper_bound);
}

Status encode_manifest(std::string* out, const ManifestFile& file) {
  if (!file.added_files_count || !file.existing_files_count || !file.deleted_files_count || !file.added_rows_count ||
      !file.existing_rows_count || !file.deleted_rows_count) {
    return failf(ErrorCode::kUnsupported,
                 "manifest `{}` has no file and row counts (format version 1): it must be rewritten first",
                 file.manifest_path);
  }
  avro::write_bytes(out, file.manifest_path);
  avro::write_long(out, file.manifest_length);
  avro::write_long(out, file.partition_spec_id);
  avro::write_long(out, static_cast<std::int64_t>(file.content));
  avro::write_long(out, file.sequence_number);
  avro::write_long(out, file.min_sequence_number);
  avro::write_long(out, file.added_snapshot_id);
  avro::write_long(out, *file.added_files_count);
  avro::write_long(out, *file.existing_files_count);
  avro::write_long(out, *file.deleted_files_count);
  avro::write_long(out, *file.added_rows_count);
  avro::write_long(out, *file.existing_rows_count);
  avro::write_long(out, *file.deleted_rows_count);
  if (!file.partitions) {
    encode_null(out);
  } else {
    encode_present(out);
    if (!file.partitions->empty()) avro::write_long(out, static_cast<std::int64_t>(file.partitions->size()));
    for (const PartitionFieldSummary& summary : *file.partitions)
      encode_summary(out, summary);
    avro::write_long(out, 0);
  }
  encode_optional(out, file.key_metadata);
  return ok();
}

}  // namespace

Result<std::string> write_manifest_list(const ManifestListWriteOptions& options,
                                        std::span<const ManifestFile> manifests) {
  avro::Metadata metadata;
  metadata.emplace_back("snapshot-id", std::to_string(options.snapshot_id));
  metadata.emplace_back("parent-snapshot-id",
                        options.parent_snapshot_id ? std::to_string(*options.parent_snapshot_id) : "null");
  metadata.emplace_back("sequence-number", std::to_string(options.sequence_number));
  metadata.emplace_back("format-version", "2");
  metadata.emplace_back("iceberg.schema", manifest_list_iceberg_schema());
  avro::ContainerWriter writer = FLOE_TRY(avro::ContainerWriter::make(
      manifest_list_avro_schema(), metadata, container_codec(options.codec), options.compression_level));
  for (const ManifestFile& manifest : manifests) {
    const ManifestFile assigned = FLOE_TRY(assign_sequence_number(options, manifest));
    FLOE_TRY(encode_manifest(writer.record_buffer(), assigned));
    FLOE_TRY(writer.end_record());
  }
  return writer.finish();
}

}  // namespace floe::iceberg
