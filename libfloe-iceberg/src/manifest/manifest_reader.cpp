#include "manifest/manifest_reader.hpp"

#include "avro/container.hpp"
#include "avro/runner.hpp"
#include "manifest/entry_sink.hpp"
#include "manifest/fields.hpp"

#include "base/fail.hpp"

#include <charconv>

namespace floe::iceberg {

namespace {

using avro::Target;
using avro::Wanted;

// Slots are the field ids themselves; those of partition values begin at kPartitionSlot.
std::vector<Target> entry_targets(const PartitionPlan& plan, bool skip_statistics) {
  using namespace field_id;  // NOLINT: the table below is nothing but these names
  const auto integer = [](std::int32_t id, std::string_view name, bool required = false) {
    return Target{id, name, Wanted::kInteger, id, {}, required};
  };
  const auto bytes = [](std::int32_t id, std::string_view name, bool required = false) {
    return Target{id, name, Wanted::kBytes, id, {}, required};
  };
  std::vector<Target> file = {
      integer(kContent, "content"),
      bytes(kFilePath, "file_path", true),
      bytes(kFileFormat, "file_format", true),
      {kPartition, "partition", Wanted::kRecord, kPartition, plan.targets},
      integer(kRecordCount, "record_count", true),
      integer(kFileSize, "file_size_in_bytes", true),
      bytes(kKeyMetadata, "key_metadata"),
      {kEqualityIds, "equality_ids", Wanted::kIntegers, kEqualityIds},
      integer(kSortOrderId, "sort_order_id"),
      integer(kFirstRowId, "first_row_id"),
      bytes(kReferencedDataFile, "referenced_data_file"),
      integer(kContentOffset, "content_offset"),
      integer(kContentSize, "content_size_in_bytes"),
  };
  if (!skip_statistics) {
    file.push_back({kColumnSizes, "column_sizes", Wanted::kIdCounts, kColumnSizes});
    file.push_back({kValueCounts, "value_counts", Wanted::kIdCounts, kValueCounts});
    file.push_back({kNullValueCounts, "null_value_counts", Wanted::kIdCounts, kNullValueCounts});
    file.push_back({kNanValueCounts, "nan_value_counts", Wanted::kIdCounts, kNanValueCounts});
    file.push_back({kLowerBounds, "lower_bounds", Wanted::kIdBounds, kLowerBounds});
    file.push_back({kUpperBounds, "upper_bounds", Wanted::kIdBounds, kUpperBounds});
    file.push_back({kSplitOffsets, "split_offsets", Wanted::kIntegers, kSplitOffsets});
  }
  return {
      integer(kStatus, "status", true),
      integer(kSnapshotId, "snapshot_id"),
      integer(kSequenceNumber, "sequence_number"),
      integer(kFileSequenceNumber, "file_sequence_number"),
      {kDataFile, "data_file", Wanted::kRecord, kDataFile, std::move(file), true},
  };
}

Result<std::int32_t> header_int(std::string_view key, std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return value;
  return failf(ErrorCode::kData, "manifest header: `{}` is `{}`, not a number", key, text);
}

Result<ManifestHeader> header_of(const avro::Metadata& metadata) {
  ManifestHeader header;
  header.metadata = metadata;
  for (const auto& [key, value] : metadata) {
    if (key == "format-version") {
      header.format_version = FLOE_TRY(header_int(key, value));
    } else if (key == "content") {
      if (value != "data" && value != "deletes") {
        return failf(ErrorCode::kData, "manifest header: content `{}` is neither data nor deletes", value);
      }
      header.content = value == "data" ? ManifestContent::kData : ManifestContent::kDeletes;
    } else if (key == "partition-spec-id") {
      header.partition_spec_id = FLOE_TRY(header_int(key, value));
    } else if (key == "schema") {
      header.schema_json = value;
    } else if (key == "partition-spec") {
      header.partition_spec_json = value;
    }
  }
  if (header.format_version < 1 || header.format_version > 3) {
    return failf(ErrorCode::kUnsupported, "manifest of format version {}: floe reads 1 to 3", header.format_version);
  }
  return header;
}

}  // namespace

Status inherit_from_manifest(const ManifestFile& manifest, ManifestEntry* entry) {
  if (!entry->snapshot_id) entry->snapshot_id = manifest.added_snapshot_id;
  if (manifest.sequence_number == kUnassignedSequenceNumber) return ok();  // not committed yet: nothing to inherit
  if (entry->sequence_number && entry->file_sequence_number) return ok();
  if (entry->status != EntryStatus::kAdded && manifest.sequence_number != 0) {
    // Old writers left out the file sequence number alone; only deletes need the data sequence number.
    if (entry->sequence_number) return ok();
    return failf(ErrorCode::kData, "`{}` is not new in its manifest but has no sequence number",
                 entry->data_file.file_path);
  }
  if (!entry->sequence_number) entry->sequence_number = manifest.sequence_number;
  if (!entry->file_sequence_number) entry->file_sequence_number = manifest.sequence_number;
  return ok();
}

struct ManifestReader::Impl {
  Impl(avro::ContainerReader opened, ManifestHeader read_header, PartitionPlan partition_plan,
       const ManifestReadOptions& options)
      : container(std::move(opened)),
        header(std::move(read_header)),
        plan(std::move(partition_plan)),
        sink(plan.types),
        cursor(std::string_view()) {
    if (options.manifest != nullptr) {
      manifest = *options.manifest;
      next_row_id = manifest->first_row_id;
    }
    spec_id = manifest ? manifest->partition_spec_id : header.partition_spec_id.value_or(0);
  }

