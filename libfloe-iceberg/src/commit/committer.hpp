// One write from data files to a snapshot: attempts, conflicts, retries, cleaning up.
#pragma once

#include "commit/begin_write.hpp"
#include "commit/data_files.hpp"
#include "commit/manifest_rewrite.hpp"
#include "commit/publish.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::iceberg {

class Committer {
 public:
  Committer(TableStore& store, PendingWrite write, CommitFiles files);

  // Reads footers of added files, and all of the files that they rewrite, to compare their digests. Once, before the
  // first attempt.
  Status prepare(const Session& session);

  // Builds a snapshot on the table as it is now. Nothing: there is nothing to publish (see result_json).
  Result<std::optional<Publication>> attempt(const Session& session);
  // After a conflict: forgets what only that attempt could use.
  void discard_attempt(const Session& session);
  // After a publication went through.
  void finish(const Session& session, const Publication& publication);
  // After a failure: removes everything, unless the state is unknown.
  void clean_up(const Session& session, const Error& error);

  [[nodiscard]] const std::string& result_json() const { return result_json_; }

  [[nodiscard]] const PendingWrite& write() const { return write_; }

  [[nodiscard]] const Properties& properties() const { return write_.plan.properties; }

 private:
  struct Ids {
    std::int32_t schema_id = 0;
    PartitionSpec spec;
    std::int32_t sort_order_id = 0;
  };

  Status check_rewritten_files(const Session& session);
  Status add_snapshot(const Session& session, const TableMetadata& table, std::vector<TableUpdate>& updates);
  Result<Ids> resolve_ids(const TableMetadata& intermediate) const;
  Status check_written_schema(const TablePlan& plan) const;
  Status validate(const Session& session, const SnapshotPtr& head) const;
  Removal removal() const;
  Status add_manifests(const ManifestContext& context, const Session& session, const Ids& ids);
  Result<SnapshotPtr> build_snapshot(const Session& session, const TableMetadata& intermediate, const Ids& ids,
                                     const SnapshotPtr& head);
  Result<RemovalResult> remove_from(const ManifestContext& context, const Session& session, const Snapshot& head,
                                    const Removal& wanted);
  void note_replaced_unread(const Session& session, const Snapshot& head, const Error& error,
                            SummaryCounts* counts) const;
  Result<ManifestList> build_manifests(const ManifestContext& context, const Session& session, const SnapshotPtr& head,
                                       SummaryCounts* counts);
  Properties build_summary(const SummaryCounts& counts, const Snapshot* parent) const;
  bool changes_nothing() const;
  std::optional<Publication> take_done(const Session& session, const Snapshot& done);

  TableStore& store_;
  PendingWrite write_;
  CommitFiles files_;
  Artifacts artifacts_;
  std::vector<DataFile> described_;
  std::vector<std::string> empty_;
  int attempts_ = 0;
  std::int64_t snapshot_id_ = 0;
  // The manifests of the added files, and what they were written for.
  ManifestList added_manifests_;
  std::optional<Ids> added_for_;
  // Of the last attempt.
  std::optional<LoadedTable> base_;
  SnapshotPtr snapshot_;
  std::vector<std::string> used_manifests_;
  std::string result_json_;
};

// Runs a committer to its end: the result of `commit`.
Result<std::string> run_commit(TableStore& store, const Session& session, PendingWrite write, CommitFiles files);

// Several writes; in one catalog transaction where the catalog can. The result of `commit_all`.
Result<std::string> run_commit_all(TableStore& store, const Session& session, std::vector<PendingWrite> writes,
                                   std::vector<CommitFiles> files);

}  // namespace floe::iceberg
