// floe.yaml (kind: DataProduct): what the data team builds.
#pragma once

#include "compile/compiled.hpp"
#include "config/document.hpp"
#include "config/shape.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::config {

// A directory of models.
struct TransformPath {
  std::string path;  // relative to the file
  Span span;
};

// A profile of platform.yaml that the product asks for; name "" = `default`.
struct ProfileName {
  std::string name;
  Span span;
};

struct ProductProfiles {
  ProfileName storage;
  ProfileName catalog;
  ProfileName compute;
};

struct Product {
  std::string name;
  std::string version;
  std::string owner;
  std::string description;
  std::string platform_ref;  // "" = built-in local platform
  Span platform_ref_span;
  std::vector<TransformPath> transform_paths;
  std::vector<compile::IngestionSource> ingestion;
  yaml::NodePtr schedule;
  ProductProfiles profiles;
};

extern const Shape kProductShape;

// nullopt when the document has errors; findings are in the sink.
std::optional<Product> read_product(const Document& document, DiagnosticSink& sink);

}  // namespace floe::config
