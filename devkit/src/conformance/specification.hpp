// The specification as `floe plugin check` asks it: checks, methods, payload schemas and their examples.
#pragma once

#include "base/json/json.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::conformance {

struct ValueSpec {
  std::string name;
  std::string kind;                                          // str, json, bytes, u64, handle, arrow ...
  std::string schema;                                        // of a json: shared/health
  std::string example;                                       // of a str, or ""
  std::string closed_by;                                     // of a handle that comes out
  std::vector<std::pair<std::string, std::string>> columns;  // of rows: names and types, when the interface says them
  std::string example_rows;  // of rows: JSON of those that the first example gives; "" = the interface does not say
  bool is_secret = false;
  bool is_optional = false;
  bool is_ending = false;  // the method ends this handle

  [[nodiscard]] bool is_text() const { return kind == "str" || kind == "json" || kind == "bytes"; }
};

struct MethodSpec {
  std::string name;
  std::size_t slot = 0;  // index in InterfaceInfo::slots
  std::vector<ValueSpec> params;
  std::vector<ValueSpec> returns;
  std::vector<std::string> checks;  // ids that apply to it
  bool is_any_thread = false;
  bool is_optional = false;
  std::string capability;  // whose bit promises an optional method, or ""
};

struct InterfaceSpec {
  std::string id;
  std::string name;
  std::vector<std::string> checks;
  std::vector<MethodSpec> methods;
  std::vector<std::vector<std::string>> choices;  // capabilities of which a plugin has one at least
  std::string description;
  std::string base_class;
  std::string group;
};

struct CheckSpec {
  std::string id;
  int level = 0;
  std::string scope;    // plugin, interface, method
  std::string runtime;  // that it is about; "" = any
  std::string title;
  std::vector<std::string> needs;  // checks without whose success this one says nothing
  bool is_warning = false;         // failing it is only a warning
  int attempts = 1;                // what measures time may be disturbed by other processes
};

// Made once per process from the embedded files.
class Specification {
 public:
  static const Specification& get();

  [[nodiscard]] const std::vector<CheckSpec>& checks() const { return checks_; }

  [[nodiscard]] const std::vector<InterfaceSpec>& interfaces() const { return interfaces_; }

  [[nodiscard]] const InterfaceSpec* find_interface(std::string_view id) const;  // nullptr when unknown

  // A payload schema as one document: what it refers to lies in its $defs.
  [[nodiscard]] std::string bundled_schema(const std::string& name) const;
  [[nodiscard]] std::vector<json::value> examples(const std::string& name) const;
  [[nodiscard]] std::string root_type(const std::string& name) const;  // object, array ... or ""

 private:
  Specification();

  std::vector<CheckSpec> checks_;
  std::vector<InterfaceSpec> interfaces_;
};

}  // namespace floe::conformance
