// What a manifest may soften: what it set itself, not what one above it did.
#pragma once

#include "inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace floe::inheritance {

// Reports each override of a manifest that is about a policy which a manifest above it enforces (FLOE-E0769), and
// each key that weakens a security policy above by saying less than its default (FLOE-E0321).
void check_override_scope(const Chain& chain, DiagnosticSink& sink);

}  // namespace floe::inheritance
