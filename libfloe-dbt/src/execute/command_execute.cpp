// seed, run, test, build and compile: a selection on the executor, hooks around it.
#include "artifact/artifact.hpp"
#include "execute/command.hpp"
#include "execute/executor.hpp"
#include "execute/relation_payload.hpp"
#include "model/emit_node.hpp"
#include "model/tree.hpp"

#include "base/diagnostics/diagnostic.hpp"
#include "base/fail.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace floe::dbt {
namespace {

std::vector<ResourceType> types_of(const std::string& command) {
  static const std::map<std::string, std::vector<ResourceType>> kTypes = {
      {"seed", {ResourceType::kSeed}},
      {"snapshot", {ResourceType::kSnapshot}},
      {"run", {ResourceType::kModel}},
      {"test", {ResourceType::kTest}},
      {"compile", {ResourceType::kModel, ResourceType::kTest, ResourceType::kAnalysis}},
      {"build", {ResourceType::kModel, ResourceType::kSeed, ResourceType::kSnapshot, ResourceType::kTest}}};
  return kTypes.at(command);
}

// Everything of the catalog the selected nodes may read before one of them wrote it: fixed before the first one starts.
json::array inputs_to_pin(const Manifest& manifest, const std::vector<std::string_view>& selected) {
  const std::set<std::string_view> chosen(selected.begin(), selected.end());
  std::set<std::string> seen;
  json::array out;
  const auto add = [&](const std::string& schema, const std::string& identifier) {
    if (seen.insert(schema + "." + identifier).second) out.push_back(relation_payload(schema, identifier));
  };
  for (const std::string_view id : selected) {
    const Node* node = manifest.find_node(id);
    if (node == nullptr) continue;
    if (node->materialized() == "incremental" || node->type == ResourceType::kSnapshot) add(node->schema, node->alias);
    for (const std::string& input : node->depends_on_nodes) {
      if (const Source* source = manifest.find_source(input)) {
        add(source->schema, source->identifier);
      } else if (const Node* read = manifest.find_node(input);
                 read != nullptr && read->relation_name && !chosen.contains(input)) {
        add(read->schema, read->alias);
      }
    }
  }
  return out;
}

Status record_plan(const CommandInput& input, const std::vector<ScheduledNode>& schedule, std::size_t hooks,
                   const std::vector<std::string_view>& selected) {
  json::array ids;
  for (const ScheduledNode& each : schedule)
    ids.emplace_back(each.node->unique_id);
  const json::object plan{{"schema", "floe.node_record/1"},
                          {"event", "plan"},
                          {"total", schedule.size() + hooks},
                          {"unique_ids", std::move(ids)},
                          {"inputs", inputs_to_pin(input.session.manifest, selected)}};
  return input.warehouse.record(input.call, to_json(plan));
}

json::object result_object(const Manifest& manifest, const NodeRun& run) {
  const Node* node = manifest.find_node(run.result.unique_id);
  json::object out{{"unique_id", run.result.unique_id},
                   {"status", run.result.status},
                   {"message", run.result.message.empty() ? json::value(nullptr) : json::value(run.result.message)},
                   {"failures", nullptr},
                   {"seconds", run.result.execution_seconds},
                   {"rows", nullptr},
                   {"snapshot_id", nullptr},
                   {"relation_name", nullptr}};
  if (run.result.failures) out["failures"] = *run.result.failures;
  if (run.outcome.rows) out["rows"] = *run.outcome.rows;
  if (!run.outcome.snapshot_id.empty()) out["snapshot_id"] = run.outcome.snapshot_id;
  if (node != nullptr && node->relation_name) out["relation_name"] = *node->relation_name;
  return out;
}

std::vector<Node*> hooks_of(const Manifest& manifest, bool is_start) {
  std::vector<Node*> out;
  for (const auto& node : manifest.nodes) {
    if (node->type == ResourceType::kOperation && node->is_run_start == is_start) out.push_back(node.get());
  }
  std::stable_sort(out.begin(), out.end(), [](const Node* a, const Node* b) { return a->index < b->index; });
  return out;
}

// What `results` shows in on-run-end.
Value results_value(const Manifest& manifest, const std::vector<NodeRun>& runs) {
  std::vector<Value> items;
  for (const NodeRun& run : runs) {
    const Node* node = manifest.find_node(run.result.unique_id);
    items.push_back(Value::dict({{"unique_id", Value(run.result.unique_id)},
                                 {"status", Value(run.result.status)},
                                 {"message", run.result.message.empty() ? Value() : Value(run.result.message)},
                                 {"failures", run.result.failures ? Value(*run.result.failures) : Value()},
                                 {"execution_time", Value(run.result.execution_seconds)},
                                 {"thread_id", Value(run.result.thread_id)},
                                 {"adapter_response", run.result.adapter_response},
                                 {"node", node == nullptr ? Value() : node_value(*node)}}));
  }
  return Value::list(std::move(items));
}

std::vector<std::string> schemas_of(const Manifest& manifest, const std::vector<std::string_view>& selected) {
  std::set<std::string> schemas;
  for (const std::string_view id : selected) {
    const Node* node = manifest.find_node(id);
    if (node != nullptr && node->relation_name) schemas.insert(node->schema);
  }
  return {schemas.begin(), schemas.end()};
}

int threads_of(const CommandInput& input) {
  const auto given = get_int(input.args, "threads");
  return given ? static_cast<int>(std::clamp<std::int64_t>(*given, 1, 64)) : input.session.workspace->target.threads;
}

struct Ended {
  std::vector<NodeRun> runs;
  bool success = true;

