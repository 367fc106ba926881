// Duplicate keys in objects of a JSON document: parsers disagree about which of the values counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace floe {

// Of each object at any depth, in the order of the document; a key that stands three times is there twice. Of a text
// that is no JSON: those before its first error.
std::vector<std::string> repeated_keys(std::string_view text);

}  // namespace floe
