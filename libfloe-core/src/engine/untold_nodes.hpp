// Findings for what a dbt runtime tells by the status of its nodes and no more.
#pragma once

#include "engine/recorder.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <vector>

namespace floe::run {

// A finding for each node that failed (FLOE-E0633) and each test that warns (FLOE-W0632), unless `sink` has one that is
// addressed to the node.
void report_untold_nodes(const std::vector<NodeResult>& results, DiagnosticSink& sink);

}  // namespace floe::run
