// What write_files is told to write.
#pragma once

#include "engine/scan.hpp"

#include "base/result.hpp"
#include "base/transform/transform.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace boost::json {
class object;  // NOLINT(readability-identifier-naming): Boost names it
}  // namespace boost::json

namespace floe::duckdb_compute {

// A primitive column, or one inside structs: `"address"."city"`.
struct FieldPath {
  std::string expression;
  const IcebergType* type = nullptr;
};

struct PartitionField {
  std::int32_t source_id = -1;
  std::int32_t field_id = -1;
  transform::Transform transform;
};

struct SortField {
  std::int32_t source_id = -1;
  transform::Transform transform;
  bool descending = false;
  bool nulls_first = true;
};

struct WriteRequest {
  std::string directory;
  std::string file_prefix;
  std::vector<Column> columns;  // the target's, in table order
  std::vector<PartitionField> partition;
  std::vector<SortField> sort;
  std::int64_t target_file_size = 0;
  std::string compression;
  bool staged = false;

  [[nodiscard]] Result<FieldPath> find_field(std::int32_t id) const;
};

Result<WriteRequest> parse_write_request(const boost::json::object& request);

// FIELD_IDS of COPY for all columns, nested ones included.
std::string field_ids_sql(const std::vector<Column>& columns);

}  // namespace floe::duckdb_compute
