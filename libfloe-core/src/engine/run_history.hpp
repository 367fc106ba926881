// What runs left under .floe/runs, as `floe docs build` and `floe doctor` show it: the newest runs, the last result of
// each node, and the columns of the tables as they were written.
#pragma once

#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <set>
#include <string>

namespace floe::run {

struct RunHistory {
  json::array runs;  // the newest first: id, verb, started_at_ns, elapsed_seconds, success, interrupted, nodes
  json::object
      results;  // by unique id: run (place in `runs`), status, seconds, rows, failures, snapshot_id, message, sql
  json::object tables;  // by schema.table: [{name, type}]
};

// A folder that is missing is an empty history. A run that was killed has no run.json and may have half a last line:
// what is there counts, what cannot be read does not.
Result<RunHistory> read_run_history(const std::string& runs_directory, io::FileSystem& files);

struct WrittenTables {
  std::string run;                  // its id; empty = no run wrote any
  std::set<std::string> relations;  // schema.table, tables and views
};

// What the newest run wrote that wrote into the warehouse at all. Runs of other environments write into others.
Result<WrittenTables> last_written_tables(const std::string& runs_directory, const std::string& warehouse_uri,
                                          io::FileSystem& files);

}  // namespace floe::run
