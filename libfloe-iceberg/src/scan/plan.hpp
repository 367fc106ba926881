// plan_scan: the data files of a snapshot as JSON.
#pragma once

#include "scan/file_scan.hpp"
#include "scan/snapshot_choice.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

struct PlannedFiles {
  std::string json;  // an array of files as plan_scan gives them
  std::size_t count = 0;
  ScanStats stats;
};

Result<PlannedFiles> plan_files(TableStore& store, const Session& session, const LoadedTable& table,
                                const SnapshotChoice& choice, Expression filter);

// The whole result of plan_scan. Request: {"snapshot_id", "ref", "filter", "columns": names or null}.
Result<std::string> plan_scan(TableStore& store, const Session& session, const Identifier& identifier,
                              std::string_view request);

}  // namespace floe::iceberg
