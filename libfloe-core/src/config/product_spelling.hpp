// The second documented spelling of floe.yaml (design: configuration.md 1.3): `name` and `version` at the top, no head.
#pragma once

#include "config/document.hpp"

#include "base/diagnostics/diagnostic.hpp"

namespace floe::config {

// Writes a short document out in full: `apiVersion`, `kind` and `metadata`, from what stands at the top. Any other
// document stays as it is. Every node keeps its place.
void expand_short_product(Document* document);

}  // namespace floe::config
