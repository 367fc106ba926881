// run_results.json, version 6.
#include "artifact/artifact.hpp"
#include "model/dbt_version.hpp"
#include "model/emitter.hpp"

#include "base/time/civil.hpp"

namespace floe::dbt {
namespace {

void emit_result(Emitter& out, const Manifest& manifest, const NodeResult& result) {
  out.begin_dict();
  out.text("status", result.status);
  out.key("timing");
  out.begin_list();
  for (const NodeTiming& timing : result.timing) {
    out.begin_dict();
    out.text("name", timing.name);
    out.text("started_at", time::format_timestamp_micros(timing.started_at_micros) + "Z");
    out.text("completed_at", time::format_timestamp_micros(timing.completed_at_micros) + "Z");
    out.end_dict();
  }
  out.end_list();
  out.text("thread_id", result.thread_id);
  out.key("execution_time");
  out.real(result.execution_seconds);
  out.value("adapter_response", result.adapter_response);
  // dbt has no message of a node that it skips.
  const bool has_message = !result.message.empty() && result.status != "skipped";
  out.optional("message", has_message ? std::optional(result.message) : std::nullopt);
  out.key("failures");
  if (result.failures) {
    out.integer(*result.failures);
  } else {
    out.null();
  }
  out.text("unique_id", result.unique_id);
  const Node* node = manifest.find_node(result.unique_id);
  const bool has_code = node != nullptr && node->type != ResourceType::kSeed;
  out.key("compiled");
  if (has_code) {
    out.boolean(node->compilation.compiled);
  } else {
    out.null();
  }
  out.optional("compiled_code",
               has_code && node->compilation.compiled ? std::optional(node->compilation.compiled_code) : std::nullopt);
  out.optional("relation_name", node == nullptr ? std::nullopt : node->relation_name);
  out.null("batch_results");
  out.null("overload_results");
  out.end_dict();
}

}  // namespace

std::string write_run_results(const Session& session, const std::vector<NodeResult>& results, double elapsed_seconds,
                              const Value& args) {
  const ManifestMetadata& metadata = session.manifest.metadata;
  JsonEmitter out(results.size() * 1024);
  out.begin_dict();
  out.key("metadata");
  out.begin_dict();
  out.text("dbt_schema_version", "https://schemas.getdbt.com/dbt/run-results/v6.json");
  out.text("dbt_version", kDbtVersion);
  out.text("generated_at", time::format_timestamp_micros(session.clock->now_unix_ns() / 1000) + "Z");
  out.text("invocation_id", metadata.invocation_id);
  out.text("invocation_started_at", metadata.invocation_started_at);
  out.value("env", metadata.env);
  out.end_dict();
  out.key("results");
  out.begin_list();
  for (const NodeResult& result : results)
    emit_result(out, session.manifest, result);
  out.end_list();
  out.key("elapsed_time");
  out.real(elapsed_seconds);
  out.value("args", args);
  out.end_dict();
  return out.take();
}

}  // namespace floe::dbt
