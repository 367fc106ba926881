// A relation as the warehouse's payloads spell it. Include in .cpp files only.
#pragma once

#include "base/json/json.hpp"

#include <string>

namespace floe::dbt {

inline json::object relation_payload(const std::string& schema, const std::string& identifier) {
  return json::object{{"database", "floe"}, {"schema", schema}, {"identifier", identifier}};
}

}  // namespace floe::dbt
