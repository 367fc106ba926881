#include "compile/shared_writers.hpp"

#include "base/text/text.hpp"

#include <fmt/format.h>

#include <map>
#include <string>

namespace floe::compile {
namespace {

using Nodes = std::map<std::string, std::string>;  // `model m` by schema.table in lower case

void add(const policy::Model& node, Nodes* nodes) {
  const std::string kind = node.unique_id.substr(0, node.unique_id.find('.'));
  if (kind == "source" || node.materialized == "ephemeral") return;
  nodes->emplace(text::to_lower_ascii(node.schema + "." + node.table), fmt::format("{} `{}`", kind, node.name));
}

}  // namespace

void check_shared_writers(const std::vector<IngestionSource>& sources, const policy::ModelGraph& graph,
                          DiagnosticSink& sink) {
  Nodes nodes;
  for (const policy::Model& model : graph.models)
    add(model, &nodes);
  for (const policy::Model& node : graph.other_nodes)
    add(node, &nodes);
  for (const IngestionSource& source : sources) {
    for (const std::string& table : written_tables(source)) {
      const auto found = nodes.find(text::to_lower_ascii(table));
      if (found == nodes.end()) continue;
      sink.report(error_diagnostic(
                      "FLOE-E0304", "shared-table",
                      fmt::format("source `{}` writes table `{}`, which {} writes", source.name, table, found->second))
                      .at(source.table_span)
                      .help("give the source a table of its own, such as one in the namespace `raw`, and read it with "
                            "`source()`"));
    }
  }
}

}  // namespace floe::compile
