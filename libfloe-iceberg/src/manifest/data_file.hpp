// DataFile, ManifestEntry, ManifestFile: what manifests and manifest lists say.
#pragma once

#include "schema/partition_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

enum class FileContent : std::uint8_t { kData = 0, kPositionDeletes = 1, kEqualityDeletes = 2 };
enum class EntryStatus : std::uint8_t { kExisting = 0, kAdded = 1, kDeleted = 2 };
enum class ManifestContent : std::uint8_t { kData = 0, kDeletes = 1 };
enum class FileFormat : std::uint8_t { kParquet, kAvro, kOrc, kPuffin, kOther };

std::string_view file_format_name(FileFormat format);  // `PARQUET`, as Java writes it
FileFormat parse_file_format(std::string_view text);   // ASCII case ignored

// field id -> count, ascending by id. Ids may be added in any order; ascending is fast.
class IdCounts {
 public:
  struct Item {
    std::int32_t id;
    std::int64_t value;
    friend bool operator==(const Item&, const Item&) = default;
  };

  void add(std::int32_t id, std::int64_t value) {  // the last of equal ids wins
    if (items_.empty() || items_.back().id < id) {
      items_.push_back({id, value});
    } else {
      insert(id, value);
    }
  }

  // For many ids in whatever order a file has them; sort() before anything is read.
  void append(std::int32_t id, std::int64_t value) {
    is_sorted_ = is_sorted_ && (items_.empty() || items_.back().id < id);
    items_.push_back({id, value});
  }

  void sort();

  void clear() {
    items_.clear();
    is_sorted_ = true;
  }

  [[nodiscard]] std::optional<std::int64_t> find(std::int32_t id) const;

  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

  [[nodiscard]] bool empty() const { return items_.empty(); }

  [[nodiscard]] std::size_t size() const { return items_.size(); }

  friend bool operator==(const IdCounts&, const IdCounts&) = default;

 private:
  void insert(std::int32_t id, std::int64_t value);

  std::vector<Item> items_;
  bool is_sorted_ = true;
};

// field id -> bytes, ascending by id, the bytes of all ids in one buffer.
class IdBounds {
 public:
  struct Item {
    std::int32_t id;
    std::uint32_t offset;
    std::uint32_t length;
  };

  void add(std::int32_t id, std::string_view bytes) {  // the last of equal ids wins
    const Item item{id, static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(bytes.size())};
    bytes_.append(bytes);
    if (items_.empty() || items_.back().id < id) {
      items_.push_back(item);
    } else {
      insert(item);
    }
  }

  // For many ids in whatever order a file has them; sort() before anything is read.
  void append(std::int32_t id, std::string_view bytes) {
    is_sorted_ = is_sorted_ && (items_.empty() || items_.back().id < id);
    items_.push_back({id, static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(bytes.size())});
    bytes_.append(bytes);
  }

  void sort();
  void clear();
  [[nodiscard]] std::optional<std::string_view> find(std::int32_t id) const;  // valid until the next add or clear

  [[nodiscard]] std::string_view bytes(const Item& item) const { return {bytes_.data() + item.offset, item.length}; }

  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

  [[nodiscard]] bool empty() const { return items_.empty(); }

  [[nodiscard]] std::size_t size() const { return items_.size(); }

  friend bool operator==(const IdBounds& left, const IdBounds& right);

 private:
  void insert(const Item& item);

  std::vector<Item> items_;
  std::string bytes_;
  bool is_sorted_ = true;
};

// Counts come from files nobody vouches for: a sum that does not fit stays at the largest number.
inline void add_count(std::int64_t* sum, std::int64_t count) {
  if (__builtin_add_overflow(*sum, count, sum)) *sum = count < 0 ? INT64_MIN : INT64_MAX;
}

struct DataFile {
  FileContent content = FileContent::kData;
  std::string file_path;
  FileFormat file_format = FileFormat::kParquet;
  PartitionTuple partition;  // aligned with the fields of the manifest's spec
  std::int64_t record_count = 0;
  std::int64_t file_size_in_bytes = 0;
  // Empty = absent: a reader must take a missing id as "not known" anyway.
  IdCounts column_sizes;
  IdCounts value_counts;
  IdCounts null_value_counts;
  IdCounts nan_value_counts;
  IdBounds lower_bounds;
  IdBounds upper_bounds;
  std::optional<std::string> key_metadata;
  std::vector<std::int64_t> split_offsets;  // empty = absent
  std::vector<std::int32_t> equality_ids;   // empty = absent
  std::optional<std::int32_t> sort_order_id;
  std::optional<std::int64_t> first_row_id;  // v3
  std::optional<std::string> referenced_data_file;
  std::optional<std::int64_t> content_offset;         // v3: deletion vectors
  std::optional<std::int64_t> content_size_in_bytes;  // v3
  std::int32_t spec_id = 0;                           // not stored in the entry: that of the manifest

  friend bool operator==(const DataFile&, const DataFile&) = default;
};

struct ManifestEntry {
  EntryStatus status = EntryStatus::kAdded;
  std::optional<std::int64_t> snapshot_id;           // nothing: inherit
  std::optional<std::int64_t> sequence_number;       // data sequence number; nothing: inherit
  std::optional<std::int64_t> file_sequence_number;  // nothing: inherit
  DataFile data_file;

  [[nodiscard]] bool is_live() const { return status != EntryStatus::kDeleted; }

  friend bool operator==(const ManifestEntry&, const ManifestEntry&) = default;
};

// Summary of one partition field over all entries of a manifest (deleted ones included).
struct PartitionFieldSummary {
  bool contains_null = false;
  std::optional<bool> contains_nan;
  std::optional<std::string> lower_bound;  // single-value binary form of the transform's result type
  std::optional<std::string> upper_bound;

  friend bool operator==(const PartitionFieldSummary&, const PartitionFieldSummary&) = default;
};

inline constexpr std::int64_t kUnassignedSequenceNumber = -1;

struct ManifestFile {
  std::string manifest_path;
  std::int64_t manifest_length = 0;
  std::int32_t partition_spec_id = 0;
  ManifestContent content = ManifestContent::kData;
  // kUnassignedSequenceNumber in a manifest just written: the list writer puts in the commit's number.
  std::int64_t sequence_number = 0;
  std::int64_t min_sequence_number = 0;
  std::int64_t added_snapshot_id = 0;
  // Nothing = unknown (v1): never skip for a missing count.
  std::optional<std::int32_t> added_files_count;
  std::optional<std::int32_t> existing_files_count;
  std::optional<std::int32_t> deleted_files_count;
  std::optional<std::int64_t> added_rows_count;
  std::optional<std::int64_t> existing_rows_count;
  std::optional<std::int64_t> deleted_rows_count;
  std::optional<std::vector<PartitionFieldSummary>> partitions;  // in the order of the spec's fields
  std::optional<std::string> key_metadata;
  std::optional<std::int64_t> first_row_id;  // v3

  [[nodiscard]] bool has_added_files() const { return !added_files_count || *added_files_count > 0; }

  [[nodiscard]] bool has_existing_files() const { return !existing_files_count || *existing_files_count > 0; }

  [[nodiscard]] bool has_deleted_files() const { return !deleted_files_count || *deleted_files_count > 0; }

  friend bool operator==(const ManifestFile&, const ManifestFile&) = default;
};

}  // namespace floe::iceberg
