// What a command left behind (run_results.json, manifest.json) as the result of floe.dbt/1.
#pragma once

#include "command_line.hpp"
#include "dbt_log.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::dbt_core {

// One node of run_results.json.
struct NodeOutcome {
  json::object result;  // as in dbt/result
  json::object record;  // floe.node_record/1 of its end
};

struct Outcomes {
  std::vector<NodeOutcome> nodes;
  double elapsed_seconds = 0;
};

// nullopt when the command left none.
Result<std::optional<Outcomes>> read_outcomes(const Invocation& invocation);

// A finding for each node that failed to run, and each test that failed or warns. `tables` are the dotted names of
// tables that floe has and dbt-core does not see; `database` is where dbt-core works.
Result<std::vector<Diagnostic>> findings_of(const Outcomes& outcomes, const Invocation& invocation,
                                            const std::vector<std::string>& tables, const std::string& database);

}  // namespace floe::dbt_core
