// FileLayout: where the columns of a table lie in one of its Parquet files, and the proof that a compute can read them
// there.
#pragma once

#include "parquet/stored_field.hpp"
#include "schema/name_mapping.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace floe::iceberg {

struct FileLayout {
  // The file carries no field ids: its columns are found by the names below.
  bool by_name = false;
  // The table's columns that the file holds, with the names and types they have there; likewise below structs. A struct
  // none of whose fields are in the file has one other field of the file, which tells where the struct is NULL.
  std::vector<Field> columns;
  // Columns (top level) with float or double values whose smallest and largest value in the file may leave NaN out: a
  // filter must not skip parts of the file because of them.
  std::vector<std::int32_t> nan_unsafe;

  [[nodiscard]] bool holds(std::int32_t id) const;
  // The payload iceberg/layout.
  [[nodiscard]] std::string to_json() const;
};

// kUnsupported or kData names the column and what is in the way: a type that cannot be read as the column's, a file
// without field ids while `mapping` is null, a required column that is missing. Nothing of a file is read before this
// has passed.
Result<FileLayout> file_layout(const parquet::FileShape& file, const Schema& schema, const NameMapping* mapping);

}  // namespace floe::iceberg
