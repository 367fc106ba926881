// Configurations that a schema refuses.
#pragma once

#include <string>
#include <vector>

namespace floe::conformance {

// Each differs from `valid` in one thing: another root, a member of another type, one too many, a missing one.
std::vector<std::string> invalid_configs(const std::string& schema, const std::string& valid);

}  // namespace floe::conformance
