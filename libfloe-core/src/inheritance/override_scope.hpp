// What a policy override of a manifest may soften: what that manifest set, not what one above it did.
#pragma once

#include "inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace floe::inheritance {

// Reports each override of a manifest that is about a policy which a manifest above it enforces (FLOE-E0769).
void check_override_scope(const Chain& chain, DiagnosticSink& sink);

}  // namespace floe::inheritance
