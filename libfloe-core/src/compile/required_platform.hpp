// Whose platform a product is of: what the machine requires, and whether a reference says which bytes it means.
#pragma once

#include "config/machine_policy.hpp"
#include "rules/inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"

namespace floe::compile {

// FLOE-E0785 for each platform that the machine requires and that neither is the product's nor stands above it; `chain`
// is nullptr for a product without a platform. `place` is of its reference. False when there is one.
bool check_required_platform(const config::MachinePolicy& policy, const inheritance::Chain* chain, const Span& place,
                             DiagnosticSink& sink);

// Whether a CI system runs this: the variable CI.
bool is_continuous_integration(const io::Environment& environment);

// FLOE-W0787: whoever may write the files that the reference leads to says what is enforced. Not where the machine says
// which platform it is.
void warn_unpinned_platform(const config::MachinePolicy& policy, const inheritance::Chain& chain, const Span& place,
                            DiagnosticSink& sink);

}  // namespace floe::compile
