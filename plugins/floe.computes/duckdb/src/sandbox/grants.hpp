// Grants: what SQL of a project may read and write, decided on the paths that a statement names
// (docs/adr/0047-a-sandbox-for-sql.md).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::duckdb_compute {

struct Grants {
  // False: statements of floe itself, or of who calls the plugin directly. Nothing is checked.
  bool is_limited = false;
  // Compile looks at queries; what changes something is not run.
  bool only_queries = false;
  // Nodes read what they declare, which is decided on names: SQL may neither change what a name means, nor leave rows
  // where another node would find them.
  bool reads_granted = false;
  std::vector<std::string> reads;   // folders, absolute, links resolved; `.floe` in them is not granted
  std::vector<std::string> writes;  // the same
  std::vector<std::string> own;     // folders that only floe's own statements read and write
  std::int64_t threads = 0;         // the most that `SET threads` may ask for

  friend bool operator==(const Grants&, const Grants&) = default;
};

// `sql` of compute/session_options; {} grants nothing.
Result<Grants> parse_grants(std::string_view options);

// FLOE-E0642. `path` as SQL writes it, which may be a glob.
Status check_read(const Grants& grants, const std::string& path);
// FLOE-E0643.
Status check_write(const Grants& grants, const std::string& path);

// What DuckDB itself is told to stay in, its second lock: it knows no folder that is to be left out, so the folders of
// a granted one are listed without `.floe`.
struct AllowedPaths {
  std::vector<std::string> directories;
  std::vector<std::string> files;
};

AllowedPaths allowed_paths(const Grants& grants);

}  // namespace floe::duckdb_compute
