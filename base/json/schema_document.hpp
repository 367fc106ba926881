// What a schema document is made of: which keywords hold schemas, and where a reference leads.
#pragma once

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string_view>

namespace floe::schema_document {

// Refuses what could not be evaluated: keywords of the wrong form, broken patterns, references to nothing.
Status check(const json::value& root);

// The schema a `$ref` of this document means; nullptr when there is none.
const json::value* resolve(const json::value& root, std::string_view reference);

}  // namespace floe::schema_document
