#include "manifest/manifest_writer.hpp"

#include "avro/container.hpp"
#include "avro/schema_writer.hpp"
#include "manifest/container_codec.hpp"
#include "manifest/encode.hpp"
#include "manifest/fields.hpp"
#include "manifest/partition_summary.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::iceberg {

Result<std::string> manifest_avro_schema(const Type& partition_type) {
  return avro::avro_schema_text(manifest_entry_type(partition_type), "manifest_entry");
}

Result<std::string> manifest_iceberg_schema(const Type& partition_type) {
  return iceberg_schema_text(manifest_entry_type(partition_type));
}

namespace {

Result<avro::Metadata> header_of(const ManifestWriteOptions& options, const Type& partition) {
  avro::Metadata metadata;
  metadata.emplace_back("schema", options.schema.to_json_text());
  metadata.emplace_back("schema-id", std::to_string(options.schema.schema_id()));
  metadata.emplace_back("partition-spec", to_json(json::value(partition_fields_to_json(options.spec))));
  metadata.emplace_back("partition-spec-id", std::to_string(options.spec.spec_id));
  metadata.emplace_back("format-version", "2");
  metadata.emplace_back("content", options.content == ManifestContent::kData ? "data" : "deletes");
  metadata.emplace_back("iceberg.schema", FLOE_TRY(manifest_iceberg_schema(partition)));
  return metadata;
}

}  // namespace

struct ManifestWriter::Impl {
  Impl(avro::ContainerWriter made, Type partition_struct, const ManifestWriteOptions& options)
      : writer(std::move(made)),
        partition(std::move(partition_struct)),
        summaries(partition.fields().size()),
        content(options.content),
        snapshot_id(options.snapshot_id) {
    file.partition_spec_id = options.spec.spec_id;
    file.content = options.content;
    file.added_snapshot_id = options.snapshot_id;
  }

  avro::ContainerWriter writer;
  Type partition;
  PartitionSummaries summaries;
  ManifestContent content;
  std::int64_t snapshot_id;
  ManifestFile file;
  std::int32_t counts[3] = {0, 0, 0};  // by EntryStatus
  std::int64_t rows[3] = {0, 0, 0};
  std::optional<std::int64_t> min_sequence_number;

  Status check(const DataFile& data_file) const {
    const bool is_data = data_file.content == FileContent::kData;
    if (is_data != (content == ManifestContent::kData)) {
      return failf(ErrorCode::kInvalidArgument, "`{}` cannot be in a manifest of {}", data_file.file_path,
                   is_data ? "delete files" : "data files");
    }
    if (data_file.partition.size() != partition.fields().size()) {
      return failf(ErrorCode::kInvalidArgument, "`{}` has {} partition values, its spec has {} fields",
                   data_file.file_path, data_file.partition.size(), partition.fields().size());
    }
    if (data_file.first_row_id || data_file.content_offset || data_file.content_size_in_bytes) {
      return failf(ErrorCode::kUnsupported, "`{}` has fields of format version 3; floe writes version 2",
                   data_file.file_path);
    }
    return ok();
  }

  Status encode_data_file(std::string* out, const DataFile& data_file) const {
    avro::write_long(out, static_cast<std::int64_t>(data_file.content));
    avro::write_bytes(out, data_file.file_path);
    avro::write_bytes(out, file_format_name(data_file.file_format));
    for (std::size_t i = 0; i < partition.fields().size(); ++i) {
      FLOE_TRY(encode_partition_value(out, partition.fields()[i], data_file.partition[i]));
    }
    avro::write_long(out, data_file.record_count);
    avro::write_long(out, data_file.file_size_in_bytes);
    encode_optional(out, data_file.column_sizes);
    encode_optional(out, data_file.value_counts);
    encode_optional(out, data_file.null_value_counts);
    encode_optional(out, data_file.nan_value_counts);
    encode_optional(out, data_file.lower_bounds);
    encode_optional(out, data_file.upper_bounds);
    encode_optional(out, data_file.key_metadata);
    encode_optional(out, data_file.split_offsets);
    encode_optional(out, data_file.equality_ids);
    encode_optional(out, data_file.sort_order_id);
    encode_optional(out, data_file.referenced_data_file);
    return ok();
  }

