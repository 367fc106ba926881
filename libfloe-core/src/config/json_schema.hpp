// The JSON Schema (2020-12) of a document, from its field table: for editors and other validators.
#pragma once

#include "config/shape.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::config {

// What `floe schema` knows: manifest, platform, product.
std::vector<std::string> schema_kinds();

// kNotFound names the kinds there are. Keys that this version does not act on are left out: the schema refuses what
// floe refuses.
Result<json::object> document_schema(std::string_view kind);

}  // namespace floe::config
