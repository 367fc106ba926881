// What is bound in the database `floe`. One connection under a mutex, because replacing one view from several
// connections conflicts; what is bound under the same key stays.
#pragma once

#include "engine/duckdb_api.hpp"
#include "engine/runner.hpp"
#include "engine/scan.hpp"

#include "base/result.hpp"
#include "floe/plugin_call.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace floe::duckdb_compute {

class Engine;

struct BoundRelation {
  std::string schema;
  std::string name;
  std::string key;
};

class BoundViews {
 public:
  explicit BoundViews(Engine& engine) : engine_(engine) {}

  Status bind(Call& call, const std::vector<Scan>& scans);
  Status unbind(Call& call, const std::vector<RelationName>& relations);
  std::vector<BoundRelation> bound();
  // Of a relation whose files sessions may choose.
  [[nodiscard]] std::optional<std::uint64_t> chosen_number(const RelationName& relation);
  [[nodiscard]] bool is_bound(const std::string& schema, const std::string& name);

  // Rows of everything that is bound; nullopt when they are not known of one.
  [[nodiscard]] std::optional<std::int64_t> bound_rows();

  // Changes when what is bound under a name goes or gets other columns: what was bound before may mean something else.
  [[nodiscard]] std::uint64_t layout() const { return layout_; }

 private:
  struct Entry {
    BoundRelation relation;
    bool view = false;  // a catalog view: goes stale when what it reads changes its columns
    bool stale = false;
    std::string columns;                       // names and types; empty = not known
    std::optional<std::int64_t> rows;          // of a view: 0, what it reads counts
    std::optional<std::uint64_t> number = {};  // of its outline, when sessions may choose its files
  };

  Result<std::unique_lock<std::timed_mutex>> lock(Call& call);
  Status bind_one(Runner& runner, const Scan& scan);
  Result<std::string> prunable_body(Runner& runner, const Scan& scan, Entry* entry);

  Engine& engine_;
  std::timed_mutex mutex_;
  Connection connection_;
  std::set<std::string> schemas_;
  std::map<std::string, Entry> entries_;  // by lower-case schema and name
  std::atomic<std::uint64_t> layout_{0};
};

// The statement after CREATE ... VIEW <name> AS, for every kind that has one.
Result<std::string> scan_body(const Scan& scan);

}  // namespace floe::duckdb_compute
