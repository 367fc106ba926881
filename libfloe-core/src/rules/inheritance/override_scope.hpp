// What a manifest may soften or replace: what it set itself, not what one above it did.
#pragma once

#include "rules/inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace floe::inheritance {

// Reports each override of a manifest that is about a policy which a manifest above it enforces (FLOE-E0769), each key
// that weakens what is above by saying less than its default (FLOE-E0321, FLOE-E0322), and layers and names that would
// take the place of inherited ones (FLOE-E0323). What both manifests write is looked at by the merge.
void check_override_scope(const Chain& chain, DiagnosticSink& sink);

}  // namespace floe::inheritance
