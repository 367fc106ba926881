// The `fields` array of a struct's JSON, shared by types and schemas.
#pragma once

#include "schema/type.hpp"

#include <vector>

namespace floe::iceberg {

json::array fields_to_json(const std::vector<Field>& fields);

}  // namespace floe::iceberg
