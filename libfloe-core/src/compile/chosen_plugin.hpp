// What can be said about one chosen plugin before its library is opened.
#pragma once

#include "compile/compile.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::compile {

// The members of their configurations that take `observability` of platform.yaml.
inline constexpr const char* kTelemetryPlace = "endpoint";
inline constexpr const char* kLineagePlace = "url";

// The id of the installed plugin that a name means (an alias, a name with an id); "" when none is installed.
std::string plugin_id(CompilerHost& host, std::string_view category, const std::string& type);

// Whether two names mean one installed plugin, or are the same.
bool is_same_plugin(CompilerHost& host, std::string_view category, const std::string& one, const std::string& other);

// FLOE-W1401, with what is installed and where to put it, when the plugin of a choice is not there.
void warn_not_installed(const std::string& category, const PluginChoice& choice, CompilerHost& host,
                        DiagnosticSink& sink);

// FLOE-W1406 when floe calls no plugin of the category: whether it did. Nothing needs such a plugin.
bool warn_not_called(const std::string& category, const PluginChoice& choice, DiagnosticSink& sink);

// FLOE-W1403 for each service it asks for and the platform denies. It may not work without; whether it does is its own
// affair.
// FLOE-W1405: the id of the plugin is reserved for floe's own.
void warn_when_reserved(CompilerHost& host, const std::string& category, const PluginChoice& choice,
                        DiagnosticSink& sink);

void warn_when_denied(CompilerHost& host, const std::string& category, const PluginChoice& choice,
                      const std::vector<std::string>& denied, DiagnosticSink& sink);

// Settings (JSON objects) with those of `own` over those of `defaults`.
std::string merged_config(const std::string& defaults, const std::string& own);

// Whether a member is missing that platform.yaml may give: the manifest need not have it.
bool is_left_to_environments(std::string_view category, const ConfigProblem& problem);

// FLOE-E0415 for each difference from the schema beside its plugin.json, but for what is left to the environments; and
// check_clear_text().
// `config` is where the user wrote the settings (nullptr: nowhere, then the place of the choice is shown); `address` is
// the logical path of them.
void check_config(CompilerHost& host, const std::string& category, const PluginChoice& choice, const yaml::Node* config,
                  const std::string& address, DiagnosticSink& sink);

// FLOE-E0772 when the configuration sends a credential over http to another machine. `config` and `address` as above.
void check_clear_text(const std::string& category, const PluginChoice& choice, const yaml::Node* config,
                      const std::string& address, DiagnosticSink& sink);

// FLOE-E0415 for each problem, at its place in `config`, which is written under `address`; with nullptr at `fallback`.
void report_config_problems(const std::string& type, const std::vector<ConfigProblem>& problems,
                            const yaml::Node* config, const Span& fallback, const std::string& address,
                            DiagnosticSink& sink);

// FLOE-E0419 when another version than the chosen one is installed.
void check_version(CompilerHost& host, const std::string& category, const PluginChoice& choice, DiagnosticSink& sink);

}  // namespace floe::compile
