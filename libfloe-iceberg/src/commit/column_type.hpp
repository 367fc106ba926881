// Column types in requests: Iceberg's JSON, with ids and requiredness optional. For .cpp files only.
#pragma once

#include "commit/write_request.hpp"

#include "base/json/json.hpp"

namespace floe::iceberg {

Result<Type> column_type_from_json(const json::value& value, int depth = 0);
Result<std::vector<ColumnRequest>> columns_from_json(const json::array& array);

}  // namespace floe::iceberg
