// The JSON files other tools read: manifest.json (v12) and run_results.json (v6).
#pragma once

#include "macro/session.hpp"
#include "model/manifest.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

std::string write_manifest(const Session& session);

// What parsing looked at.
struct ParseReads {
  std::set<std::string> environment;  // names of variables
  std::set<std::string> paths;        // absolute, also of what is not there; of folders that were listed with a `/`
};

// nodes, sources, exposures, parent_map, child_map only, without macros: what policies look at; and `diagnostics`, the
// warnings of parsing.
std::string write_brief_manifest(const Session& session, const ParseReads& reads);

struct NodeTiming {
  std::string name;  // compile or execute
  std::int64_t started_at_micros = 0;
  std::int64_t completed_at_micros = 0;
};

struct NodeResult {
  std::string unique_id;
  std::string status;   // success, error, skipped, pass, fail, warn
  std::string message;  // empty: null
  std::vector<NodeTiming> timing;
  std::string thread_id = "Thread-1 (worker)";
  double execution_seconds = 0;
  Value adapter_response = Value::dict();
  std::optional<std::int64_t> failures;
};

// `args` is the dict of the invocation's flags.
std::string write_run_results(const Session& session, const std::vector<NodeResult>& results, double elapsed_seconds,
                              const Value& args);

}  // namespace floe::dbt
