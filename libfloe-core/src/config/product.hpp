// floe.yaml (kind: DataProduct): what the data team builds.
#pragma once

#include "config/document.hpp"
#include "config/port.hpp"
#include "model/compiled.hpp"
#include "schema/shape.hpp"

#include <optional>
#include <string>
#include <vector>

namespace floe::config {

// Models of one kind of transform: a directory, or globs of files.
struct TransformPath {
  std::string name;  // "" when it has none
  std::string path;  // directory of the models, relative to the file
  Span span;
  std::string project;             // directory of the dbt project, relative to the file; "" = looked for
  std::vector<std::string> globs;  // files relative to the dbt project; empty = all of `path`
  NamedPlace compute = {};         // "" = not said
  Span name_span = {};
};

// What a FloeSpec says about a dbt model.
struct ModelAnnotation {
  std::string model;
  Span span;
  std::string compute;  // "" = not said
  std::string tier;     // bronze, silver, gold; "" = not said
  std::vector<std::string> tags;
  std::vector<NamedPlace> reads;
};

// Profiles of platform.yaml that the product asks for; name "" = `default`.
struct ProductProfiles {
  NamedPlace storage;
  NamedPlace catalog;
  NamedPlace compute;
};

struct Product {
  bool is_short = false;  // written without a head
  std::string name;
  std::string version;
  std::string owner;
  std::string description;
  Span name_span;
  Span version_span;
  std::string platform_ref;  // "" = built-in local platform
  Span platform_ref_span;
  std::vector<TransformPath> transform_paths;
  std::vector<compile::IngestionSource> ingestion;
  std::vector<compile::Destination> destinations;
  yaml::NodePtr schedule;
  yaml::NodePtr schedules;  // null when there is no list
  ProductProfiles profiles;
  Ports ports;
  std::vector<ModelAnnotation> annotations;  // of a FloeSpec only
  yaml::NodePtr labels;                      // the same; null when there are none
};

// What every spelling begins with: `metadata`, and `platform` with its reference under `reference_key`. `root` has
// passed its shape.
void read_product_head(const yaml::Node& root, std::string_view reference_key, Product* product);

// `destinations` of a document that has passed its shape. FLOE-E0352 for a name that is there twice.
std::vector<compile::Destination> read_destinations(const yaml::Node& root, DiagnosticSink& sink);

// What the port is called everywhere: `sales.customer-360.customers`, without a domain `customer-360.customers`.
std::string qualified_port_name(std::string_view domain, const Product& product, const OutputPort& port);

// nullopt when the document has errors; findings are in the sink.
std::optional<Product> read_product(const Document& document, DiagnosticSink& sink);

}  // namespace floe::config
