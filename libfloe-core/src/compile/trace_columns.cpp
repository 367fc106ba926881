#include "compile/trace_columns.hpp"

#include "compile/dbt_project.hpp"
#include "rules/lineage/lineage_graph.hpp"
#include "rules/policy/policy.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace floe::compile {

Result<policy::ColumnLineage> trace_columns(const config::PlatformManifest* manifest, const Compiled& compiled,
                                            const std::string& parse_request, bool is_wanted, CompilerHost& host,
                                            policy::ModelGraph* graph, DiagnosticSink& sink) {
  const bool is_needed = manifest != nullptr && policy::needs_lineage(*manifest, *graph);
  if (graph->models.empty() || !(is_needed || is_wanted)) return policy::ColumnLineage();
  bool has_traced = true;
  auto traced = host.trace_columns(compiled, *graph, parse_request, is_needed);
  if (traced) {
    graph->lineage = std::move(*traced);
  } else if (traced.error().code == ErrorCode::kCancelled) {
    return traced.error();
  } else if (is_needed) {
    has_traced = false;
    sink.report(warning_diagnostic("FLOE-W1704", "no-column-lineage",
                                   fmt::format("columns cannot be traced: {}", traced.error().to_string()))
                    .note("each column of a model counts as the most confidential column that the model reads"));
  }
  if (!is_needed) return std::exchange(graph->lineage, {});
  const bool is_traced = policy::warn_untraced(*graph, dbt_project_prefix(compiled), sink) && has_traced;
  if (!is_traced && compiled.confinement) {
    sink.report(
        error_diagnostic("FLOE-E0759", "untrusted-project", "a project cannot be judged whose writer is not trusted")
            .note("untrusted: " + compiled.confinement->why)
            .note("columns cannot be traced, as the warnings say, and a guess is not enough")
            .help("declare the columns that the warnings ask for"));
  }
  return graph->lineage;
}

std::string lineage_path(const Compiled& compiled) { return io::join_path(compiled.target_path, "lineage.json"); }

std::string lineage_digest(const Compiled& compiled, io::FileSystem& files) {
  const auto text = files.read(lineage_path(compiled));
  return text ? text::sha256_hex(*text) : std::string();
}

Result<std::string> write_lineage(const Compiled& compiled, const policy::ModelGraph& graph,
                                  const policy::ColumnLineage& traced, io::FileSystem& files) {
  const std::string made =
      to_json(json::object{{"lineage", lineage::graph_json(lineage::make_graph(graph, traced, compiled))}});
  FLOE_TRY(files.write_atomic(lineage_path(compiled), made, io::Durability::kFast));
  return text::sha256_hex(made);
}

}  // namespace floe::compile
