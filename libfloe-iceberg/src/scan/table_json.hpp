// What the table format says about tables: columns, specs, sort orders, refs as the payloads of floe.table_format/1.
#pragma once

#include "abi/table_store.hpp"
#include "metadata/json_text.hpp"
#include "scan/snapshot_choice.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace floe::iceberg {

// Source SQL type by field id: the property floe.sql-types. An unreadable property counts as empty.
using SqlTypes = std::map<std::int32_t, std::string>;
SqlTypes read_sql_types(const Properties& properties);
std::string write_sql_types(const SqlTypes& types);

void write_columns(const Schema& schema, const SqlTypes& sql_types, JsonText* out);
void write_partition_spec(const PartitionSpec& spec, JsonText* out);
void write_sort_order(const SortOrder& order, JsonText* out);

// The result of `load`.
std::string table_to_json(const LoadedTable& table, const SnapshotChoice& choice);

}  // namespace floe::iceberg
