#include "abi/render_result.hpp"

#include "engine/run_junit.hpp"
#include "secrets/project_secrets.hpp"
#include "secrets/secret_scan.hpp"

#include "base/diagnostics/checkout_paths.hpp"
#include "base/diagnostics/render.hpp"
#include "base/io/file_system.hpp"
#include "base/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace floe::abi {
namespace {

// The text of a file that a finding shows, without the secrets in it.
std::optional<std::string> shown_source(const std::string& directory, const std::string& file) {
  auto text = io::make_disk_file_system()->read(io::join_path(directory, file));
  if (!text.has_value()) return std::nullopt;
  const bool is_yaml = file.ends_with(".yaml") || file.ends_with(".yml");
  if (is_yaml) text = policy::mask_secrets(*text);
  return policy::mask_found_secrets(file, *std::move(text));
}

bool has_error(const std::vector<Diagnostic>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Diagnostic& finding) { return finding.severity == Severity::kError; });
}

// No CI system shows a command that failed as one that passed.
std::vector<Diagnostic> findings_for_ci(const RenderedResult& result) {
  auto findings = diagnostics::in_checkout(result.diagnostics, result.directory, *io::make_disk_file_system());
  if (result.exit_code != 0 && !has_error(findings)) {
    findings.push_back(error_diagnostic(
        "FLOE-E0803", "failed",
        fmt::format("the command failed with exit code {}; its answer on stdout says why", result.exit_code)));
  }
  return findings;
}

}  // namespace

std::string render_result(const RenderedResult& result) {
  RenderOptions options;
  options.format = parse_diagnostic_format(result.format).value_or(DiagnosticFormat::kFull);
  options.color = result.color;
  options.source = [&](const std::string& file) { return shown_source(result.directory, file); };
  if (options.format == DiagnosticFormat::kJson && result.diagnostics.empty()) return "";
  if (!is_for_ci(options.format)) return render_diagnostics(result.diagnostics, options);
  const std::vector<Diagnostic> findings = findings_for_ci(result);
  if (options.format != DiagnosticFormat::kJunit) return render_diagnostics(findings, options);
  const auto answer = parse_json_object(result.answer);
  return run::run_as_junit(answer ? *answer : json::object(), findings);
}

}  // namespace floe::abi
