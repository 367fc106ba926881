// Literals and partition tuples as Arrow columns.
#pragma once

#include "metadata/table_metadata.hpp"

#include "base/arrow/builder.hpp"

#include <map>
#include <string>
#include <vector>

namespace floe::iceberg {

arrow::Type arrow_type_of(const Type& type);  // primitive types
// Null when there is no value, or one of another type than the column's.
void append_literal(arrow::ColumnBuilder& column, const Type& type, const std::optional<Literal>& value);

// The struct over the partition fields of all specs, by field id: what `partition` columns hold.
class PartitionColumn {
 public:
  explicit PartitionColumn(const TableMetadata& metadata);

  [[nodiscard]] bool is_empty() const { return fields_.empty(); }  // an unpartitioned table has no such column

  [[nodiscard]] arrow::Type arrow_type() const;
  void append(arrow::ColumnBuilder& column, const PartitionSpec& spec, const PartitionTuple& tuple) const;

  // The type tuples of a manifest with that spec are read as.
  [[nodiscard]] const Type& tuple_type(std::int32_t spec_id) const { return tuple_types_.at(spec_id); }

 private:
  std::vector<Field> fields_;
  std::map<std::int32_t, Type> tuple_types_;
};

}  // namespace floe::iceberg
