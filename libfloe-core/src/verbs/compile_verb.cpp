#include "artifact/artifact_format.hpp"
#include "compile/trace_columns.hpp"
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "verbs/pipeline_arguments.hpp"
#include "verbs/verb_table.hpp"

namespace floe::run {
namespace {

Result<Answer> compile_product(Context& context, const json::object& request, DiagnosticSink& sink) {
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
                                     {"platform", compiled.platform_ref.value_or("")},
                                     {"models", compiled.model_count},
                                     {"from_cache", !compiled.examined}});
  return answer;
}

AnswerText compile_text(const json::object& /*answer*/, const TextStyle& /*style*/) { return {}; }

}  // namespace

Verb compile_verb() {
  return {
      .name = "compile",
      .summary = "check the product against its platform; nothing runs",
      .details =
          R"(Loads manifest and product, checks all policies, and writes compiled_artifacts.json. FLOE_DATA with all findings when a rule
is broken. "artifact" is null after "dry_run".)",
      .request = Arguments()
                     .add(vars_argument())
                     .add(target_argument())
                     .text("--output-format", "output_format", "the artifact's file: json (default), yaml or configmap")
                     .among({"json", "yaml", "configmap"})
                     .flag("--dry-run", "dry_run", "all verdicts; nothing is written")
                     .add(locked_argument())
                     .flag("--untrusted", "untrusted",
                           "as the change of somebody unknown: nothing is executed or read besides the project"),
      .answer = R"({"type": "object", "required": ["success", "artifact", "product", "models"], "properties": {
  "success": {"type": "boolean"}, "artifact": {"type": ["string", "null"]}, "product": {"type": "string"},
  "version": {"type": "string"}, "platform": {"type": "string"}, "models": {"type": "integer"},
  "from_cache": {"type": "boolean"}}})",
      .run = compile_product,
      .text = compile_text};
}

}  // namespace floe::run
