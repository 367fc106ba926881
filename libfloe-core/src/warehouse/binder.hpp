// Makes the relations a statement reads available to the compute, each at the snapshot of this run (run.md 3).
#pragma once

#include "warehouse/catalog_view.hpp"
#include "warehouse/local_files.hpp"

#include "base/result.hpp"
#include "floe/client/compute.hpp"
#include "floe/client/storage.hpp"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace floe::warehouse {

enum class StatementKind : std::uint8_t { kQuery, kOther };

// Thread-safe: planning and binding happen under one lock; what is bound already costs one look-up.
class Binder {
 public:
  Binder(ComputeClient compute, StorageClient storage, TableFormatClient tables, CatalogView& catalog)
      : compute_(compute), storage_(storage), tables_(tables), catalog_(catalog) {}

  // Binds `resolved` and what the SQL itself names. A statement the engine cannot look into binds what was resolved,
  // and the whole catalog when nothing was.
  Status bind_for(floe_call* call, std::uint64_t session, std::string_view sql, StatementKind kind,
                  const std::vector<Relation>& resolved);
  Status bind(floe_call* call, std::uint64_t session, const std::vector<Relation>& relations);
  // A table at another snapshot than the run's, under the session's own name.
  Status bind_private(floe_call* call, std::uint64_t session, const Relation& relation, const std::string& snapshot_id,
                      const std::string& private_name);
  // After a write or drop: the next statement binds the new state.
  void forget(const Relation& relation);
  Status unbind(floe_call* call, std::uint64_t session, const Relation& relation);

 private:
  struct Plan {
    json::array scans;
    std::set<std::string> visiting;  // view keys on the way down
  };

  Status bind_locked(floe_call* call, std::uint64_t session, const std::vector<Relation>& relations);
  Status plan_relation(floe_call* call, std::uint64_t session, const Relation& relation, Plan* plan);
  Status plan_table(floe_call* call, const CatalogEntry& entry, Plan* plan);
  Status plan_view(floe_call* call, std::uint64_t session, const CatalogEntry& entry, Plan* plan);
  Result<json::object> table_scan(floe_call* call, const Relation& relation, const std::string& snapshot_id);
  Result<std::vector<Relation>> relations_in(floe_call* call, std::uint64_t session, std::string_view sql,
                                             bool* whole_catalog, bool* opaque);

  ComputeClient compute_;
  StorageClient storage_;
  TableFormatClient tables_;
  CatalogView& catalog_;
  std::mutex mutex_;
  std::set<std::string> bound_;
  std::set<std::string> views_;  // bound ones that read others
};

}  // namespace floe::warehouse
