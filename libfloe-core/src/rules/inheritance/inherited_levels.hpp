// How strictly inherited policies are enforced (design: configuration.md 2, ordered levels).
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

namespace floe::inheritance {

// FLOE-E0322 for what `own` writes that makes a policy weaker which `above` enforces, also by a level that nobody wrote
// above because it is the default. `merged` is `own` below `above`; what `told` has is not told again.
void check_inherited_levels(const yaml::Node& above, const yaml::Node& own, const yaml::Node& merged,
                            const DiagnosticSink& told, DiagnosticSink& sink);

}  // namespace floe::inheritance
