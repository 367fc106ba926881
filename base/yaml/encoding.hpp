// Are the bytes text that YAML allows?
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <string_view>

namespace floe::yaml {

// Reports the first place that is not UTF-8, or holds a character that YAML does not allow. True when there is none.
bool check_encoding(std::string_view text, const std::string& file, DiagnosticSink& sink);

}  // namespace floe::yaml
