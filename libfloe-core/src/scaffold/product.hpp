// floe init: the files of a new product.
#pragma once

#include "scaffold/scaffold.hpp"

#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::scaffold {

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
Result<std::vector<File>> make_product(const ProductRequest& request);

}  // namespace floe::scaffold
