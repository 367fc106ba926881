// JSON data as YAML text, for people and for tools that read YAML. Include in .cpp files only.
#pragma once

#include "base/json/json.hpp"

#include <string>

namespace floe::yaml {

// Block style in the order of the members. Texts are quoted, so that every YAML version reads texts; one of several
// lines is a literal block. Ends with a newline.
std::string write_yaml(const json::value& value);

}  // namespace floe::yaml
