// What `floe lineage` prints.
#pragma once

#include "base/json/json.hpp"

#include <string>

namespace floe::cli {

// A tree for people, or Graphviz when the answer has it. `answer` is floe.lineage/1.
std::string render_lineage(const json::object& answer);

}  // namespace floe::cli
