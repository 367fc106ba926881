// Rules of policy plugins (floe.policy/1) as a policy of the compile: the graph they get, and their answer as verdicts.
#pragma once

#include "rules/policy/policy.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace floe::policy {

// policy/graph of floe.policy/1. The same project gives the same text.
std::string rule_graph(const ModelGraph& graph, const config::PlatformManifest& manifest, const std::string& product,
                       const std::string& domain);

// Records what `answer` (policy/violations) says in `run`: errors block, warnings warn, notices are told to people.
// A model without a violation passes. `pack` is the name of the plugin. kData for an answer that is none.
Status judge_by_pack(PolicyRun& run, const std::string& pack, std::string_view answer);

}  // namespace floe::policy
