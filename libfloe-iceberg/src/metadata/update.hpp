// Changes of a table as the REST specification names them, what they require of the table, and their application.
#pragma once

#include "metadata/table_metadata.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace floe::iceberg {

// An id of -1 in set-current-schema, set-default-spec and set-default-sort-order is the one added last in the list.
inline constexpr std::int32_t kLastAdded = -1;

namespace update {

struct AssignUuid {
  std::string uuid;
};

struct UpgradeFormatVersion {
  std::int32_t version = kWritableFormatVersion;
};

struct AddSchema {
  Schema schema;
};

struct SetCurrentSchema {
  std::int32_t schema_id = kLastAdded;
};

struct AddSpec {
  PartitionSpec spec;
};

struct SetDefaultSpec {
  std::int32_t spec_id = kLastAdded;
};

struct AddSortOrder {
  SortOrder order;
};

struct SetDefaultSortOrder {
  std::int32_t order_id = kLastAdded;
};

struct AddSnapshot {
  SnapshotPtr snapshot;
};

struct SetSnapshotRef {
  std::string name;
  SnapshotRef ref;
};

struct RemoveSnapshotRef {
  std::string name;
};

struct RemoveSnapshots {
  std::vector<std::int64_t> snapshot_ids;
};

struct SetLocation {
  std::string location;
};

struct SetProperties {
  Properties updates;
};

struct RemoveProperties {
  std::vector<std::string> removals;
};

}  // namespace update

using TableUpdate =
    std::variant<update::AssignUuid, update::UpgradeFormatVersion, update::AddSchema, update::SetCurrentSchema,
                 update::AddSpec, update::SetDefaultSpec, update::AddSortOrder, update::SetDefaultSortOrder,
                 update::AddSnapshot, update::SetSnapshotRef, update::RemoveSnapshotRef, update::RemoveSnapshots,
                 update::SetLocation, update::SetProperties, update::RemoveProperties>;

struct ApplyOptions {
  std::int64_t now_ms = 0;
  // Where `base` is stored; it goes into the metadata log. Empty: nothing is logged (a new table).
  std::string base_location;
};

// The metadata after the updates. `base` null: a new table. kInvalidArgument or kInvalidState names the update.
Result<TableMetadataPtr> apply_updates(const TableMetadata* base, const std::vector<TableUpdate>& updates,
                                       const ApplyOptions& options);

namespace requirement {

struct AssertCreate {};

struct AssertUuid {
  std::string uuid;
};

struct AssertRefSnapshot {
  std::string ref;
  std::optional<std::int64_t> snapshot_id;
};

struct AssertLastFieldId {
  std::int32_t id = 0;
};

struct AssertCurrentSchemaId {
  std::int32_t id = 0;
};

struct AssertLastPartitionId {
  std::int32_t id = 0;
};

struct AssertDefaultSpecId {
  std::int32_t id = 0;
};

struct AssertDefaultSortOrderId {
  std::int32_t id = 0;
};

}  // namespace requirement

using TableRequirement =
    std::variant<requirement::AssertCreate, requirement::AssertUuid, requirement::AssertRefSnapshot,
                 requirement::AssertLastFieldId, requirement::AssertCurrentSchemaId, requirement::AssertLastPartitionId,
                 requirement::AssertDefaultSpecId, requirement::AssertDefaultSortOrderId>;

// What `updates`, computed against `base`, need to find unchanged (null: the table must not exist).
std::vector<TableRequirement> requirements_for(const TableMetadata* base, const std::vector<TableUpdate>& updates);
// kConflict names the requirement that `current` does not meet.
Status check_requirements(const TableMetadata* current, const std::vector<TableRequirement>& requirements);

// The JSON arrays of a REST commit.
std::string updates_to_json(const std::vector<TableUpdate>& updates);
std::string requirements_to_json(const std::vector<TableRequirement>& requirements);

}  // namespace floe::iceberg
