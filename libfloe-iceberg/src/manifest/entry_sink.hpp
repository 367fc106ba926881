// Receives the decoded fields of one manifest entry.
#pragma once

#include "manifest/data_file.hpp"
#include "manifest/fields.hpp"
#include "manifest/partition_plan.hpp"

#include <string_view>
#include <vector>

namespace floe::iceberg {

class EntrySink {
 public:
  explicit EntrySink(const std::vector<Type>& partition_types) : partition_types_(partition_types) {}

  // A required value is null or a value is out of range.
  bool is_bad = false;

  // Keeps the buffers of the previous entry.
  void reset(ManifestEntry* entry) {
    entry_ = entry;
    is_bad = false;
    entry->snapshot_id.reset();
    entry->sequence_number.reset();
    entry->file_sequence_number.reset();
    DataFile& file = entry->data_file;
    file.content = FileContent::kData;
    file.partition.assign(partition_types_.size(), std::nullopt);
    for (IdCounts* counts : {&file.column_sizes, &file.value_counts, &file.null_value_counts, &file.nan_value_counts}) {
      counts->clear();
    }
    file.lower_bounds.clear();
    file.upper_bounds.clear();
    file.key_metadata.reset();
    file.split_offsets.clear();
    file.equality_ids.clear();
    file.sort_order_id.reset();
    file.first_row_id.reset();
    file.referenced_data_file.reset();
    file.content_offset.reset();
    file.content_size_in_bytes.reset();
  }

  // The entry is whole.
  void finish() {
    DataFile& file = entry_->data_file;
    for (IdCounts* counts : {&file.column_sizes, &file.value_counts, &file.null_value_counts, &file.nan_value_counts}) {
      counts->sort();
    }
    file.lower_bounds.sort();
    file.upper_bounds.sort();
  }

  void on_integer(std::int32_t slot, std::int64_t value) {
    DataFile& file = entry_->data_file;
    switch (slot) {
      case field_id::kStatus:
        if (value < 0 || value > 2) is_bad = true;
        entry_->status = static_cast<EntryStatus>(value & 3);
        break;
      case field_id::kSnapshotId:
        entry_->snapshot_id = value;
        break;
      case field_id::kSequenceNumber:
        entry_->sequence_number = value;
        break;
      case field_id::kFileSequenceNumber:
        entry_->file_sequence_number = value;
        break;
      case field_id::kContent:
        if (value < 0 || value > 2) is_bad = true;
        file.content = static_cast<FileContent>(value & 3);
        break;
      case field_id::kRecordCount:
        file.record_count = count(value);
        break;
      case field_id::kFileSize:
        file.file_size_in_bytes = count(value);
        break;
      case field_id::kSortOrderId:
        file.sort_order_id = narrow(value);
        break;
      case field_id::kFirstRowId:
        file.first_row_id = value;
        break;
      case field_id::kContentOffset:
        file.content_offset = value;
        break;
      case field_id::kContentSize:
        file.content_size_in_bytes = value;
        break;
      default:
        if (!store_integer(partition_type(slot), value, partition_value(slot))) is_bad = true;
    }
  }

  void on_bytes(std::int32_t slot, std::string_view bytes) {
    DataFile& file = entry_->data_file;
    switch (slot) {
      case field_id::kFilePath:
        file.file_path.assign(bytes);
        break;
      case field_id::kFileFormat:
        file.file_format = parse_file_format(bytes);
        break;
      case field_id::kKeyMetadata:
        file.key_metadata = std::string(bytes);
        break;
      case field_id::kReferencedDataFile:
        file.referenced_data_file = std::string(bytes);
        break;
      default:
        if (!store_bytes(partition_type(slot), bytes, partition_value(slot))) is_bad = true;
    }
  }

  void on_boolean(std::int32_t slot, bool value) {
    if (!store_boolean(partition_type(slot), value, partition_value(slot))) is_bad = true;
  }

  void on_float(std::int32_t slot, float value) { on_double(slot, double{value}); }

  void on_double(std::int32_t slot, double value) {
    if (!store_real(partition_type(slot), value, partition_value(slot))) is_bad = true;
  }

  void on_null(std::int32_t slot) {
    switch (slot) {
      case field_id::kStatus:
      case field_id::kDataFile:
      case field_id::kFilePath:
      case field_id::kFileFormat:
      case field_id::kRecordCount:
      case field_id::kFileSize:
        is_bad = true;
        break;
      default:
        break;
    }
  }

  void on_begin_list(std::int32_t slot) {
    DataFile& file = entry_->data_file;
    switch (slot) {
      case field_id::kColumnSizes:
        counts_ = &file.column_sizes;
        break;
      case field_id::kValueCounts:
        counts_ = &file.value_counts;
        break;
      case field_id::kNullValueCounts:
        counts_ = &file.null_value_counts;
        break;
      case field_id::kNanValueCounts:
        counts_ = &file.nan_value_counts;
        break;
      case field_id::kLowerBounds:
        bounds_ = &file.lower_bounds;
        break;
      case field_id::kUpperBounds:
        bounds_ = &file.upper_bounds;
        break;
      default:
        break;
    }
  }

  void on_count(std::int32_t /*slot*/, std::int32_t id, std::int64_t value) { counts_->append(id, value); }

  void on_bound(std::int32_t /*slot*/, std::int32_t id, std::string_view bytes) { bounds_->append(id, bytes); }

  void on_item(std::int32_t slot, std::int64_t value) {
    if (slot == field_id::kSplitOffsets) {
      entry_->data_file.split_offsets.push_back(value);
    } else {
      entry_->data_file.equality_ids.push_back(narrow(value));
    }
  }

  void on_begin_record(std::int32_t /*slot*/) {}

  void on_end_record(std::int32_t /*slot*/) {}

 private:
  std::int32_t narrow(std::int64_t value) {
    if (value < INT32_MIN || value > INT32_MAX) is_bad = true;
    return static_cast<std::int32_t>(value);
  }

  std::int64_t count(std::int64_t value) {
    if (value < 0) is_bad = true;
    return value;
  }

  const Type& partition_type(std::int32_t slot) const {
    return partition_types_[static_cast<std::size_t>(slot - kPartitionSlot)];
  }

  std::optional<Literal>* partition_value(std::int32_t slot) {
    return &entry_->data_file.partition[static_cast<std::size_t>(slot - kPartitionSlot)];
  }

  const std::vector<Type>& partition_types_;
  ManifestEntry* entry_ = nullptr;
  IdCounts* counts_ = nullptr;
  IdBounds* bounds_ = nullptr;
};

}  // namespace floe::iceberg
