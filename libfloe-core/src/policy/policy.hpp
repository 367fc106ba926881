// Policies: what the platform demands of the dbt graph. A policy is a function; policies() lists them in the order in
// which they are printed. A new one is a new file and one line there.
#pragma once

#include "config/manifest.hpp"
#include "policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floe::policy {

// What one policy says of one model; `problem` empty = fine.
struct Verdict {
  std::string model;
  std::string problem;   // one line: "violates naming convention"
  std::string expected;  // what would be right: "bronze_*, silver_*, or gold_* prefix"
};

struct PolicyRun {
  const config::PlatformManifest& manifest;
  const ModelGraph& graph;
  std::string project_prefix;  // of model files in spans: "" or "dbt/"
  DiagnosticSink& sink;
  std::vector<Verdict> verdicts;

  // Records a violation in both forms.
  void violate(const Model& model, std::string problem, std::string expected, Diagnostic diagnostic);

  void pass(const Model& model) { verdicts.push_back({model.name, "", ""}); }
};

struct Policy {
  std::string_view name;   // naming
  std::string_view title;  // "naming conventions": printed after "Enforcing"
  config::Enforcement (*level)(const config::PlatformManifest&);
  void (*check)(PolicyRun&);
};

std::span<const Policy> policies();

// The layer of a model by its prefix; nullptr when it has none.
const config::Layer* layer_of(const config::PlatformManifest& manifest, std::string_view model_name);
// The same of a unique id (model.shop.bronze_orders).
const config::Layer* layer_of_id(const config::PlatformManifest& manifest, std::string_view unique_id);

// `bronze_*, silver_*, or gold_* prefix`, as the naming policy expects it.
std::string expected_names(const config::PlatformManifest& manifest);

void check_naming(PolicyRun& run);
void check_layers(PolicyRun& run);
void check_coverage(PolicyRun& run);
void check_descriptions(PolicyRun& run);
void check_namespaces(PolicyRun& run);
void check_pii(PolicyRun& run);

}  // namespace floe::policy
