// The configuration of a plugin from a manifest to one below that chooses the same plugin (design: configuration.md 2,
// "plugin config keys marked x-floe-security").
#pragma once

#include "compile/compile.hpp"
#include "rules/inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace floe::compile {

// FLOE-E0321 for each member that is weaker below. What a manifest leaves out is what the plugin's schema has as its
// default. Of the categories that have one plugin.
void check_plugin_security(const inheritance::Chain& chain, CompilerHost& host, DiagnosticSink& sink);

}  // namespace floe::compile
