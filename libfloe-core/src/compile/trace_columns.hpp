// Column lineage, for the artifact and for the policies that ask for it.
#pragma once

#include "compile/compile.hpp"
#include "config/manifest.hpp"
#include "policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::compile {

// Fills `graph->lineage`. What cannot be traced is a warning (FLOE-W1702 to FLOE-W1704) when a policy of the manifest
// (nullptr: there is none) needs it. `parse_request` is the one the graph was read with.
Status trace_columns(const config::PlatformManifest* manifest, const Compiled& compiled,
                     const std::string& parse_request, const CompileServices& services, policy::ModelGraph* graph,
                     DiagnosticSink& sink);

}  // namespace floe::compile
