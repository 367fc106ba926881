// TableMetadata: one version of a table, as its metadata file says. Never changed once made; updates make a new one.
#pragma once

#include "metadata/snapshot.hpp"
#include "schema/partition_spec.hpp"
#include "schema/schema.hpp"
#include "schema/sort_order.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

inline constexpr std::int32_t kWritableFormatVersion = 2;

struct SnapshotLogEntry {
  std::int64_t timestamp_ms = 0;
  std::int64_t snapshot_id = 0;
  friend bool operator==(const SnapshotLogEntry&, const SnapshotLogEntry&) = default;
};

struct MetadataLogEntry {
  std::int64_t timestamp_ms = 0;
  std::string metadata_file;
  friend bool operator==(const MetadataLogEntry&, const MetadataLogEntry&) = default;
};

// Statistics files are carried along as they are.
struct StatisticsFile {
  std::int64_t snapshot_id = 0;
  std::string json;
};

struct TableMetadata {
  std::int32_t format_version = kWritableFormatVersion;
  std::string table_uuid;  // empty: none (v1)
  std::string location;
  std::int64_t last_sequence_number = 0;
  std::int64_t last_updated_ms = 0;
  std::int32_t last_column_id = 0;
  std::int32_t current_schema_id = 0;
  std::vector<Schema> schemas;
  std::int32_t default_spec_id = 0;
  std::vector<PartitionSpec> specs;
  std::int32_t last_partition_id = kFirstPartitionFieldId - 1;
  std::int32_t default_sort_order_id = 0;
  std::vector<SortOrder> sort_orders;
  Properties properties;
  std::optional<std::int64_t> current_snapshot_id;
  std::map<std::string, SnapshotRef> refs;
  std::vector<SnapshotPtr> snapshots;
  std::vector<StatisticsFile> statistics;
  std::vector<StatisticsFile> partition_statistics;
  std::vector<SnapshotLogEntry> snapshot_log;
  std::vector<MetadataLogEntry> metadata_log;

  [[nodiscard]] const Schema* schema(std::int32_t id) const;
  [[nodiscard]] const Schema& current_schema() const;
  [[nodiscard]] const PartitionSpec* spec(std::int32_t id) const;
  [[nodiscard]] const PartitionSpec& default_spec() const;
  [[nodiscard]] const SortOrder& default_sort_order() const;
  [[nodiscard]] SnapshotPtr snapshot(std::int64_t id) const;  // null when absent
  [[nodiscard]] SnapshotPtr current_snapshot() const;         // null when there is none
  // The head of a branch or the snapshot of a tag; null when there is no such ref.
  [[nodiscard]] SnapshotPtr ref_snapshot(std::string_view name) const;
  // The schema a snapshot was written with; the current one when it does not say.
  [[nodiscard]] const Schema& schema_of(const Snapshot& snapshot) const;
  // `head` first, then its parent and so on, as far as the snapshots are still there.
  [[nodiscard]] std::vector<SnapshotPtr> ancestors(std::int64_t head) const;
  [[nodiscard]] bool is_ancestor(std::int64_t ancestor, std::int64_t head) const;
};

// The schema a spec can be read with: the wanted one, or the latest that still has its source columns.
const Schema& schema_for_spec(const TableMetadata& metadata, const PartitionSpec& spec, const Schema& wanted);

using TableMetadataPtr = std::shared_ptr<const TableMetadata>;

// kData names what is wrong; kUnsupported for format version 4 and above.
Result<TableMetadataPtr> parse_table_metadata(std::string_view json_text);
// Java's key order. Only what this library writes: versions 1 and 2.
Result<std::string> write_table_metadata(const TableMetadata& metadata);
// kUnsupported unless tables of this version can be written.
Status check_writable_version(const TableMetadata& metadata, std::string_view table);

}  // namespace floe::iceberg
