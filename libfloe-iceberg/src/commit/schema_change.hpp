// The schema a write ends up with: ids kept, given and dropped.
#pragma once

#include "commit/write_request.hpp"
#include "scan/table_json.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floe::iceberg {

struct SchemaChange {
  Schema schema;                     // schema id 0: the metadata builder gives the real one
  std::vector<std::string> missing;  // columns of the table that the query lacks
  SqlTypes sql_types;                // of all columns of `schema`
};

// A new table's schema (`base` null), or the one that replaces `base`: a column keeps its id when its name stays
// (ignoring case) and its type is equal or promotable, else it gets a fresh one after `last_column_id`.
Result<SchemaChange> plan_replaced_schema(const Schema* base, const SqlTypes& base_types, std::int32_t last_column_id,
                                          const WriteRequest& request);

// The schema of a table that is written to and may evolve as the request's on_schema_change allows.
Result<SchemaChange> plan_evolved_schema(const Schema& base, const SqlTypes& base_types, std::int32_t last_column_id,
                                         const WriteRequest& request);

// Ids for a new column of this type: `*last_column_id` is moved on, level by level as Java does.
Field with_fresh_ids(Field field, std::int32_t* last_column_id);

}  // namespace floe::iceberg
