// plan_scan: the data files of a snapshot as JSON.
#pragma once

#include "scan/file_scan.hpp"
#include "scan/snapshot_choice.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace floe::iceberg {

struct PlannedFiles {
  std::string files = "[]";    // an array of iceberg/file
  std::string layouts = "[]";  // an array of iceberg/layout, which the files point into
  std::size_t count = 0;
  ScanStats stats;
};

// Whose data files are compared with their names while a scan is planned: those named here, all when the list is there
// and empty. Without a list the table property `floe.verify-on-read` decides.
using ComparedFiles = std::optional<std::set<std::string>>;

// The files of a snapshot that may hold a row which `filter` accepts. Each file is looked at before it is named: one
// that cannot be read exactly is an error that names it (scan/file_layout.hpp).
Result<PlannedFiles> plan_files(TableStore& store, const Session& session, const LoadedTable& table,
                                const SnapshotChoice& choice, Expression filter,
                                const ComparedFiles& compared = std::nullopt);

// Whether rows added to `head` could be read together with those that are there: everything that others have added
// since this engine last wrote to the table is looked at as plan_files does.
Status check_readable(TableStore& store, const Session& session, const LoadedTable& table, const SnapshotChoice& head);

// The whole result of plan_scan. Request: {"snapshot_id", "ref", "filter", "columns": names or null, "max_files":
// integer or null, "verify": URIs, see ComparedFiles}. A snapshot with more than `max_files` data files gives no
// `files`, only their number.
Result<std::string> plan_scan(TableStore& store, const Session& session, const Identifier& identifier,
                              std::string_view request);

}  // namespace floe::iceberg