  void add(NodeRun run) {
    success = success && run.result.status != "error" && run.result.status != "fail" && run.result.status != "skipped";
    runs.push_back(std::move(run));
  }
};

json::object answer_of(const CommandInput& input, const Ended& ended) {
  json::object answer = empty_answer();
  json::array results;
  DiagnosticSink findings;
  for (const NodeRun& run : ended.runs) {
    results.push_back(result_object(input.session.manifest, run));
    if (run.finding) findings.report(*run.finding);
  }
  answer["success"] = ended.success;
  answer["results"] = std::move(results);
  answer["diagnostics"] = diagnostics_to_json(findings.sorted());
  return answer;
}

Status write_results(const CommandInput& input, const Ended& ended, double seconds) {
  std::vector<NodeResult> results;
  results.reserve(ended.runs.size());
  for (const NodeRun& run : ended.runs)
    results.push_back(run.result);
  const std::string text = write_run_results(input.session, results, seconds, input.session.invocation_args);
  const std::string path = io::join_path(input.session.workspace->target_path, "run_results.json");
  return input.session.files->write_atomic(path, text, io::Durability::kFast);
}

}  // namespace

Result<json::object> execute_command(const CommandInput& input) {
  const std::int64_t started = input.session.clock->monotonic_ns();
  const auto selected = FLOE_TRY(select_nodes(input, types_of(input.command)));
  std::vector<Value> resources;
  resources.reserve(selected.unique_ids.size());
  for (const std::string_view id : selected.unique_ids)
    resources.emplace_back(id);
  input.session.selected_resources = Value::list(std::move(resources));
  auto schedule = make_schedule(input.session.manifest, selected.unique_ids, input.command == "build");
  const std::vector<Node*> before = hooks_of(input.session.manifest, true);
  const std::vector<Node*> after = hooks_of(input.session.manifest, false);
  FLOE_TRY(record_plan(input, schedule, before.size() + after.size(), selected.unique_ids));

  NodeRunner runner(input.session, input.warehouse);
  Executor executor(runner, input.host, input.call,
                    {threads_of(input), get_bool_or(input.args, "fail_fast", false), true});
  Ended ended;
  const std::vector<std::string> schemas = schemas_of(input.session.manifest, selected.unique_ids);
  for (Node* hook : before) {
    ended.add(executor.run_alone(
        *hook, [&](floe_call* call) { return runner.run_hook(*hook, call, Value::list(), schemas); }));
  }
  // A project that could not be prepared is not built.
  if (ended.success) {
    for (NodeRun& run : FLOE_TRY(executor.run(std::move(schedule))))
      ended.add(std::move(run));
  }
  const Value results = after.empty() ? Value() : results_value(input.session.manifest, ended.runs);
  for (Node* hook : after) {
    ended.add(
        executor.run_alone(*hook, [&](floe_call* call) { return runner.run_hook(*hook, call, results, schemas); }));
  }
  const double seconds = static_cast<double>(input.session.clock->monotonic_ns() - started) / 1e9;
  FLOE_TRY(write_results(input, ended, seconds));
  json::object answer = answer_of(input, ended);
  answer["elapsed_seconds"] = seconds;
  return answer;
}

Result<json::object> compile_command(const CommandInput& input) {
  if (get_string(input.args, "inline")) return show_command(input);
  const std::int64_t started = input.session.clock->monotonic_ns();
  const auto selected = FLOE_TRY(select_nodes(input, types_of("compile")));
  auto schedule = make_schedule(input.session.manifest, selected.unique_ids, false);
  NodeRunner runner(input.session, input.warehouse);
  Executor executor(runner, input.host, input.call, {threads_of(input), false, false});
  Ended ended;
  for (NodeRun& run : FLOE_TRY(executor.run(std::move(schedule))))
    ended.add(std::move(run));
  const double seconds = static_cast<double>(input.session.clock->monotonic_ns() - started) / 1e9;
  FLOE_TRY(write_results(input, ended, seconds));
  json::object answer = answer_of(input, ended);
  answer["elapsed_seconds"] = seconds;
  // One model asked for by name is printed.
  if (ended.success && !word_list(input.args, "select").empty()) {
    json::array lines;
    std::size_t models = 0;
    const Node* only = nullptr;
    for (const std::string_view id : selected.unique_ids) {
      const Node* node = input.session.manifest.find_node(id);
      if (node == nullptr || node->type == ResourceType::kTest) continue;
      ++models;
      only = node;
    }
    if (models == 1) lines.emplace_back(only->compilation.compiled_code);
    answer["lines"] = std::move(lines);
  }
  return answer;
}

}  // namespace floe::dbt
