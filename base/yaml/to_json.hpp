// A YAML tree as JSON: the data without the places. Include in .cpp files only.
#pragma once

#include "base/json/json.hpp"
#include "base/yaml/node.hpp"

namespace floe::yaml {

// Timestamps become their text; integers that do not fit 64 bits and non-finite floats become strings.
json::value to_json_value(const Node& node);

}  // namespace floe::yaml
