// All products below a folder: their floe.yaml files, read without dbt and without what they run on.
#pragma once

#include "config/product.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/io/environment.hpp"
#include "base/io/file_system.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::product {

// What a product offers at one port, as far as its documents tell.
struct Offer {
  std::string port;
  std::string model;
  std::string version;  // of its contract: that of the written one, else of the product
  std::string classification;
};

struct Listed {
  std::string file;    // floe.yaml, relative to the workspace
  std::string domain;  // "" = none
  config::Product product;
  std::vector<Offer> offers;

  [[nodiscard]] std::string name() const;  // sales.customer-360
};

struct Workspace {
  std::vector<Listed> products;  // by name
};

// FLOE-E0793 for a product that is there twice, and what the documents themselves have; a product with findings is left
// out. Folders that begin with a dot, and those of other tools (node_modules, target ...), are not looked into.
Result<Workspace> read_workspace(const std::string& root, io::FileSystem& files, const io::Environment& environment,
                                 DiagnosticSink& sink);

}  // namespace floe::product
