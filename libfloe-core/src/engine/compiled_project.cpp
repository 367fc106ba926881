#include "engine/compiled_project.hpp"

#include "compile/trace_columns.hpp"
#include "engine/compiler_host.hpp"

#include "base/io/switch_variable.hpp"

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

compile::CompileRequest compile_request(const Context& context, const json::object& request) {
  compile::CompileRequest out;
  out.directory = get_string_or(request, "project_dir", context.options().directory);
  if (!io::is_absolute_path(out.directory)) out.directory = io::join_path(context.options().directory, out.directory);
  out.environment = context.options().environment;
  out.platform_config = context.options().platform_config;
  out.target = get_string_or(request, "target", "");
  // A word that is neither was refused with the context; here it would be taken for the stricter one.
  out.locked = get_bool_or(request, "locked", io::read_switch(context.environment(), "FLOE_LOCKED").value_or(true));
  out.untrusted = get_bool_or(request, "untrusted", false);
  if (const json::object* vars = get_object(request, "vars")) out.vars = to_json(*vars);
  return out;
}

Result<compile::Compiled> compile_project(Context& context, const compile::CompileRequest& request,
                                          DiagnosticSink& sink, const compile::OnExamined& on_examined) {
  ContextCompilerHost host(context);
  auto compiled = FLOE_TRY(compile::compile(request, host, sink, on_examined));
  context.audit().on_compiled(compiled);
  return compiled;
}

Result<compile::Compiled> load_project(Context& context, const json::object& request, DiagnosticSink& sink) {
  ContextCompilerHost host(context);
  return compile::load(compile_request(context, request), host, sink);
}

Result<lineage::Graph> read_lineage(Context& context, const compile::Compiled& compiled) {
  const std::string text = FLOE_TRY(context.files().read(compile::lineage_path(compiled)));
  return lineage::read_graph(FLOE_TRY(parse_json_object(text)));
}

Result<json::object> read_artifact(Context& context, const compile::Compiled& compiled) {
  const std::string text = FLOE_TRY(context.files().read(compiled.artifact_path));
  return parse_json_object(text);
}

}  // namespace floe::run
