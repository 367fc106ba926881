// A chain of manifests, examined as a whole. One function for products and for platforms: what no product can be
// compiled against is not published either.
#pragma once

#include "compile/compile.hpp"
#include "config/platform_manifest.hpp"
#include "rules/inheritance/approval.hpp"
#include "rules/inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <optional>

namespace floe::compile {

// What the manifests do to each other, what they say together, and the plugins that they choose, which come over those
// in `compiled`. nullopt when they contradict themselves. What only a product decides is left to its compile: plugins
// that no manifest chooses, and what plugins need of each other. The chain is merged.
std::optional<config::PlatformManifest> examine_platform(const inheritance::Chain& chain, CompilerHost& host,
                                                         Compiled* compiled, DiagnosticSink& sink);

// FLOE-E0329 for each of the plugins in `compiled` that a manifest chooses, or for each of the others: defaults, and
// what an environment chooses. `compiled` remembers that there was one.
void check_approvals(const inheritance::Chain& chain, CompilerHost& host, bool is_of_manifest, Compiled* compiled,
                     DiagnosticSink& sink);

// What a name in a list of approved plugins means: the plugin that came with floe; `name@id` that of the id, and
// `name@sha256:...` that of the sum (plugin_sum). Where the plugin is not installed, the same name.
inheritance::Approves approves_plugins(CompilerHost& host);

}  // namespace floe::compile
