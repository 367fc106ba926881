// The answer of run, ingest, test and dbt as JUnit XML.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"

#include <string>
#include <vector>

namespace floe::run {

// A case per source, node and destination in `results` of the answer, with its time: errors and failures are such, what
// warns is a case that passed with what it says, in `system-out`. Findings that are addressed to a node are in its
// case; the others are a second suite. Without results only the findings, as render_junit() writes them.
std::string run_as_junit(const json::object& answer, const std::vector<Diagnostic>& findings);

}  // namespace floe::run
