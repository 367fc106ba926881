#include "base/diagnostics/render.hpp"

#include "base/diagnostics/render_ci.hpp"
#include "base/diagnostics/render_full.hpp"
#include "base/diagnostics/styled_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace floe {

namespace {

using diagnostics::Row;
using diagnostics::Style;

std::string render_concise(const std::vector<Diagnostic>& list, const RenderOptions& options) {
  std::string out;
  for (const Diagnostic& diagnostic : list) {
    Row row;
    if (const Span* span = diagnostic.primary()) {
      row.append(span->valid() ? fmt::format("{}:{}:{}: ", span->file, span->line, std::max(span->column, 1))
                               : span->file + ": ",
                 Style::kPlain);
    }
    row.append(severity_name(diagnostic.severity), Style::kSeverity);
    if (!diagnostic.code.empty()) row.append("[" + diagnostic.code + "]", Style::kSeverity);
    row.append(": " + diagnostic.message, Style::kPlain);
    row.print(&out, diagnostic.severity, options.color);
  }
  return out;
}

}  // namespace

std::optional<DiagnosticFormat> parse_diagnostic_format(std::string_view name) {
  if (name == "full") return DiagnosticFormat::kFull;
  if (name == "concise") return DiagnosticFormat::kConcise;
  if (name == "json") return DiagnosticFormat::kJson;
  if (name == "sarif") return DiagnosticFormat::kSarif;
  if (name == "github") return DiagnosticFormat::kGithub;
  if (name == "junit") return DiagnosticFormat::kJunit;
  return std::nullopt;
}

bool is_for_ci(DiagnosticFormat format) {
  return format == DiagnosticFormat::kSarif || format == DiagnosticFormat::kGithub ||
         format == DiagnosticFormat::kJunit;
}

std::string render_diagnostics(const std::vector<Diagnostic>& diagnostics, const RenderOptions& options) {
  switch (options.format) {
    case DiagnosticFormat::kFull:
      return diagnostics::render_full(diagnostics, options);
    case DiagnosticFormat::kConcise:
      return render_concise(diagnostics, options);
    case DiagnosticFormat::kSarif:
      return diagnostics::render_sarif(diagnostics, options.docs_base);
    case DiagnosticFormat::kGithub:
      return diagnostics::render_github(diagnostics);
    case DiagnosticFormat::kJunit:
      return diagnostics::render_junit(diagnostics);
    case DiagnosticFormat::kJson:
      break;
  }
  return diagnostics_to_json(diagnostics) + "\n";
}

}  // namespace floe
