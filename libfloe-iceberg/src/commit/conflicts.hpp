// Whether what was committed since a write began allows it to be committed still (Iceberg's validation rules).
#pragma once

#include "expression/expression.hpp"
#include "table/table_store.hpp"

#include <optional>
#include <set>
#include <string>

namespace floe::iceberg {

struct ConflictWindow {
  const LoadedTable* table = nullptr;
  std::optional<std::int64_t> base_snapshot_id;  // the state the writer read; nothing: an empty table
  SnapshotPtr head;                              // the branch now; null: empty
};

// Snapshots after the base, newest first. kConflict when the base is no ancestor of the head.
Result<std::vector<SnapshotPtr>> snapshots_since(const ConflictWindow& window);

// kConflict names the first data file added since the base that may hold rows of `filter`; with `partitions` only
// files of these partitions count (keys of partition_key).
Status refuse_new_data_files(TableStore& store, const Session& session, const ConflictWindow& window,
                             const Expression& filter, const std::set<std::string>* partitions);

// kConflict when delete files were added since the base.
Status refuse_new_delete_files(TableStore& store, const Session& session, const ConflictWindow& window);

}  // namespace floe::iceberg
