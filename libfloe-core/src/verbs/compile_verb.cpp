#include "artifact/artifact_format.hpp"
#include "compile/trace_columns.hpp"
#include "engine/compiled_project.hpp"
#include "engine/dry_run.hpp"
#include "verbs/verbs.hpp"

namespace floe::run {

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
