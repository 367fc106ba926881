// NameMapping: field ids for data files that were written without them, by column name (table spec, "Column Projection"
// and appendix C; the table property schema.name-mapping.default).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

struct MappedField {
  std::optional<std::int32_t> id;  // nothing: the names belong to a parent only, or to no column
  std::vector<std::string> names;
  std::vector<MappedField> fields;  // of a struct; `element` of a list; `key` and `value` of a map
};

using NameMapping = std::vector<MappedField>;

// kData names what is wrong. Nesting is limited to 100.
Result<NameMapping> parse_name_mapping(std::string_view json_text);

// The entry of `mapping` that lists `name`, spelt the same; null when there is none.
const MappedField* find_mapped(const NameMapping& mapping, std::string_view name);

}  // namespace floe::iceberg
