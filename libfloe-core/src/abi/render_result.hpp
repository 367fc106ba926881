// What floe_result_render() gives.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::abi {

struct RenderedResult {
  std::string_view format;  // as parse_diagnostic_format() knows it; any other is `full`
  bool color = false;
  int exit_code = 0;
  const std::string& directory;  // spans are relative to it
  const std::string& answer;     // JSON
  const std::vector<Diagnostic>& diagnostics;
};

std::string render_result(const RenderedResult& result);

}  // namespace floe::abi
