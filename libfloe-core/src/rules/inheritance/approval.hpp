// What a chain of manifests lets a product be: its plugins, its name, its domain (design: configuration.md 2).
#pragma once

#include "config/product.hpp"
#include "model/compiled.hpp"
#include "rules/inheritance/chain.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace floe::inheritance {

// Whether an entry of a list of plugins approves a choice (`duckdb`, `duckdb@acme.compute.duckdb`).
using Approves = std::function<bool(std::string_view category, const std::string& entry, const std::string& type)>;

// False with FLOE-E0329 for every choice of `plugins` (by category), defaults included, that `approved_plugins` of the
// chain leaves out.
bool check_approved_plugins(const Chain& chain, const std::multimap<std::string, compile::PluginChoice>& plugins,
                            const Approves& approves, DiagnosticSink& sink);

// False with FLOE-E0329 for every destination whose sink `approved_sinks`, or `approved_plugins.sinks`, of the chain
// leaves out.
bool check_approved_sinks(const Chain& chain, const std::vector<compile::Destination>& destinations,
                          const Approves& approves, DiagnosticSink& sink);

// FLOE-E0330: a product that a domain of the chain does not list. FLOE-E0331: a product that says another domain than
// the one it is built for. FLOE-E0203: a product of a domain without a description. `root` is that of floe.yaml.
void check_product(const Chain& chain, const config::Product& product, const yaml::Node& root, DiagnosticSink& sink);

}  // namespace floe::inheritance
