#include "commit/conflicts.hpp"

#include "commit/manifest_rewrite.hpp"
#include "commit/summary.hpp"
#include "expression/may_match.hpp"
#include "scan/file_scan.hpp"

#include "base/fail.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

Error conflict(const ConflictWindow& window, std::string what) {
  return failf(ErrorCode::kConflict, "table `{}` changed while it was being written: {}",
               window.table->identifier.to_string(), what);
}

// Manifests that this very snapshot added; older ones cannot hold anything new.
template <class Visit>
Status for_each_manifest_of(TableStore& store, const Session& session, const Snapshot& snapshot,
                            ManifestContent content, const Visit& visit) {
  const auto manifests = FLOE_TRY(store.manifests_of(session, snapshot));
  for (const auto& manifest : *manifests) {
    if (manifest.content != content || manifest.added_snapshot_id != snapshot.snapshot_id) continue;
    if (!manifest.has_added_files()) continue;
    FLOE_TRY(visit(manifest));
  }
  return ok();
}

}  // namespace

Result<std::vector<SnapshotPtr>> snapshots_since(const ConflictWindow& window) {
  std::vector<SnapshotPtr> since;
  if (window.head == nullptr) {
    if (!window.base_snapshot_id.has_value()) return since;
    return conflict(window, "its snapshots were removed");
  }
  bool found = !window.base_snapshot_id.has_value();
  const auto chain = window.table->metadata->ancestors(window.head->snapshot_id);
  for (const auto& snapshot : chain) {
    if (window.base_snapshot_id == snapshot->snapshot_id) {
      found = true;
      break;
    }
    since.push_back(snapshot);
  }
  if (!found) {
    return conflict(window, fmt::format("snapshot {} is no longer part of its history", *window.base_snapshot_id));
  }
  return since;
}

Status refuse_new_data_files(TableStore& store, const Session& session, const ConflictWindow& window,
                             const Expression& filter, const std::set<std::string>* partitions) {
  const auto since = FLOE_TRY(snapshots_since(window));
  const auto& metadata = *window.table->metadata;
  for (const auto& snapshot : since) {
    if (snapshot->operation != "append" && snapshot->operation != "overwrite") continue;
    const auto check_manifest = [&](const ManifestFile& manifest) -> Status {
      const auto* spec = metadata.spec(manifest.partition_spec_id);
      if (spec == nullptr) return ok();
      const auto projected = project_inclusive(filter, *spec);
      if (!manifest_may_match(projected, manifest)) return ok();
      const auto is_in_question = [&](const ManifestEntry& entry) {
        return entry.status == EntryStatus::kAdded && entry.snapshot_id == snapshot->snapshot_id &&
               partition_may_match(projected, entry.data_file.partition) && file_may_match(filter, entry.data_file) &&
               (partitions == nullptr || partitions->contains(partition_key(entry.data_file)));
      };
      const auto type = FLOE_TRY(partition_type(*spec, schema_for_spec(metadata, *spec, metadata.current_schema())));
      return for_each_entry(
          store, session, manifest, type, filter.is_true(), [&](const ManifestEntry& entry) -> Status {
            if (!is_in_question(entry)) return ok();
            return conflict(window,
                            fmt::format("snapshot {} added `{}`", snapshot->snapshot_id, entry.data_file.file_path));
          });
    };
    FLOE_TRY(for_each_manifest_of(store, session, *snapshot, ManifestContent::kData, check_manifest));
  }
  return ok();
}

Status refuse_new_delete_files(TableStore& store, const Session& session, const ConflictWindow& window) {
  const auto since = FLOE_TRY(snapshots_since(window));
  for (const auto& snapshot : since) {
    if (snapshot->operation != "overwrite" && snapshot->operation != "delete") continue;
    FLOE_TRY(for_each_manifest_of(store, session, *snapshot, ManifestContent::kDeletes,
                                  [&](const ManifestFile& manifest) -> Status {
                                    return conflict(window, fmt::format("snapshot {} added delete files (`{}`)",
                                                                        snapshot->snapshot_id, manifest.manifest_path));
                                  }));
  }
  return ok();
}

}  // namespace floe::iceberg
