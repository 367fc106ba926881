// Input ports against the registry of the platform: products.json beside its outermost manifest.
#pragma once

#include "config/product.hpp"
#include "model/compiled.hpp"
#include "product/registry.hpp"
#include "rules/inheritance/chain.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::compile {

// Beside the outermost manifest, so that all domains share it. Where the platform has no folder (a compiled one, an
// image, none: `chain` is nullptr) FLOE_PRODUCT_REGISTRY, relative to `directory`, if it is set: whoever runs a command
// sets that, so it never takes the place of the platform's own.
std::optional<std::string> registry_path(const inheritance::Chain* chain, const io::Environment& environment,
                                         const std::string& directory);

// What the registry is told of a product, besides what it offers.
void identify(const config::Product& product, Compiled* compiled);

// Changes when what others offer and own does; "" when there is no registry.
Result<std::string> registry_digest(const std::optional<config::Product>& product,
                                    const std::optional<std::string>& path, io::FileSystem& files);

// FLOE-E0790 to FLOE-E0792; FLOE-E0799 for a column that a dbt source declares and the port's contract does not
// promise, or promises with another type; FLOE-W1303 when nobody is registered.
void check_input_ports(const config::Ports& ports, const Compiled& compiled, const policy::ModelGraph& graph,
                       const product::Registry& registry, DiagnosticSink& sink);

}  // namespace floe::compile
