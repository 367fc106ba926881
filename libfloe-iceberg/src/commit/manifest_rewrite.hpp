// Manifests of a new snapshot: those of the added files, those rewritten without removed files, merged ones.
#pragma once

#include "commit/artifacts.hpp"
#include "commit/summary.hpp"
#include "manifest/manifest_writer.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace floe::iceberg {

// Which live files a commit takes out.
struct Removal {
  enum class Kind : std::uint8_t { kNone, kAll, kFiles, kPartitions };
  Kind kind = Kind::kNone;
  std::unordered_set<std::string> uris;  // kFiles
  std::set<std::string> partitions;      // kPartitions: keys as partition_key makes them

  [[nodiscard]] bool matches(const DataFile& file) const;
};

// What manifests are written with and against.
struct ManifestContext {
  TableStore* store = nullptr;
  const TableMetadata* metadata = nullptr;  // holds every spec that occurs
  const Schema* schema = nullptr;
  std::int64_t snapshot_id = 0;
  Artifacts* artifacts = nullptr;
};

struct RemovalResult {
  ManifestList manifests;  // in the order of the input; rewritten ones in place, those without a live file left out
  SummaryCounts counts;
  std::unordered_set<std::string> found;  // uris taken out
  std::int64_t rewritten = 0;
};

Result<RemovalResult> remove_files(const ManifestContext& context, const Session& session,
                                   const ManifestList& manifests, const Removal& removal);

// Manifests of new files, rolled at the target size; sequence numbers are inherited, so later attempts can use them
// too.
Result<ManifestList> write_added_manifests(const ManifestContext& context, const Session& session,
                                           const std::vector<DataFile>& files, const PartitionSpec& spec);

// Joins small manifests as commit.manifest-merge.* and commit.manifest.* say; `added_now` are those of this commit.
Result<ManifestList> merge_manifests(const ManifestContext& context, const Session& session, ManifestList manifests);

}  // namespace floe::iceberg
