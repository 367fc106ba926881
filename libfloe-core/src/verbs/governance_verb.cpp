// floe governance report: what the platform demands of the product here, and what came of it.
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "governance/report.hpp"
#include "verbs/pipeline_arguments.hpp"
#include "verbs/verb_table.hpp"

#include "base/diagnostics/checkout_paths.hpp"
#include "base/fail.hpp"

namespace floe::run {
namespace {

using ReportWriter = std::string (*)(const governance::Report& report);

Result<ReportWriter> report_writer(const std::string& format) {
  if (format == "json") return governance::report_as_json;
  if (format == "sarif") return governance::report_as_sarif;
  if (format == "junit") return governance::report_as_junit;
  if (format == "html") return governance::report_as_html;
  return failf(ErrorCode::kInvalidArgument, "`{}` is no format of a report; accepted are sarif, json, html, junit",
               format);
}

// For code scanning, as `--error-format` does it.
void use_checkout_paths(const std::string& root, io::FileSystem& files, governance::Report& report) {
  report.findings = diagnostics::in_checkout(std::move(report.findings), root, files);
  for (governance::Suppressed& one : report.suppressed)
    one.finding = diagnostics::in_checkout({std::move(one.finding)}, root, files).front();
}

Result<Answer> report_governance(Context& context, const json::object& request, DiagnosticSink& sink) {
  const std::string format = get_string_or(request, "format", "json");
  const ReportWriter write = FLOE_TRY(report_writer(format));
  governance::Report report;
  std::string root;
  const auto compiled =
      compile_dry(context, compile_request(context, request), sink, false,
                  [&](const artifact::ArtifactInput& examined, const policy::ColumnLineage& /*traced*/) {
                    report = governance::report_of(examined);
                    root = examined.compiled.project_root;
                  });
  if (root.empty()) return compiled ? fail(ErrorCode::kInternal, "nothing was examined") : compiled.error();
  if (!compiled && compiled.error().code != ErrorCode::kData) return compiled.error();
  if (!compiled) report_findings(compiled.error(), sink);
  governance::add_findings(findings_in_project(sink, root), &report);
  if (format == "sarif" || format == "junit") use_checkout_paths(root, context.files(), report);
  const std::string text = context.redact(write(report));
  const std::string out = get_string_or(request, "out", "");
  json::object answer{{"success", compiled.has_value()}, {"format", format}, {"path", nullptr}, {"report", text}};
  if (!out.empty()) {
    const std::string path = io::normalize_path(io::join_path(context.options().directory, out));
    FLOE_TRY(context.files().create_directories(io::parent_path(path)));
    FLOE_TRY(context.files().write_atomic(path, text, io::Durability::kFast));
    answer["path"] = path;
  }
  return Answer{to_json(answer), compiled ? 0 : 1};
}

AnswerText governance_report_text(const json::object& answer, const TextStyle& /*style*/) {
  const std::string path = get_string_or(answer, "path", "");
  return {path.empty() ? get_string_or(answer, "report", "") : fmt::format("Wrote {}\n", path), ""};
}

}  // namespace

Verb governance_report_verb() {
  return {
      .name = "governance report",
      .summary = "verdicts of every policy, overrides, origins of settings",
      .details =
          R"(What the platform demands of the product and what came of it: verdicts of every policy and model, findings, overrides, where
each setting comes from. Nothing is built. Exit code 1 when the product would not compile.)",
      .request = Arguments()
                     .text("--format", "format", "json (default), sarif, html or junit")
                     .among({"json", "sarif", "html", "junit"})
                     .path("--out", "out", "a file instead of stdout")
                     .add(vars_argument())
                     .add(target_argument()),
      .answer = R"({"type": "object", "required": ["success", "format", "path", "report"], "properties": {
  "success": {"type": "boolean"}, "format": {"enum": ["json", "sarif", "html", "junit"]},
  "path": {"type": ["string", "null"]}, "report": {"type": "string"}}})",
      .run = report_governance,
      .text = governance_report_text};
}

}  // namespace floe::run
