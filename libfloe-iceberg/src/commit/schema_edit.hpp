// Explicit schema changes: add, drop, rename, promote, set_doc, make_optional, move.
#pragma once

#include "metadata/update.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

struct SchemaEdit {
  enum class Action : std::uint8_t { kAdd, kDrop, kRename, kPromote, kSetDoc, kMakeOptional, kMove };
  enum class Place : std::uint8_t { kFirst, kBefore, kAfter };

  Action action = Action::kAdd;
  std::string name;    // dotted for nested columns; of an added one its last part
  std::string parent;  // add: the struct it goes into; empty: the top
  Type type;           // add, promote
  std::string sql_type;
  std::optional<std::string> doc;
  bool required = false;  // add
  std::string to;         // rename
  Place place = Place::kFirst;
  std::string sibling;  // move before or after
};

Result<std::vector<SchemaEdit>> parse_schema_edits(std::string_view json_array);

// The schema after the edits. Columns that partitioning, sorting or identifiers use cannot be dropped.
Result<std::vector<TableUpdate>> plan_schema_edits(const TableMetadata& metadata, const std::vector<SchemaEdit>& edits);

}  // namespace floe::iceberg
