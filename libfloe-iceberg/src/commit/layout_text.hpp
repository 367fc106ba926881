// Partition and sort clauses as users write them: `day(ts)`, `bucket(16, id)`, `amount desc nulls last`.
#pragma once

#include "metadata/table_metadata.hpp"
#include "schema/partition_spec.hpp"
#include "schema/sort_order.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

// A spec over `schema`. Field ids of `base` (null: a new table) are kept for fields it already had, new ones follow
// `*last_partition_id`, which is moved on. kInvalidArgument shows the clause and what is accepted.
Result<PartitionSpec> parse_partition_by(const std::vector<std::string>& clauses, const Schema& schema,
                                         const TableMetadata* base, std::int32_t* last_partition_id);

Result<SortOrder> parse_sort_by(const std::vector<std::string>& clauses, const Schema& schema);

}  // namespace floe::iceberg
