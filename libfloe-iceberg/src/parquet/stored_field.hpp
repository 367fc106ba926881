// StoredField: the columns of a Parquet file as Iceberg types, with the field ids that the file carries.
#pragma once

#include "parquet/footer.hpp"
#include "schema/type.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floe::iceberg::parquet {

enum class StoredKind : std::uint8_t { kPrimitive, kStruct, kList, kMap, kUnreadable };

struct StoredField {
  StoredKind kind = StoredKind::kPrimitive;
  std::optional<std::int32_t> id;
  std::string name;
  Type type;         // kPrimitive: what the values mean (table spec, appendix A; INT96 is a timestamp without zone)
  std::string text;  // how Parquet spells it, for messages: `INT64 (unsigned)`, `repeated group`
  bool has_bounds = false;            // kPrimitive: a row group has a smallest or largest value
  std::vector<StoredField> children;  // struct: its fields; list: the element; map: the key and the value
};

// What a reader has to know of a file besides its bytes; smaller than the footer, so that it can be kept.
struct FileShape {
  std::vector<StoredField> columns;
  std::string created_by;
  std::int64_t row_count = 0;
  bool has_ids = false;  // some field carries one; then fields without one belong to no column
};

FileShape file_shape(const FileMetadata& footer);

}  // namespace floe::iceberg::parquet
