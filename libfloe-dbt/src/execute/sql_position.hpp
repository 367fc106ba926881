// Where in the project the SQL stands that an engine complains about.
#pragma once

#include "model/node.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <optional>
#include <string_view>

namespace floe::dbt {

// `message` with an engine's excerpt (`LINE 3:   foo + 1`, and a caret on the next line) as a span of the model's file
// when its line of compiled SQL stands there as it is, else of the compiled file. Nothing when there is no excerpt, or
// it is of SQL that is not the node's own.
std::optional<Span> sql_position(const Node& node, std::string_view message);

// The message without that excerpt.
std::string_view without_excerpt(std::string_view message);

}  // namespace floe::dbt
