// Renderers: full (source excerpt and carets), concise (one line each), json; for CI systems sarif, github, junit.
#pragma once

#include "base/diagnostics/diagnostic.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe {

enum class DiagnosticFormat : std::uint8_t { kFull, kConcise, kJson, kSarif, kGithub, kJunit };

std::optional<DiagnosticFormat> parse_diagnostic_format(std::string_view name);  // full|concise|json|sarif|github|junit

// Formats for CI systems, which look for files from the root of the checkout: diagnostics::in_checkout().
bool is_for_ci(DiagnosticFormat format);

struct RenderOptions {
  DiagnosticFormat format = DiagnosticFormat::kFull;
  bool color = false;
  // Text of a file named in a span, or nullopt when it cannot be read (then only the position is printed).
  std::function<std::optional<std::string>(const std::string& file)> source;
  std::string docs_base;  // `https://floe.dev/e` gives the line `= docs: https://floe.dev/e/FLOE-E0301`; "" = none
};

// `diagnostics` are printed in the order given. Ends with a newline unless empty (json, sarif and junit always print a
// document).
std::string render_diagnostics(const std::vector<Diagnostic>& diagnostics, const RenderOptions& options);

}  // namespace floe
