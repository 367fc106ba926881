// What the table format says about tables: columns, specs, sort orders, refs as the payloads of floe.table_format/1.
#pragma once

#include "metadata/json_text.hpp"
#include "scan/snapshot_choice.hpp"
#include "table/table_store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace floe::iceberg {

// The engine's SQL type of columns by field id.
using SqlTypes = std::map<std::int32_t, std::string>;

// The property floe.sql-types: {"<field id>": [SQL type, Iceberg type that it stands for]}. Other writers change
// columns without it, so an SQL type is only taken for the Iceberg type that it was written for.
struct RememberedType {
  std::string sql_type;
  std::string type;
  friend bool operator==(const RememberedType&, const RememberedType&) = default;
};

using RememberedTypes = std::map<std::int32_t, RememberedType>;

// An unreadable property counts as empty.
RememberedTypes read_remembered_types(const Properties& properties);
std::string write_remembered_types(const RememberedTypes& types);
RememberedTypes remember_types(const SqlTypes& types, const Schema& schema);
// Those of the schema's columns that still have the type they stand for.
SqlTypes known_sql_types(const Properties& properties, const Schema& schema);

void write_columns(const Schema& schema, const SqlTypes& sql_types, JsonText* out);
void write_partition_spec(const PartitionSpec& spec, JsonText* out);
void write_sort_order(const SortOrder& order, JsonText* out);

// The result of `load`. `later`: a metadata file that was committed after the one of the table.
std::string table_to_json(const LoadedTable& table, const SnapshotChoice& choice,
                          const std::optional<std::string>& later = std::nullopt);

}  // namespace floe::iceberg
