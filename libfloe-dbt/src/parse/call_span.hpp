// Where a model calls ref() or source() on something.
#pragma once

#include "parse/node.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <string>
#include <string_view>

namespace floe::dbt {

// The place of `needle` (quoted) in a call of that name, as far as the template tells; else where the node begins.
Span call_span(const Node& node, std::string_view function, const std::string& needle);

}  // namespace floe::dbt
