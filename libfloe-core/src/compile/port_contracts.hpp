// The data contracts of a product's output ports, as a step of the compile: made, compared with the version before,
// written to .floe/contracts.
#pragma once

#include "config/document.hpp"
#include "config/platform_manifest.hpp"
#include "config/product.hpp"
#include "model/compiled.hpp"
#include "product/registry.hpp"
#include "rules/policy/policy.hpp"

#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace floe::compile {

// How contracts are printed and listed among the policies.
inline constexpr policy::Policy kContractPolicy{"data_contracts", "data contracts", "",        nullptr,
                                                nullptr,          "data_contracts", "contract"};

struct PortContracts {
  std::vector<contract::PortContract> made;
  std::vector<policy::Verdict> verdicts;  // one per port, or one per finding
  std::set<std::string> held_back;        // ports whose version does not say what changed
};

// Of all ports whose model is there. What is wrong is a verdict: a contract that is not valid, a service level below
// the platform's, and, as strict as `governance.data_contracts` says, a version that does not say what changed, in a
// contract or that a port is gone, since the product was registered; of one that is not, since .floe/contracts.
Result<PortContracts> make_port_contracts(const Compiled& compiled, const config::Product& product,
                                          const config::PlatformManifest& manifest, const policy::ModelGraph& graph,
                                          const product::Registry& registry, io::FileSystem& files);

// The files of contracts that ports name, as far as they are there: inputs of the compile.
Status add_written_contracts(const config::Product& product, const std::string& project_root, io::FileSystem& files,
                             std::vector<std::string>* paths);

// Of what the next version of each contract is compared with.
Result<std::string> contracts_digest(const Compiled& compiled, const std::optional<config::Product>& product,
                                     io::FileSystem& files);

// <state>/contracts/<port>.yaml: those whose version says what changed. The others stay, to be compared with again;
// those of ports that are gone are removed. Beside them the version of the product that they belong to.
Status write_port_contracts(const Compiled& compiled, const PortContracts& contracts, io::FileSystem& files);

}  // namespace floe::compile