  avro::ContainerReader container;
  ManifestHeader header;
  PartitionPlan plan;
  avro::Program program;
  avro::Program other_program;  // with lengths before fixed values; empty unless plan.has_fixed
  const avro::Program* block_program = &program;
  EntrySink sink;
  std::optional<ManifestFile> manifest;
  std::int32_t spec_id = 0;
  std::optional<std::int64_t> next_row_id;  // v3, for data files that store none
  avro::Cursor cursor;
  std::int64_t records_left = 0;
  bool is_finished = false;

  Error stop(Error error) {
    is_finished = true;
    return error;
  }

  // False at the end of the file.
  Result<bool> load_block() {
    while (records_left == 0) {
      if (!cursor.at_end()) return fail(ErrorCode::kData, "a block of the manifest is longer than its entries");
      const std::optional<avro::Block> block = FLOE_TRY(container.next_block());
      if (!block) return false;
      cursor = avro::Cursor(block->data);
      records_left = block->record_count;
      if (plan.has_fixed) block_program = fits(program, *block) ? &program : &other_program;
    }
    return true;
  }

  // A whole block is tried, because nothing in the file tells which of the two forms its writer used.
  bool fits(const avro::Program& candidate, const avro::Block& block) {
    ManifestEntry scratch;
    avro::Cursor trial(block.data);
    for (std::int64_t i = 0; i < block.record_count; ++i) {
      sink.reset(&scratch);
      if (!avro::Runner<EntrySink>(candidate, sink).run(&trial) || sink.is_bad) return false;
    }
    return trial.at_end();
  }

  Status inherit(ManifestEntry* entry) {
    DataFile& file = entry->data_file;
    file.spec_id = spec_id;
    if (!manifest) return ok();
    FLOE_TRY(inherit_from_manifest(*manifest, entry));
    const bool is_live_data = file.content == FileContent::kData && entry->is_live();
    if (next_row_id && is_live_data && !file.first_row_id) {
      file.first_row_id = next_row_id;
      if (__builtin_add_overflow(*next_row_id, file.record_count, &*next_row_id)) {
        return fail(ErrorCode::kData, "row ids of the manifest overflow");
      }
    }
    return ok();
  }
};

ManifestReader::ManifestReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ManifestReader::ManifestReader(ManifestReader&&) noexcept = default;
ManifestReader& ManifestReader::operator=(ManifestReader&&) noexcept = default;
ManifestReader::~ManifestReader() = default;

Result<ManifestReader> ManifestReader::open(std::string_view bytes, const ManifestReadOptions& options) {
  avro::ContainerReader container = FLOE_TRY(avro::ContainerReader::open(bytes));
  ManifestHeader header = FLOE_TRY(header_of(container.metadata()));
  PartitionPlan plan = FLOE_TRY(plan_partition(*container.schema(), options.partition_type));
  const avro::NodePtr schema = container.schema();
  auto impl = std::make_unique<Impl>(std::move(container), std::move(header), std::move(plan), options);
  const std::vector<Target> targets = entry_targets(impl->plan, options.skip_statistics);
  impl->program = FLOE_TRY(avro::compile(*schema, targets));
  if (impl->plan.has_fixed) {
    impl->other_program = FLOE_TRY(avro::compile(*schema, targets, avro::FixedForm::kWithLength));
  }
  return ManifestReader(std::move(impl));
}

const ManifestHeader& ManifestReader::header() const { return impl_->header; }

Result<bool> ManifestReader::next(ManifestEntry* entry) {
  Impl& impl = *impl_;
  if (impl.is_finished) return false;
  Result<bool> loaded = impl.load_block();
  if (!loaded.has_value()) return impl.stop(std::move(loaded).error());
  if (!*loaded) {
    impl.is_finished = true;
    return false;
  }
  --impl.records_left;
  impl.sink.reset(entry);
  if (!avro::Runner<EntrySink>(*impl.block_program, impl.sink).run(&impl.cursor) || impl.sink.is_bad) {
    return impl.stop(fail(ErrorCode::kData, "an entry of the manifest is malformed"));
  }
  impl.sink.finish();
  Status inherited = impl.inherit(entry);
  if (!inherited.has_value()) return impl.stop(std::move(inherited).error());
  return true;
}

Result<std::vector<ManifestEntry>> read_manifest(std::string_view bytes, const ManifestReadOptions& options,
                                                 bool live_only) {
  ManifestReader reader = FLOE_TRY(ManifestReader::open(bytes, options));
  std::vector<ManifestEntry> entries;
  ManifestEntry entry;
  for (;;) {
    const bool has_entry = FLOE_TRY(reader.next(&entry));
    if (!has_entry) return entries;
    if (!live_only || entry.is_live()) entries.push_back(entry);
  }
}

}  // namespace floe::iceberg
