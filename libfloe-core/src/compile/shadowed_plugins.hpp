// Plugins in the place of those that came with floe.
#pragma once

#include "compile/compile.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace floe::compile {

// Of every plugin that is chosen and found in the place of one that came with floe, by its name or its id: what a
// platform enforces stands on what they answer. FLOE-E0448 where a platform is in force, else FLOE-W0449. A choice that
// is pinned to an id of another vendor means that one. False when one is refused.
bool check_shadowed_plugins(const Compiled& compiled, bool is_in_force, CompilerHost& host, DiagnosticSink& sink);

}  // namespace floe::compile
