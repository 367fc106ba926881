// Settings of dbt_project.yml below a path that no resource has: a misspelt folder is a setting that does nothing.
#pragma once

#include "model/manifest.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

namespace floe::dbt {

// Warns of each path of the root project's file, as dbt's UnusedResourceConfigPath does. Disabled resources count.
void warn_unused_configs(const yaml::Node& project_file, const Manifest& manifest, DiagnosticSink& sink);

}  // namespace floe::dbt
