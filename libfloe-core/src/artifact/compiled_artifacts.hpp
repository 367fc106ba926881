// compiled_artifacts.json (floe.compiled_artifacts/1): what a compile decided, as deterministic bytes
// (design: configuration.md 4).
#pragma once

#include "artifact/deploy_document.hpp"
#include "config/platform_manifest.hpp"
#include "config/product.hpp"
#include "model/compiled.hpp"
#include "rules/inheritance/chain.hpp"
#include "rules/policy/model_graph.hpp"
#include "rules/policy/overrides.hpp"
#include "rules/policy/policy.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace floe::artifact {

struct PolicyResult {
  std::string name;
  config::Enforcement level = config::Enforcement::kOff;
  std::vector<policy::Verdict> verdicts;
};

// Of an installed plugin.
struct PluginIdentity {
  std::string id;
  std::string version;
};

// The plugin that parsed what was judged; "" where none is installed.
struct DbtIdentity {
  std::string id;
  std::string version;
  std::string sha256;   // plugin_sum
  bool is_own = false;  // it came with floe
};

using PluginIdentities = std::map<std::pair<std::string, std::string>, PluginIdentity>;  // by category and type

struct ArtifactInput {
  const compile::Compiled& compiled;
  const config::Product* product = nullptr;            // null: a bare dbt project
  const config::PlatformManifest* manifest = nullptr;  // null: built-in local platform
  const inheritance::Chain* chain = nullptr;           // null: built-in local platform
  const policy::ModelGraph& graph;
  const std::vector<PolicyResult>& policies;
  const std::vector<policy::OverrideUse>& overrides;
  std::string source_hash;
  std::optional<std::string> compiled_at;  // only when SOURCE_DATE_EPOCH is set
  PluginIdentities installed = {};         // of the plugins that are chosen
  DbtIdentity dbt = {};                    // differs between machines, so it is no part of the artifact
  std::vector<DeployDocument> documents = {};
};

json::object compiled_artifacts(const ArtifactInput& input);
std::string compiled_artifacts_json(const ArtifactInput& input);  // as it is written
std::string enforcement_json(const ArtifactInput& input);
std::string profiles_yml(const ArtifactInput& input);

}  // namespace floe::artifact
