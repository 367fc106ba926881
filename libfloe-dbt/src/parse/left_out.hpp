// LeftOut: what schema files declare and this engine does not build, told once per kind.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

class LeftOut {
 public:
  // Notes the lists of a schema file that are left out.
  void read(const yaml::Node& document);
  void report(DiagnosticSink& sink) const;

 private:
  struct Kind {
    std::vector<Span> places;
    std::vector<std::string> names;
  };

  std::map<std::string_view, Kind> kinds_;
};

}  // namespace floe::dbt
