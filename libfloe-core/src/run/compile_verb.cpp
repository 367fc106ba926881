#include "artifact/artifact_format.hpp"
#include "compile/trace_columns.hpp"
#include "run/dry_run.hpp"
#include "run/verbs.hpp"

#include <charconv>

namespace floe::run {

bool report_findings(const Error& error, DiagnosticSink& sink) {
  const std::string* details = error.detail("floe.diagnostics");
  if (details == nullptr) return false;
  auto diagnostics = diagnostics_from_json(*details);
  if (!diagnostics || diagnostics->empty()) return false;
  for (Diagnostic& diagnostic : *diagnostics)
    sink.report(std::move(diagnostic));
  return true;
}

std::vector<Diagnostic> findings_in_project(const DiagnosticSink& sink, const std::string& root) {
  std::vector<Diagnostic> findings = sink.sorted();
  for (Diagnostic& finding : findings) {
    for (Label& label : finding.labels) {
      if (label.span.file.starts_with(root + "/")) label.span.file.erase(0, root.size() + 1);
    }
  }
  return findings;
}

json::value snapshot_number(std::string_view snapshot_id) {
  std::int64_t number = 0;
  const auto end = std::from_chars(snapshot_id.data(), snapshot_id.data() + snapshot_id.size(), number);
  if (snapshot_id.empty() || end.ptr != snapshot_id.data() + snapshot_id.size()) return nullptr;
  return number;
}

compile::CompileRequest compile_request(const Context& context, const json::object& request) {
  compile::CompileRequest out;
  out.directory = get_string_or(request, "project_dir", context.options().directory);
  if (!io::is_absolute_path(out.directory)) out.directory = io::join_path(context.options().directory, out.directory);
  out.environment = context.options().environment;
  out.platform_config = context.options().platform_config;
  out.target = get_string_or(request, "target", "");
  out.locked = get_bool_or(request, "locked", context.environment().get("FLOE_LOCKED") == "1");
  if (const json::object* vars = get_object(request, "vars")) out.vars = to_json(*vars);
  return out;
}

Result<compile::Compiled> compile_project(Context& context, const compile::CompileRequest& request,
                                          DiagnosticSink& sink, compile::OnExamined on_examined) {
  auto services = context.compile_services();
  services.on_examined = std::move(on_examined);
  auto compiled = FLOE_TRY(compile::compile(request, services, sink));
  context.audit().on_compiled(compiled);
  return compiled;
}

Result<lineage::Graph> read_lineage(Context& context, const compile::Compiled& compiled) {
  const std::string text = FLOE_TRY(context.files().read(compile::lineage_path(compiled)));
  return lineage::read_graph(FLOE_TRY(parse_json_object(text)));
}

Result<json::object> read_artifact(Context& context, const compile::Compiled& compiled) {
  const std::string text = FLOE_TRY(context.files().read(compiled.artifact_path));
  return parse_json_object(text);
}

Result<Answer> compile_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  auto wanted = compile_request(context, request);
  wanted.format = FLOE_TRY(artifact::parse_artifact_format(get_string_or(request, "output_format", "")));
  const bool is_dry = get_bool_or(request, "dry_run", false);
  auto done = is_dry ? compile_dry(context, wanted, sink, true) : compile_project(context, wanted, sink);
  const auto compiled = FLOE_TRY(std::move(done));
  Answer answer;
  answer.json = to_json(json::object{{"success", true},
                                     {"artifact", is_dry ? json::value(nullptr) : json::value(compiled.artifact_path)},
                                     {"product", compiled.product_name},
                                     {"version", compiled.product_version},
                                     {"platform", compiled.platform_ref},
                                     {"models", compiled.model_count},
                                     {"from_cache", compiled.from_cache}});
  return answer;
}

}  // namespace floe::run
