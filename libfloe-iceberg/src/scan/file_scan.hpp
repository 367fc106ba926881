// Walks the live data files of a snapshot, pruned by a filter.
#pragma once

#include "expression/expression.hpp"
#include "manifest/data_file.hpp"
#include "table/table_store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

namespace floe::iceberg {

struct FileScan {
  const LoadedTable* table = nullptr;
  SnapshotPtr snapshot;  // null: no files
  Expression filter;     // bound to the schema of the scan
  Schema schema;
  const std::set<std::string>* passed = nullptr;  // paths of manifests that are not looked at; null: none
};

struct ScanStats {
  std::int64_t manifests = 0;
  std::int64_t manifests_skipped = 0;
  std::int64_t files_skipped = 0;
};

// `manifest` counts the manifests of the snapshot; entries of one come in order and on one thread, different manifests
// on different ones. The entry is reused: copy what is kept.
using EntryVisitor = std::function<Status(std::size_t manifest, const ManifestEntry& entry)>;

// kUnsupported naming the table when the snapshot has delete files: they are never skipped silently.
Result<ScanStats> scan_files(TableStore& store, const Session& session, const FileScan& scan,
                             const EntryVisitor& visit);
// How many manifests the visitor may see.
Result<std::size_t> manifest_count(TableStore& store, const Session& session, const FileScan& scan);

// kUnsupported naming the table when a live delete file is in the snapshot.
Status refuse_delete_files(TableStore& store, const Session& session, const LoadedTable& table,
                           const Snapshot& snapshot);

// Calls `visit` for every entry of one manifest, inheritance applied. `partition_type` as ManifestReadOptions has it.
Status for_each_entry(TableStore& store, const Session& session, const ManifestFile& manifest,
                      const std::optional<Type>& partition_type, bool skip_statistics,
                      const std::function<Status(const ManifestEntry&)>& visit);

// The same for a manifest that no list holds yet: entries as they are stored.
Status for_each_own_entry(TableStore& store, const Session& session, const ManifestFile& manifest,
                          const std::optional<Type>& partition_type,
                          const std::function<Status(const ManifestEntry&)>& visit);

}  // namespace floe::iceberg
