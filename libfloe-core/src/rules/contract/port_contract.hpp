// The data contract of an output port: made of what floe.yaml and the dbt model say, and of a written contract where
// the port names one (design: configuration.md 3, ODCS 3.1).
#pragma once

#include "config/platform_manifest.hpp"
#include "config/product.hpp"
#include "rules/contract/contract.hpp"
#include "rules/policy/model_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <optional>
#include <string>

namespace floe::contract {

// What a contract is made of. All outlive the call.
struct PortSource {
  const config::Product& product;
  const config::OutputPort& port;
  const policy::Model& model;
  const std::string& domain;  // "" = none
  const config::PlatformManifest& manifest;
  const config::Document* written;  // the contract that the port names; nullptr = none
};

// nullopt when the written contract has errors, or says nothing of the table; findings are in the sink. Service levels
// that are weaker than the platform's are findings as well (FLOE-E0381), and leave the contract as it is.
std::optional<PortContract> make_port_contract(const PortSource& source, DiagnosticSink& sink);

}  // namespace floe::contract
