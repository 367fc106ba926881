// Policies: what the platform demands of the dbt graph. A policy is a function; policies() lists them in the order in
// which they are printed. A new one is a new file and one line there.
#pragma once

#include "config/platform_manifest.hpp"
#include "config/port.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace floe::policy {

// What one policy says of one model, or of the product; `problem` empty = fine.
struct Verdict {
  std::string model;
  std::string problem;   // one line: "violates naming convention"
  std::string expected;  // what would be right: "bronze_*, silver_*, or gold_* prefix"
  config::Action action = config::Action::kBlock;
  Diagnostic diagnostic = {};        // the problem for people
  std::string override_reason = {};  // of the policy override that softened it; "" = none
  bool is_excluded = false;          // by that override: told in the result, not reported
};

struct PolicyRun {
  const config::PlatformManifest& manifest;
  const ModelGraph& graph;
  std::string project_prefix;  // of model files in spans: "" or "dbt/"
  std::vector<Verdict> verdicts = {};
  std::span<const compile::Destination> destinations = {};   // of the product
  std::span<const config::OutputPort> output_ports = {};     // of the product
  std::span<const compile::IngestionSource> ingestion = {};  // of the product
  // The id of the installed sink that a name means (an alias, a name with an id); "" = none is installed.
  std::function<std::string(const std::string& type)> sink_id = {};

  // Records a violation in both forms.
  void violate(const Model& model, std::string problem, std::string expected, Diagnostic diagnostic,
               config::Action action = config::Action::kBlock);
  // The same of the product as a whole; the spans of `diagnostic` are relative to the product.
  void violate_product(std::string problem, std::string expected, Diagnostic diagnostic, config::Action action);

  void pass(const Model& model) { verdicts.push_back({.model = model.name, .problem = "", .expected = ""}); }
};

struct Policy {
  std::string_view name;   // naming
  std::string_view title;  // "naming conventions": printed after "Enforcing"
  std::string_view type;   // in `policy_types` of an override; "" = cannot be overridden
  // None of what is judged elsewhere: by a policy plugin, or over files and the product.
  config::Enforcement (*level)(const config::PlatformManifest&) = nullptr;
  void (*check)(PolicyRun&) = nullptr;
  std::string_view section = "governance";  // of the manifest, that asks for it
  std::string_view unit = "model";          // what it has verdicts of
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
void check_retention(PolicyRun& run);
void check_pii(PolicyRun& run);
void check_classification(PolicyRun& run);
void check_custom_rules(PolicyRun& run);
void check_definitions(PolicyRun& run);

// Whether the platform says how long data is kept.
bool limits_retention(const config::PlatformManifest& manifest);

// Whether the platform's storage encrypts what it holds.
bool storage_encrypts(const config::PlatformManifest& manifest);

// governance.classification; off when there is none.
config::Enforcement classification_level(const config::PlatformManifest& manifest);

// Whether a policy that refuses asks which class a column has, of columns that there are.
bool limits_classes(const config::PlatformManifest& manifest, const ModelGraph& graph);

// Whether a policy that is on asks where the columns come from, of columns that there are.
bool needs_lineage(const config::PlatformManifest& manifest, const ModelGraph& graph);

// Warns of models whose columns are not, or not exactly, traced where it matters: they read a class. False when
// one of them is not traced at all.
bool warn_untraced(const ModelGraph& graph, const std::string& project_prefix, DiagnosticSink& sink);

bool applies_to(const config::AppliesTo& what, const config::PlatformManifest& manifest, const Model& model);

}  // namespace floe::policy
