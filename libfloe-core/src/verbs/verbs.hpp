// The verbs of floe.h. Each takes the context and its request, reports findings to the sink, and answers JSON.
#pragma once

#include "engine/context.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/arrow.hpp"

#include <string>

namespace floe::run {

struct Answer {
  std::string json = "{}";
  int exit_code = 0;  // 0 done, 1 findings or a failed node
};

using Verb = Result<Answer> (*)(Context& context, const json::object& request, DiagnosticSink& sink);

Result<Answer> compile_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> run_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> ingest_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> test_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> dbt_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> show_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> table_list_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> table_describe_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> table_history_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> table_files_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> table_verify_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> table_register_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> platform_compile_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> platform_show_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> platform_diff_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> platform_test_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> docs_build_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> lineage_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> schema_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> explain_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> doctor_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> init_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> governance_report_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> plugin_list_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> plugin_show_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> plugin_why_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> plugin_trace_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> plugin_check_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> contract_validate_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> contract_diff_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> contract_generate_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> contract_drift_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> contract_check_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> product_list_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> product_show_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> product_graph_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> product_register_verb(Context& context, const json::object& request, DiagnosticSink& sink);
Result<Answer> plugin_new_verb(Context& context, const json::object& request, DiagnosticSink& sink);

// Rows of a relation as a stream, for floe_show_stream; keeps what it reads from alive.
Result<ArrowStream> show_rows(Context& context, const json::object& request, DiagnosticSink& sink);

// A method of a plugin by name. `rows_in` may be empty. Rows that the method returns go to `rows_out` as a stream that
// keeps alive what it reads from; with nullptr they are in the answer.
Result<Answer> plugin_call_verb(Context& context, const json::object& request, ArrowStream rows_in,
                                ArrowStream* rows_out);

// dbt's parse or ls: reads the project only, no warehouse, no run record. parse leaves target/manifest.json.
Result<Answer> read_project(Context& context, const compile::Compiled& compiled, const std::string& command,
                            const json::object& args, DiagnosticSink& sink);

}  // namespace floe::run
