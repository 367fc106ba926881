// A compile that leaves nothing behind: for `--dry-run`, reports, and questions about other platforms.
#pragma once

#include "engine/context.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/result.hpp"

namespace floe::run {

// As compile_project. What has to be on disk meanwhile lies in a temporary directory; `artifact_path` names nothing.
// With `prints` the steps are told to the listener of the context.
Result<compile::Compiled> compile_dry(Context& context, compile::CompileRequest request, DiagnosticSink& sink,
                                      bool prints, const compile::OnExamined& on_examined = {});

}  // namespace floe::run
