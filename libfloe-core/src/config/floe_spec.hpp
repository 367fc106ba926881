// `kind: FloeSpec`: the product document of the Python floe, read as a product (design: configuration.md 1.3). Its
// transforms do not say what is built, the dbt project does; they annotate models of the same name.
#pragma once

#include "config/document.hpp"
#include "config/product.hpp"

#include "base/diagnostics/diagnostic.hpp"

#include <optional>

namespace floe::config {

bool is_floe_spec(const Document& document);

// nullopt when the document has errors; findings are in the sink.
std::optional<Product> read_floe_spec(const Document& document, DiagnosticSink& sink);

}  // namespace floe::config
