// What a data contract of the Open Data Contract Standard (ODCS), version 3.0 to 3.2, promises about tables.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <string>
#include <vector>

namespace floe::contract {

// A property of an object: a column, or a field inside of one.
struct Property {
  std::string name;           // "" of the items of an array
  std::string physical_name;  // name of the column; "" = `name`
  std::string logical_type;   // string, date, timestamp, ...; "" = not said
  std::string physical_type;  // type in the table, as written
  std::string classification;
  std::string description;
  std::vector<std::string> tags;
  bool is_required = false;
  bool is_unique = false;
  bool is_primary_key = false;
  std::vector<Property> properties;  // of an object
  std::vector<Property> items;       // of an array: at most one
  Span span;                         // of the name
  Span type_span;                    // of the physical type, else of the logical one

  [[nodiscard]] const std::string& column() const { return physical_name.empty() ? name : physical_name; }
};

// A table.
struct Object {
  std::string name;
  std::string physical_name;  // name of the table; "" = `name`
  std::string description;
  std::vector<Property> properties;
  Span span;
};

struct ServiceLevel {
  std::string property;  // freshness, availability, ...
  std::string value;     // text of the scalar
  std::string unit;
  std::string element;  // `table` or `table.column`; "" = all
  Span span;            // of the value
};

struct Contract {
  std::string file;  // for spans
  int minor = 0;     // of the standard, 3.x
  std::string id;
  std::string name;
  std::string version;
  std::string status;
  std::string domain;
  std::string data_product;
  std::vector<Object> objects;
  std::vector<ServiceLevel> service_levels;
  yaml::NodePtr root;  // all of it
  Span span;           // of `id`
  Span version_span;   // of `version`
};

// The contract of an output port of the product.
struct PortContract {
  std::string port;
  std::string model;
  std::string table;  // namespace.table
  Contract contract;
  std::string document;            // the contract as YAML
  Span span;                       // of the port's name in floe.yaml
  bool is_generated = true;        // false: from a written contract, filled in
  std::vector<std::string> tests;  // unique ids of the model's tests
};

}  // namespace floe::contract
