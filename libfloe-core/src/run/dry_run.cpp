#include "run/dry_run.hpp"

#include "run/temporary_directory.hpp"

#include "base/fail.hpp"

namespace floe::run {

Result<compile::Compiled> compile_dry(Context& context, compile::CompileRequest request, DiagnosticSink& sink,
                                      bool prints, compile::OnExamined on_examined) {
  const auto scratch = FLOE_TRY(make_temporary_directory("floe-dry-run-", context.environment(), context.files()));
  request.scratch = scratch->path();
  auto services = context.compile_services();
  services.on_examined = std::move(on_examined);
  services.send_alerts = {};  // people are told of what happens, not of what would
  if (!prints) services.step = {};
  auto compiled = FLOE_TRY(compile::compile(request, services, sink));
  context.audit().on_compiled(compiled);
  return compiled;
}

}  // namespace floe::run
