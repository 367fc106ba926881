// The SQL that turns what a data file stores of a column into the column's value: by field id where names changed, from
// the types of other writers, and without losing NaN to filters that DuckDB moves into the file.
#pragma once

#include "sql/iceberg_type.hpp"

#include "base/result.hpp"

#include <optional>
#include <string>

namespace floe::duckdb_compute {

struct StoredValue {
  std::string read_type;   // what DuckDB is to read the column as: the file's names below the top
  std::string expression;  // from `source` to the column's storage type
};

struct StoredColumn {
  const IcebergType* type = nullptr;    // the column's
  const IcebergType* stored = nullptr;  // the file's
  bool by_name = false;                 // read as the file says, not as `read_type`
  bool is_nan_unsafe = false;
};

Result<StoredValue> stored_value(const StoredColumn& column, const std::string& source);

// What a column reads as in a file that lacks it: its `initial-default` (Iceberg spec, appendix D; JSON as text), or
// NULL.
Result<std::string> missing_value(const IcebergType& type, const std::optional<std::string>& initial_default);

// A JSON single value, unquoted when it is text, as a literal of a primitive type.
Result<std::string> value_literal(const IcebergType& type, const std::string& text);

}  // namespace floe::duckdb_compute
