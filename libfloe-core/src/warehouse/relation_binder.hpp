// Makes the relations a statement reads available to the compute, each at the snapshot of this run (decisions 0015,
// 0032).
#pragma once

#include "warehouse/catalog_view.hpp"
#include "warehouse/local_files.hpp"
#include "warehouse/read_monitor.hpp"
#include "warehouse/statement_names.hpp"

#include "base/result.hpp"
#include "floe/client/compute.hpp"
#include "floe/client/storage.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace floe::warehouse {

enum class StatementKind : std::uint8_t { kQuery, kOther };

struct RelationBinderOptions {
  std::string dialect;  // of the compute: which representation of a view it runs
  // A table with more data files is read by the files that the filters of a query leave.
  std::int64_t most_unpruned_files = 16;
  // Hear of the relations and the files that statements name, each time; both or none.
  std::function<void(const std::string& relation)> on_read = {};
  std::function<void(const std::string& path, bool is_written)> on_file = {};
};

// Thread-safe: planning and binding of what all sessions share happen under one lock; what is bound already costs one
// look-up.
class RelationBinder {
 public:
  RelationBinder(ComputeClient compute, StorageClient storage, TableFormatClient tables, CatalogView& catalog,
                 ReadMonitor& monitor, RelationBinderOptions options)
      : compute_(compute),
        storage_(storage),
        tables_(tables),
        catalog_(catalog),
        monitor_(monitor),
        options_(std::move(options)) {}

  // Refuses what `node` may not read. Binds what the SQL names, a table of many files by those that the query may want.
  // Of `resolved`, what the caller looked up for the statement, a query binds those whose names are words of its text,
  // and goes on without those that cannot be read: a model that replaces its table looks that up and does not read it.
  // A statement the engine cannot look into binds what was resolved, and the whole catalog when nothing was; of these a
  // relation that cannot be read says so when the statement reads it.
  Status bind_for(floe_call* call, std::uint64_t session, std::string_view node, std::string_view sql,
                  StatementKind kind, const std::vector<Relation>& resolved);
  Status bind(floe_call* call, std::uint64_t session, const std::vector<Relation>& relations);
  // So that a statement about its columns can be planned; no manifest of a table is read.
  Status bind_columns(floe_call* call, std::uint64_t session, const Relation& relation);
  // A table at another snapshot than the run's, with the columns that it had then, under the session's own name.
  Status bind_private(floe_call* call, std::uint64_t session, const Relation& relation, const std::string& snapshot_id,
                      const std::string& private_name);
  // After a write or drop: the next statement binds the new state.
  void forget(const Relation& relation);
  // The reason why the compute failed: `error` itself, or the damaged data file (FLOE-E0511) among those that `sql`
  // reads and, where it is a write of rows into a table, those of `target`.
  Error explain(floe_call* call, std::uint64_t session, std::string_view sql, const Relation* target, Error error);
  Status unbind(floe_call* call, std::uint64_t session, const Relation& relation);
  // The session is closed.
  void end_session(std::uint64_t session);

 private:
  struct Bound {
    bool is_prunable = false;
    bool has_files = true;
    std::vector<Relation> inputs = {};  // of a view
  };

  // What a session has chosen to read, and for which statement.
  struct Choice {
    std::string sql;
    std::uint64_t generation = 0;
    std::map<std::string, Relation> relations;
  };

  struct Plan {
    std::int64_t most_files = 0;  // of a table that is bound with all of its files
    json::array scans;
    std::set<std::string> seen;
    std::vector<CatalogEntry> prunable;
  };

  struct ScanRequest {
    json::value filter = nullptr;
    std::optional<std::int64_t> max_files = {};
    bool own_schema = false;                 // the columns that the snapshot was written with
    std::optional<json::array> verify = {};  // of the data files: these URIs, or all when it is empty
  };

  Result<std::vector<CatalogEntry>> bind_shared(floe_call* call, std::uint64_t session,
                                                const std::vector<Relation>& relations, bool is_lenient);
  // `is_lenient`: what cannot be read is bound as refused.
  Status plan_relation(floe_call* call, std::uint64_t session, const Relation& relation, bool is_lenient, Plan* plan);
  Status plan_entry(floe_call* call, std::uint64_t session, const CatalogEntry& entry, Plan* plan);
  Status plan_table(floe_call* call, const CatalogEntry& entry, Plan* plan);
  Status plan_view(floe_call* call, std::uint64_t session, const CatalogEntry& entry, Plan* plan);
  Result<std::string> sql_of_view(const json::object& view, const Relation& relation) const;
  void add_columns(floe_call* call, const Relation& relation, json::object* scan) const;
  // Tables among `relations` and below the views among them.
  Result<std::vector<Relation>> tables_below(floe_call* call, const std::vector<Relation>& relations);
  Status compare_files(floe_call* call, const Relation& relation, const Error& error);
  Result<StatementNames> names_of(floe_call* call, std::uint64_t session, std::string_view sql, StatementKind kind);
  Status note_reads(floe_call* call, const std::vector<Relation>& relations);
  Status bind_together(floe_call* call, std::uint64_t session, const json::array& scans);
  Status bind_each(floe_call* call, std::uint64_t session, const json::array& scans);
  Result<json::object> table_scan(floe_call* call, const Relation& relation, const std::string& snapshot_id,
                                  const ScanRequest& request);
  Status choose_files(floe_call* call, std::uint64_t session, std::string_view sql,
                      const std::vector<CatalogEntry>& prunable);
  Result<std::map<std::string, json::value>> find_filters(floe_call* call, std::uint64_t session, std::string_view sql,
                                                          const std::vector<CatalogEntry>& prunable);
  Status share_files(floe_call* call, std::uint64_t session, const std::vector<CatalogEntry>& prunable);
  Status release(floe_call* call, std::uint64_t session);

  ComputeClient compute_;
  StorageClient storage_;
  TableFormatClient tables_;
  CatalogView& catalog_;
  ReadMonitor& monitor_;
  RelationBinderOptions options_;
  std::mutex mutex_;
  std::map<std::string, Bound> bound_;  // by Relation::key()
  std::mutex choices_mutex_;
  std::uint64_t generation_ = 0;             // changes with what tables hold
  std::map<std::uint64_t, Choice> choices_;  // by session
};

}  // namespace floe::warehouse
