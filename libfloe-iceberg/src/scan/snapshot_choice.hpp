// Which snapshot and schema a reader asked for.
#pragma once

#include "metadata/table_metadata.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::iceberg {

// All empty: the current state.
struct SnapshotRequest {
  // With the columns that the snapshot was written with also when it is the current one.
  bool own_schema = false;
  bool later_version = false;  // look whether storage holds a version that was committed later
  std::optional<std::int64_t> snapshot_id;
  std::optional<std::int64_t> timestamp_ms;
  std::string ref;
};

struct SnapshotChoice {
  SnapshotPtr snapshot;  // null: the table (or branch) has none yet
  Schema schema;
};

// {"snapshot_id": text or null, "timestamp_ms": integer or null, "ref": text or null, "own_schema": boolean,
// "later_version": boolean}; empty text = {}.
Result<SnapshotRequest> parse_snapshot_request(std::string_view json_text);

// The current snapshot comes with the current schema (but see own_schema), others with their own. kNotFound names what
// is missing and what there is.
Result<SnapshotChoice> choose_snapshot(const TableMetadata& metadata, const SnapshotRequest& request,
                                       std::string_view table);

}  // namespace floe::iceberg