  Status write(EntryStatus status, std::optional<std::int64_t> entry_snapshot_id,
               std::optional<std::int64_t> sequence_number, std::optional<std::int64_t> file_sequence_number,
               const DataFile& data_file) {
    FLOE_TRY(check(data_file));
    std::string* out = writer.record_buffer();
    const std::size_t start = out->size();
    avro::write_long(out, static_cast<std::int64_t>(status));
    encode_optional(out, entry_snapshot_id);
    encode_optional(out, sequence_number);
    encode_optional(out, file_sequence_number);
    Status encoded = encode_data_file(out, data_file);
    if (!encoded.has_value()) {
      out->resize(start);  // the half-written record must not stay
      return encoded;
    }
    FLOE_TRY(writer.end_record());
    const auto index = static_cast<std::size_t>(status);
    ++counts[index];
    add_count(&rows[index], data_file.record_count);
    summaries.add(data_file.partition);
    if (status != EntryStatus::kDeleted && sequence_number) {
      min_sequence_number = std::min(min_sequence_number.value_or(*sequence_number), *sequence_number);
    }
    return ok();
  }
};

ManifestWriter::ManifestWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ManifestWriter::ManifestWriter(ManifestWriter&&) noexcept = default;
ManifestWriter& ManifestWriter::operator=(ManifestWriter&&) noexcept = default;
ManifestWriter::~ManifestWriter() = default;

Result<ManifestWriter> ManifestWriter::make(const ManifestWriteOptions& options) {
  FLOE_TRY(check_writable(options.schema.root()));
  Type partition = FLOE_TRY(partition_type(options.spec, options.schema));
  const std::string schema = FLOE_TRY(manifest_avro_schema(partition));
  const avro::Metadata metadata = FLOE_TRY(header_of(options, partition));
  avro::ContainerWriter writer = FLOE_TRY(
      avro::ContainerWriter::make(schema, metadata, container_codec(options.codec), options.compression_level));
  return ManifestWriter(std::make_unique<Impl>(std::move(writer), std::move(partition), options));
}

Status ManifestWriter::add_added(const DataFile& file, std::optional<std::int64_t> data_sequence_number) {
  return impl_->write(EntryStatus::kAdded, impl_->snapshot_id, data_sequence_number, std::nullopt, file);
}

namespace {

Status check_numbers(const ManifestEntry& entry) {
  if (entry.sequence_number && entry.file_sequence_number) return ok();
  return failf(ErrorCode::kInvalidState, "`{}` has no sequence numbers: it was read without inheritance",
               entry.data_file.file_path);
}

}  // namespace

Status ManifestWriter::add_existing(const ManifestEntry& entry) {
  FLOE_TRY(check_numbers(entry));
  if (!entry.snapshot_id) {
    return failf(ErrorCode::kInvalidState, "`{}` has no snapshot id: it was read without inheritance",
                 entry.data_file.file_path);
  }
  return impl_->write(EntryStatus::kExisting, entry.snapshot_id, entry.sequence_number, entry.file_sequence_number,
                      entry.data_file);
}

Status ManifestWriter::add_deleted(const ManifestEntry& entry) {
  FLOE_TRY(check_numbers(entry));
  return impl_->write(EntryStatus::kDeleted, impl_->snapshot_id, entry.sequence_number, entry.file_sequence_number,
                      entry.data_file);
}

std::int64_t ManifestWriter::entry_count() const {
  return std::int64_t{impl_->counts[0]} + impl_->counts[1] + impl_->counts[2];
}

std::size_t ManifestWriter::size_estimate() const { return impl_->writer.size_estimate(); }

Result<WrittenManifest> ManifestWriter::finish() {
  WrittenManifest written;
  written.bytes = FLOE_TRY(impl_->writer.finish());
  written.file = std::move(impl_->file);
  ManifestFile& file = written.file;
  file.manifest_length = static_cast<std::int64_t>(written.bytes.size());
  file.sequence_number = kUnassignedSequenceNumber;
  file.min_sequence_number = impl_->min_sequence_number.value_or(kUnassignedSequenceNumber);
  file.existing_files_count = impl_->counts[0];
  file.added_files_count = impl_->counts[1];
  file.deleted_files_count = impl_->counts[2];
  file.existing_rows_count = impl_->rows[0];
  file.added_rows_count = impl_->rows[1];
  file.deleted_rows_count = impl_->rows[2];
  file.partitions = impl_->summaries.finish();
  return written;
}

}  // namespace floe::iceberg
