// Rings of nodes that depend on each other.
#pragma once

#include "model/manifest.hpp"

#include <vector>

namespace floe::dbt {

// Each ring once, as the way around it: every node reads the next one, the last reads the first.
std::vector<std::vector<const Node*>> find_cycles(const Manifest& manifest);

}  // namespace floe::dbt
