// begin_write: a write that is under way, and what its writer is told.
#pragma once

#include "commit/table_plan.hpp"

#include <optional>
#include <string>

namespace floe::iceberg {

// State between begin_write and commit.
struct PendingWrite {
  Identifier identifier;
  WriteRequest request;
  std::optional<LoadedTable> base;  // as it was; nothing: a new table
  std::optional<std::int64_t> base_snapshot_id;
  TablePlan plan;  // made against `base`: what data files are written with
};

struct BegunWrite {
  PendingWrite write;
  std::string plan_json;
};

Result<BegunWrite> begin_write(TableStore& store, const Session& session, const Identifier& identifier,
                               WriteRequest request);

inline constexpr const char* kIdempotencyKey = "floe.idempotency-key";

// The snapshot of the branch that carries the key; null when there is none.
SnapshotPtr find_done(const TableMetadata& metadata, const std::string& branch, const std::string& key);

// The result of `commit` for a snapshot that stands.
std::string commit_result_json(const Snapshot& snapshot, const std::string& metadata_location, int attempts);

}  // namespace floe::iceberg
