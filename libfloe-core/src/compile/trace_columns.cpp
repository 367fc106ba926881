#include "compile/trace_columns.hpp"

#include "compile/dbt_project.hpp"
#include "policy/policy.hpp"

#include <fmt/format.h>

namespace floe::compile {

Status trace_columns(const config::PlatformManifest* manifest, const Compiled& compiled,
                     const std::string& parse_request, const CompileServices& services, policy::ModelGraph* graph,
                     DiagnosticSink& sink) {
  if (!services.trace_columns || graph->models.empty()) return ok();
  const bool is_needed = manifest != nullptr && policy::needs_lineage(*manifest, *graph);
  auto traced = services.trace_columns(compiled, *graph, parse_request, is_needed);
  if (traced) {
    graph->lineage = std::move(*traced);
  } else if (traced.error().code == ErrorCode::kCancelled) {
    return traced.error();
  } else if (is_needed) {
    sink.report(warning_diagnostic("FLOE-W1704", "no-column-lineage",
                                   fmt::format("columns cannot be traced: {}", traced.error().to_string()))
                    .note("each column of a model counts as the most confidential column that the model reads"));
  }
  if (is_needed) policy::warn_untraced(*graph, dbt_project_prefix(compiled), sink);
  return ok();
}

}  // namespace floe::compile
