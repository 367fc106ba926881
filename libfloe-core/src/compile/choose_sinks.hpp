// The sinks of a product's destinations: the platform's settings for each, and what is wrong with the choice.
#pragma once

#include "compile/compile.hpp"
#include "config/platform_manifest.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

namespace floe::compile {

// Reports sinks of the platform that are not installed or whose settings do not fit, whether used or not. `document` is
// the root of the merged manifest.
void check_platform_sinks(const config::PlatformManifest& manifest, const yaml::Node& document, CompilerHost& host,
                          const std::string& state_directory, DiagnosticSink& sink);

// Completes `compiled->destinations`; reports what is wrong with their own choices. Without a platform `manifest` is
// nullptr.
void choose_sinks(const config::PlatformManifest* manifest, CompilerHost& host, Compiled* compiled,
                  DiagnosticSink& sink);

// FLOE-E0353 for a destination whose table no node of the dbt project makes. A dotted name is looked up when it runs.
void check_source_tables(const std::vector<Destination>& destinations, const policy::ModelGraph& graph,
                         DiagnosticSink& sink);

}  // namespace floe::compile
