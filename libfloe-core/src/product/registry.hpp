// The registry of a platform: which products there are, whose they are, and what they offer. A file beside the
// outermost manifest, so that it is reviewed and versioned as the manifests are.
#pragma once

#include "model/table_classes.hpp"
#include "rules/contract/contract.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace floe::product {

struct RegisteredPort {
  std::string name;
  std::string version;
  std::string document;    // of its contract, YAML
  Span version_span = {};  // where a written contract says its version; not in the registry
};

struct Registered {
  std::string name;    // customer-360
  std::string domain;  // "" = none
  std::string owner;
  std::string version;
  std::string registered_at;        // of this version, ISO 8601 with Z
  std::vector<std::string> tables;  // namespace.table of all that it writes: models, seeds, snapshots, ingested tables
  model::TableClasses classes;      // of the columns that have one
  std::vector<RegisteredPort> ports;

  [[nodiscard]] std::string qualified_name() const;
};

struct Registry {
  std::map<std::string, Registered> products;  // by qualified name
};

// Empty when there is no such file. kData with FLOE-E0794 when it is no registry.
Result<Registry> read_registry(const std::string& path, io::FileSystem& files);

// The contract of a registered port. kData with FLOE-E0794 when it is none; `path` is that of the registry.
Result<contract::Contract> registered_contract(const RegisteredPort& port, const std::string& path);

// Adds or replaces a product. Refused, with the reason in `sink`: FLOE-E0795 when the name is somebody else's,
// FLOE-E0796 when a table is another product's, FLOE-E0797 when the version goes back, FLOE-E0375 when a contract
// changed more than its version says. `place` is of the product's name in floe.yaml, `version_place` of its version.
// False when it was refused.
bool claim(Registry* registry, const Registered& product, const Span& place, const Span& version_place,
           DiagnosticSink& sink);

// Reads, changes and writes the registry while others wait (a lock beside the file). Nothing is written when `change`
// answers false.
Status change_registry(const std::string& path, io::FileSystem& files, const std::function<bool(Registry*)>& change);

json::object registered_json(const Registered& product);

}  // namespace floe::product
