// libyaml's problems in words that help.
#pragma once

#include "base/diagnostics/diagnostic.hpp"
#include "base/yaml/source_map.hpp"

#include <cstddef>
#include <string>

namespace floe::yaml {

struct SyntaxProblem {
  std::string problem;    // libyaml's text
  std::string context;    // may be empty: `while parsing a block mapping`
  std::size_t index = 0;  // code point the problem is at
  std::size_t context_index = 0;
};

Diagnostic syntax_diagnostic(const SyntaxProblem& problem, const SourceMap& source);

}  // namespace floe::yaml
