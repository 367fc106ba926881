// The plugins a manifest chooses, with what can be said about each before its library is opened.
#pragma once

#include "compile/compile.hpp"
#include "config/manifest.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

namespace floe::compile {

// Puts the choices over the defaults in `compiled` and reports what is missing, denied or wrongly configured.
// `document` is the root of the manifest.
void choose_plugins(const config::PlatformManifest& manifest, const yaml::Node& document,
                    const CompileServices& services, Compiled* compiled, DiagnosticSink& sink);

// FLOE-W1401, with what is installed and where to put it, when the plugin of a choice is not there.
void warn_not_installed(const std::string& category, const PluginChoice& choice, const CompileServices& services,
                        DiagnosticSink& sink);

// FLOE-E0415 for each problem, at its place in `config`, which is written under `address`; with nullptr at `fallback`.
void report_config_problems(const std::string& type, const std::vector<ConfigProblem>& problems,
                            const yaml::Node* config, const Span& fallback, const std::string& address,
                            DiagnosticSink& sink);

}  // namespace floe::compile
