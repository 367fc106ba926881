// Names of columns and partition fields in the metadata of a table.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::iceberg {

// The member `name` of a field. kUnsupported when it has a NUL character: engines, Arrow and paths end a name there, so
// two columns would become one.
Result<std::string> read_field_name(const json::object& field);

}  // namespace floe::iceberg
