// The files that `floe init` writes.
#pragma once

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::run {

struct ProductFile {
  std::string path;  // in the product's folder
  std::string content;
};

struct ProductRequest {
  std::string name;
  std::string description;
  std::string owner;     // "" = not written
  std::string platform;  // platform.ref
  bool writes_manifest = false;
  bool writes_models = false;  // there is no dbt project yet
  std::string model_prefix;    // of the example model: what the platform's first layer demands
};

// kInvalidArgument says what a name is.
Status check_product_name(std::string_view name);

// floe.yaml first.
Result<std::vector<ProductFile>> make_product(const ProductRequest& request);

}  // namespace floe::run
