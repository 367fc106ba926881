#include "engine/dry_run.hpp"

#include "engine/compiler_host.hpp"
#include "engine/temporary_directory.hpp"

#include "base/fail.hpp"

namespace floe::run {
namespace {

class DryRunHost final : public ContextCompilerHost {
 public:
  DryRunHost(Context& context, bool prints) : ContextCompilerHost(context), prints_(prints) {}

  void on_step(const std::string& line) override {
    if (prints_) ContextCompilerHost::on_step(line);
  }

  // People hear of what happens, not of what would.
  void send_alerts(const compile::Compiled&, const std::vector<compile::Alert>&, DiagnosticSink&) override {}

 private:
  bool prints_;
};

}  // namespace

Result<compile::Compiled> compile_dry(Context& context, compile::CompileRequest request, DiagnosticSink& sink,
                                      bool prints, const compile::OnExamined& on_examined) {
  const auto scratch = FLOE_TRY(make_temporary_directory("floe-dry-run-", context.environment(), context.files()));
  request.scratch = scratch->path();
  DryRunHost host(context, prints);
  auto compiled = FLOE_TRY(compile::compile(request, host, sink, on_examined));
  context.audit().on_compiled(compiled);
  return compiled;
}

}  // namespace floe::run
