// Metadata tables: a table's own history, files and manifests as rows.
#pragma once

#include "scan/snapshot_choice.hpp"
#include "table/table_store.hpp"

#include "floe/arrow.hpp"

#include <string_view>

namespace floe::iceberg {

// snapshots, history, files, entries, manifests, refs, partitions, metadata_log, schemas; columns as PyIceberg names
// them. `at` chooses the snapshot of files, entries, manifests and partitions. kNotFound names the tables there are.
Result<ArrowStream> metadata_table(TableStore& store, const Session& session, const Identifier& identifier,
                                   std::string_view table, const SnapshotRequest& at);

}  // namespace floe::iceberg
