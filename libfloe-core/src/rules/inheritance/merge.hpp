// A manifest below another one: what it takes over, what it may change, and what it may not (design: configuration.md
// 2). Include in .cpp files only.
#pragma once

#include "schema/shape.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/yaml/node.hpp"

#include <optional>
#include <string_view>

namespace floe::inheritance {

// The manifest that holds for what lies below `child`, by the rule each key has in `shape`. Every node of the result is
// one of `parent` or `child` with its own place, so a message names the file a value came from. Each change that is not
// allowed is reported with both places: FLOE-E0321 for security, E0322 for policies, E0323 for what is fixed above.
// Both trees have passed check_shape.
yaml::NodePtr merge(const yaml::NodePtr& parent, const yaml::NodePtr& child, const config::Shape& shape,
                    DiagnosticSink& sink);

// FLOE-E0321: what would make weaker something that is promised above. `change` says what and how.
Diagnostic overridden_security(std::string_view change);

// As data, so that two spellings of one value are equal: `duckdb` and `{type: duckdb}`.
json::value canonical(const yaml::Node& node, const config::Shape& shape);

// How strong a value is among those of its shape; nullopt where there is no order.
std::optional<double> strength(const yaml::Node& node, const config::Shape& shape);

}  // namespace floe::inheritance
