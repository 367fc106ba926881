// Requests of begin_write and create_table, parsed.
#pragma once

#include "metadata/properties.hpp"
#include "schema/type.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

enum class WriteMode : std::uint8_t { kCreate, kReplace, kAppend, kOverwriteFiles, kOverwritePartitions };
enum class SchemaChangeMode : std::uint8_t { kIgnore, kAppendNew, kSyncAll, kFail };

// A column as a query has it: its type carries no ids yet (all 0).
struct ColumnRequest {
  std::string name;
  Type type;
  std::string sql_type;  // empty: none
  bool is_nullable = true;
  std::optional<std::string> doc;
};

struct WriteRequest {
  WriteMode mode = WriteMode::kAppend;
  std::optional<std::vector<ColumnRequest>> columns;  // nothing: the table's own
  SchemaChangeMode on_schema_change = SchemaChangeMode::kIgnore;
  std::optional<std::vector<std::string>> partition_by;  // `day(ts)`; nothing: as it is
  std::optional<std::vector<std::string>> sort_by;       // `a desc`; nothing: as it is
  Properties properties;
  std::optional<std::string> comment;
  std::optional<std::map<std::string, std::string>> column_comments;
  std::string branch;  // `main` when none is named
  std::optional<std::int64_t> base_snapshot_id;
  Properties summary;
  std::string idempotency_key;  // empty: none
  std::string filter;           // JSON; empty: none
};

Result<WriteRequest> parse_write_request(std::string_view json_text);
Result<WriteRequest> parse_create_request(std::string_view json_text);

// The columns of a request: types as text or as objects of list, struct and map whose ids may be left out.
Result<std::vector<ColumnRequest>> parse_columns(std::string_view json_array);
// One type of that form.
Result<Type> parse_column_type(std::string_view json_text);

}  // namespace floe::iceberg
