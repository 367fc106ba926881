// JSON Schemas (2020-12) from field tables: for editors and other validators.
#pragma once

#include "schema/shape.hpp"

#include "base/json/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::config {

// manifest, platform, product
std::vector<std::string> document_kinds();

// nullopt = no such kind. Keys that this version does not act on are left out: the schema refuses what floe refuses.
std::optional<json::object> document_schema(std::string_view kind);

// A shape that contains itself, and one that occurs several times, is written once, below `$defs`, with references
// that begin with `at`: "#" for a whole document, "#/$defs/part" for a part of one.
json::object shape_schema(const Shape& shape, std::string_view at = "#");

// `schema` as a document of its own: with `$schema`, `$id` and `title` before it.
json::object titled_schema(std::string_view kind, std::string_view title, json::object schema);

}  // namespace floe::config
