// Column lineage, for the policies and the commands that ask for it.
#pragma once

#include "compile/compile.hpp"
#include "config/platform_manifest.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

#include <string>

namespace floe::compile {

// Reports what nodes read without declaring it (FLOE-E0744), where reads are granted. Traces when a policy of the
// manifest (nullptr: there is none) needs it, and when `is_wanted`. What was found; it is in `graph->lineage` too when
// a policy needs it, and only then, so that verdicts and the artifact do not depend on who asks; what cannot be traced
// is a warning then (FLOE-W1702 to FLOE-W1704). `parse_request` is the one the graph was read with.
Result<policy::ColumnLineage> trace_columns(const config::PlatformManifest* manifest, const Compiled& compiled,
                                            const std::string& parse_request, bool is_wanted, CompilerHost& host,
                                            policy::ModelGraph* graph, DiagnosticSink& sink);

// lineage.json beside the artifact: `lineage` as the artifact has it, with all columns that were traced.
std::string lineage_path(const Compiled& compiled);

// Its SHA-256; "" when there is none.
std::string lineage_digest(const Compiled& compiled, io::FileSystem& files);

// With the columns of `traced`. The SHA-256 of what was written.
Result<std::string> write_lineage(const Compiled& compiled, const policy::ModelGraph& graph,
                                  const policy::ColumnLineage& traced, io::FileSystem& files);

}  // namespace floe::compile
