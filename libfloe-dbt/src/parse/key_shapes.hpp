// What kind of value the keys of a schema file have. Tests in a mapping instead of a list would be tests that never
// run.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

namespace floe::dbt {

// Reports each list and mapping that is something else, and tests under both of their keys.
void check_key_shapes(const yaml::Node& document, DiagnosticSink& sink);

}  // namespace floe::dbt
