// Commits without data files: schema, properties, refs, creation, truncation, removal.
#pragma once

#include "commit/write_request.hpp"
#include "metadata/update.hpp"
#include "table/table_store.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

// What to change, given the table as it is now; called again after a conflict.
using UpdatePlanner = std::function<Result<std::vector<TableUpdate>>(const TableMetadata&)>;
// The table afterwards. No updates: nothing is committed.
Result<LoadedTable> commit_updates(TableStore& store, const Session& session, const Identifier& identifier,
                                   const UpdatePlanner& plan);

Result<LoadedTable> create_empty_table(TableStore& store, const Session& session, const Identifier& identifier,
                                       const WriteRequest& request);
// `changes` as floe.table_format/1 has them.
Result<LoadedTable> update_schema(TableStore& store, const Session& session, const Identifier& identifier,
                                  std::string_view changes);
// {"updates": {}, "removals": []}; the key `format-version` raises the version.
Result<LoadedTable> set_properties(TableStore& store, const Session& session, const Identifier& identifier,
                                   std::string_view request);
Result<LoadedTable> create_branch(TableStore& store, const Session& session, const Identifier& identifier,
                                  std::string_view request);
Result<LoadedTable> set_ref(TableStore& store, const Session& session, const Identifier& identifier,
                            std::string_view request);
// The result of a commit.
Result<std::string> truncate_table(TableStore& store, const Session& session, const Identifier& identifier,
                                   std::string_view request);
Status drop_table(TableStore& store, const Session& session, const Identifier& identifier, std::string_view request);

}  // namespace floe::iceberg
