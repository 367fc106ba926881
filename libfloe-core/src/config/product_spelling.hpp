// The documented spellings of floe.yaml (design: configuration.md 1.3), all of them read as one model.
#pragma once

#include "config/document.hpp"
#include "config/product.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floe::config {

// `shop_2` as the name of a product: small letters, digits and dashes.
std::string product_name(std::string_view text);

// nullopt = with findings. A short document, `name` and `version` at the top and no head, is written out in full in
// `document`: `apiVersion`, `kind` and `metadata`; every node keeps its place. One with neither name nor version is
// called like its folder, with a warning (1.1, short documents).
std::optional<Product> read_any_product(Document* document, DiagnosticSink& sink);

// Where any of them refers to its platform: `platform.ref`, of a FloeSpec `platform.manifest`. nullptr when it does
// not, and runs on the built-in one.
yaml::NodePtr platform_reference(const Document& document);

}  // namespace floe::config
