// Compiling for a verb, and what the last compile left.
#pragma once

#include "engine/context.hpp"
#include "rules/lineage/lineage_graph.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace floe::run {

// Findings of an error (detail "floe.diagnostics") move to the sink; true when there were some.
bool report_findings(const Error& error, DiagnosticSink& sink);

compile::CompileRequest compile_request(const Context& context, const json::object& request);

// compile::compile with the services of the context, told to its audit log.
Result<compile::Compiled> compile_project(Context& context, const compile::CompileRequest& request,
                                          DiagnosticSink& sink, const compile::OnExamined& on_examined = {});

// compile::load with the services of the context: only the documents.
Result<compile::Compiled> load_project(Context& context, const json::object& request, DiagnosticSink& sink);

// Sorted; places are relative to the project also where plugins name absolute paths.
std::vector<Diagnostic> findings_in_project(const DiagnosticSink& sink, const std::string& root);

// The compiled artifact that a compile of the default format left.
Result<json::object> read_artifact(Context& context, const compile::Compiled& compiled);

// lineage.json, of the last compile with `wants_lineage`.
Result<lineage::Graph> read_lineage(Context& context, const compile::Compiled& compiled);

}  // namespace floe::run
