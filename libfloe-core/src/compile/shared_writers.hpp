// Tables that a source of the product and a node of its dbt project would both write: the later one wins, unseen.
#pragma once

#include "model/compiled.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <vector>

namespace floe::compile {

// FLOE-E0304 for a source whose table, or that of its rejects, a model, seed or snapshot makes. Names are compared
// ignoring case.
void check_shared_writers(const std::vector<IngestionSource>& sources, const policy::ModelGraph& graph,
                          DiagnosticSink& sink);

}  // namespace floe::compile
