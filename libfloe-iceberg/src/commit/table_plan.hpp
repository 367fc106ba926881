// What a write request makes of a table: target schema, partitioning, order, and the updates that lead there.
#pragma once

#include "commit/schema_change.hpp"
#include "commit/write_request.hpp"
#include "metadata/update.hpp"
#include "table/table_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::iceberg {

struct TablePlan {
  SchemaChange change;
  PartitionSpec spec;    // with field ids; the spec id is real only when the spec was there before
  SortOrder sort_order;  // likewise
  std::string location;
  Properties properties;             // after the updates
  std::vector<TableUpdate> updates;  // empty: the table stays as it is but for its files
};

// Pure: the same base and request give the same plan. `base` null: a new table at its default location.
Result<TablePlan> plan_table(const LoadedTable* base, const Identifier& identifier, const WriteRequest& request,
                             const StoreOptions& options);

// `<warehouse>/<namespace>/<name>`. Names that are no plain path segments are spelt with `_` and a hash, because
// readers disagree on percent-encoding.
std::string default_location(const std::string& warehouse, const Identifier& identifier);

// The schema the request's branch has now.
const Schema& branch_schema(const TableMetadata& metadata, const std::string& branch);

}  // namespace floe::iceberg
