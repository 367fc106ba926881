// The `full` renderer (render.hpp).
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/diagnostics/render.hpp"

#include <string>
#include <vector>

namespace floe::diagnostics {

std::string render_full(const std::vector<Diagnostic>& diagnostics, const RenderOptions& options);

}  // namespace floe::diagnostics
