// Identifiers as JSON values; for .cpp files only (Boost.JSON).
#pragma once

#include "host/identifier.hpp"

#include "base/json/json.hpp"

#include <string>
#include <vector>

namespace floe::iceberg {

json::object identifier_to_json(const Identifier& identifier);
Result<Identifier> identifier_from_json(const json::value& value);
Result<std::vector<std::string>> levels_from_json(const json::value& value);

}  // namespace floe::iceberg
