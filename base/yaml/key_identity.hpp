// When two keys of a mapping are the same key.
#pragma once

#include "base/yaml/node.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>

namespace floe::yaml {

// Equal texts for equal keys: `1`, `01` and, as in Python, `1.0` and `true` are one key; `"1"` is another.
std::string key_identity(const Node& key, Resolver resolver);

}  // namespace floe::yaml
