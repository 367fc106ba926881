// What `floe lineage` prints.
#pragma once

#include "base/json/json.hpp"

#include <string>

namespace floe::run {

// A tree for people, or Graphviz when the answer has it. `answer` is floe.lineage/1.
std::string lineage_text(const json::object& answer);

}  // namespace floe::run
