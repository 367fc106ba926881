// What a product reads of others and offers to them: ports, what they promise, and the sensors that wait for them
// (design: configuration.md 1.3).
#pragma once

#include "config/document.hpp"
#include "schema/shape.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace floe::config {

// What can be promised of a table's service, in the words of ODCS.
inline constexpr std::array<std::string_view, 3> kServiceProperties{"freshness", "availability", "quality"};

// What `slas`, `sla` of a port and `governance.slos` say.
struct ServiceLevels {
  NamedPlace freshness;     // age of the newest data, at most: 24h, P1D; "" = nothing is promised
  NamedPlace availability;  // share of the time that the table can be read, at least: 99.9%
  NamedPlace quality;       // share of the tests that pass, at least: 100%

  [[nodiscard]] const NamedPlace& of(std::string_view property) const;
};

struct PortColumn {
  std::string name;
  std::string type;  // SQL type; "" = as the model declares it
  std::string description;
  std::string classification;
  bool is_required = false;
  bool is_unique = false;
  bool is_primary_key = false;
  Span span;  // of the name
  Span type_span;
};

struct OutputPort {
  std::string name;
  Span span;  // of the name
  NamedPlace model;
  std::string description;
  std::string classification;       // of columns that say none
  NamedPlace contract;              // an ODCS file, relative to floe.yaml; "" = generated
  std::vector<PortColumn> columns;  // empty = the declared columns of the model
  ServiceLevels levels;
};

struct InputPort {
  NamedPlace product;  // `customer-360`, or with its domain `sales.customer-360`
  NamedPlace port;
  NamedPlace version;  // what is needed (config/version.hpp); "" = any
};

struct Sensor {
  std::string name;
  Span span;                           // of the name
  std::string on;                      // table, file or product
  NamedPlace subject;                  // namespace.table, path or product
  std::vector<NamedPlace> transforms;  // empty = all
};

struct Ports {
  std::vector<InputPort> inputs;
  std::vector<OutputPort> outputs;
  Span outputs_span;     // of `output_ports`; not valid without it
  ServiceLevels levels;  // `slas`: of every output port that says none of its own
  std::vector<Sensor> sensors;
};

ServiceLevels read_service_levels(const yaml::NodePtr& node);

// Of a document whose shape was checked. Duplicates, and sensors that contradict the rest, go to `sink`; `transforms`
// are the names of the transforms.
Ports read_ports(const yaml::Node& root, const std::vector<std::string>& transforms, DiagnosticSink& sink);

// What the port promises: its own levels, else those of the product.
ServiceLevels levels_of(const OutputPort& port, const Ports& ports);

}  // namespace floe::config
