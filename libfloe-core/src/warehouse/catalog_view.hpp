// What this run knows of the catalog: which relations exist, and at which snapshot each table is read. Filled once,
// then kept current by the run's own writes, so that every node of a run sees one state. A write that meets a relation
// of others looks at that one anew.
#pragma once

#include "model/relation.hpp"

#include "base/result.hpp"
#include "floe/client/table_format.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace floe::warehouse {

enum class RelationKind : std::uint8_t { kTable, kView };

struct CatalogEntry {
  Relation relation;
  RelationKind kind = RelationKind::kTable;
  bool is_pinned = false;
  std::string snapshot_id;  // when pinned; "" = the table has no snapshot
};

// Thread-safe.
class CatalogView {
 public:
  explicit CatalogView(TableFormatClient tables) : tables_(tables) {}

  Result<std::optional<CatalogEntry>> find(floe_call* call, const Relation& relation);
  Result<std::vector<CatalogEntry>> list(floe_call* call, const std::optional<std::string>& schema);
  // The snapshot this run reads a table at: chosen at the first question, then fixed.
  Result<std::string> pin(floe_call* call, const Relation& relation);
  // The table is looked at anew: its next pin is its state then.
  void unpin(const Relation& relation);
  void set_snapshot(const Relation& relation, const std::string& snapshot_id);  // after an own commit
  void put(const Relation& relation, RelationKind kind);
  // What is in the catalog under that name now, which others may have created, replaced or dropped since.
  Status refresh(floe_call* call, const Relation& relation);
  void erase(const Relation& relation);
  [[nodiscard]] std::vector<CatalogEntry> pinned() const;

 private:
  Status load(floe_call* call);
  Result<std::optional<RelationKind>> kind_in_catalog(floe_call* call, const Relation& relation);

  TableFormatClient tables_;
  mutable std::mutex mutex_;
  bool loaded_ = false;
  std::map<std::string, CatalogEntry> entries_;  // by Relation::key()
};

}  // namespace floe::warehouse
