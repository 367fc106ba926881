// Keys of a schema file that dbt does not know. They do nothing, so a misspelt `tests` would be a test that never runs.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

namespace floe::dbt {

// Warns of each, with the known key it is probably meant to be.
void warn_unknown_keys(const yaml::Node& document, DiagnosticSink& sink);

}  // namespace floe::dbt
