#include "compile/trace_columns.hpp"

#include "compile/dbt_project.hpp"
#include "rules/lineage/lineage_graph.hpp"
#include "rules/policy/policy.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floe::compile {
namespace {

const policy::Model* find_node(const policy::ModelGraph& graph, const std::string& id) {
  for (const std::vector<policy::Model>* list : {&graph.models, &graph.other_nodes, &graph.tests}) {
    for (const policy::Model& node : *list) {
      if (node.unique_id == id) return &node;
    }
  }
  return nullptr;
}

// As a part of a name where there is one, not as an alias of a column for example.
std::size_t offset_of(const std::string& lower, const std::string& word) {
  for (const char* before : {".", ".\""}) {
    const std::size_t at = lower.find(before + word);
    if (at != std::string::npos) return at + std::string_view(before).size();
  }
  return lower.find(word);
}

// Where `text` says `word`; the first line when it does not, as in the SQL of a macro.
Span place_of(const std::string& text, const std::string& word, const std::string& file) {
  const std::size_t at = offset_of(text::to_lower_ascii(text), text::to_lower_ascii(word));
  if (word.empty() || at == std::string::npos) return Span{file, 1, 1, 1, 1};
  const auto line =
      static_cast<std::int32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1);
  const std::size_t begin = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const std::string_view before =
      std::string_view(text).substr(begin == std::string::npos ? 0 : begin + 1, at - (begin + 1));
  const auto column = static_cast<std::int32_t>(text::code_point_count(before) + 1);
  return Span{file, line, column, line, column + static_cast<std::int32_t>(text::code_point_count(word))};
}

void report_refused(const policy::TracedSql& traced, const Compiled& compiled, const policy::ModelGraph& graph,
                    io::FileSystem& files, DiagnosticSink& sink) {
  for (const auto& [id, refused] : traced.refused) {
    Diagnostic finding = refused.finding;
    finding.address = id;
    if (const policy::Model* node = find_node(graph, id)) {
      const auto text = files.read(io::join_path(compiled.dbt_project->directory, node->file));
      const std::string file = dbt_project_prefix(compiled) + node->file;
      finding.labels.push_back({place_of(text ? *text : "", refused.identifier, file), "", true});
    }
    sink.report(std::move(finding));
  }
}

}  // namespace

Result<policy::ColumnLineage> trace_columns(const config::PlatformManifest* manifest, const Compiled& compiled,
                                            const std::string& parse_request, bool is_wanted, CompilerHost& host,
                                            policy::ModelGraph* graph, DiagnosticSink& sink) {
  const bool is_needed = manifest != nullptr && policy::needs_lineage(*manifest, *graph);
  if (graph->models.empty() || !(is_needed || is_wanted || compiled.grants)) return policy::ColumnLineage();
  const policy::Tracing tracing = is_needed   ? policy::Tracing::kColumnsWhateverItTakes
                                  : is_wanted ? policy::Tracing::kColumns
                                              : policy::Tracing::kReads;
  bool has_traced = true;
  auto traced = host.trace_sql(compiled, *graph, parse_request, tracing);
  if (traced) {
    report_refused(*traced, compiled, *graph, host.files(), sink);
    graph->lineage = std::move(traced->columns);
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
