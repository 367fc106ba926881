// Where a model calls ref() or source() on something.
#pragma once

#include "model/node.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <string>
#include <string_view>

namespace floe::dbt {

// A line of a template file.
Span line_span(const std::string& file, int line);
// The place of `needle` (quoted) in a call of that name, as far as the template tells; else where the node begins.
Span call_span(const Node& node, std::string_view function, const std::string& needle);

}  // namespace floe::dbt
