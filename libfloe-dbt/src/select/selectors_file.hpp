// selectors.yml: named selections.
#pragma once

#include "select/selection.hpp"
#include "value/value.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/node.hpp"

#include <vector>

namespace floe::dbt {

struct SelectorsFile {
  std::vector<NamedSelection> selectors;  // in the order of the file
  Value shown = Value::dict();            // as manifest.json shows them, by name
};

// `rendered` is `document` with its templates rendered. Problems are reported at their place and left out.
SelectorsFile read_selectors(const yaml::Node& document, const Value& rendered, DiagnosticSink& sink);

}  // namespace floe::dbt
