// Parts of `governance` in a manifest: the lists of rules, policies and overrides, and what guards a compile.
#pragma once

#include "config/platform_manifest.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

namespace floe::config {

// Fills `custom_rules`, `definitions` and `overrides` from a checked `governance`. What a shape cannot say, such as a
// regular expression that is none, goes to `sink`.
void read_governance_lists(const yaml::Node& governance, PlatformManifest* manifest, DiagnosticSink& sink);

// Fills `secret_scanning`, `compile_access` and `network`.
void read_security(const yaml::Node& governance, PlatformManifest* manifest, DiagnosticSink& sink);

// Reports a regular expression that is none (FLOE-E0704).
void check_regular_expression(const yaml::Node& node, const std::string& address, DiagnosticSink& sink);

}  // namespace floe::config
