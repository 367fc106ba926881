// run, ingest, test and dbt: compile, then stages over one warehouse, recorded under .floe/runs/<id>/.
#include "verbs/pipeline.hpp"

#include "compile/dbt_project.hpp"
#include "engine/alerts.hpp"
#include "engine/compiled_project.hpp"
#include "engine/destinations.hpp"
#include "engine/graph_check.hpp"
#include "engine/ingest.hpp"
#include "engine/opened_platform.hpp"
#include "engine/opened_tables.hpp"
#include "engine/recorder.hpp"
#include "engine/shared_tables.hpp"
#include "engine/sql_grants.hpp"
#include "engine/untold_nodes.hpp"
#include "secrets/percent_encoding.hpp"

#include "base/fail.hpp"
#include "base/json/texts.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <algorithm>
#include <optional>

namespace floe::run {
namespace {

// Nodes run at a time when neither the command line nor a profile says. More than a small machine has cores: a commit
// waits for the disk most of its time.
constexpr std::int64_t kDefaultThreads = 8;

// How long the end of a run waits for each backend. Ctrl-C answers within a second.
constexpr std::chrono::milliseconds kLastDelivery{10'000};
constexpr std::chrono::milliseconds kInterruptedDelivery{200};

// An invoke request of floe.dbt/1.
json::object invoke_request(const compile::Compiled& compiled, const std::string& command, const json::object& args,
                            const std::string& invocation_id, std::int64_t started_at_ns) {
  json::object vars;
  if (const json::object* given = get_object(args, "vars")) vars = *given;
  json::value profiles_dir = nullptr;
  if (const auto given = get_string(args, "profiles_dir")) profiles_dir = json::value(*given);
  json::object out = compile::dbt_request(compiled, kDefaultThreads);
  out["command"] = command;
  out["args"] = args;
  out["profiles_dir"] = std::move(profiles_dir);
  if (const auto given = get_string(args, "target_path")) out["target_path"] = *given;
  out["vars"] = std::move(vars);
  out["invocation_id"] = invocation_id;
  out["run_started_at"] = time::format_timestamp_micros(started_at_ns / 1000) + "Z";
  return out;
}

bool selects_some(const json::object& request) {
  return !get_texts(request, "select").empty() || !get_texts(request, "exclude").empty() ||
         !get_string_or(request, "selector", "").empty();
}

// W3C baggage: what the work is for, and how confidential it is.
std::string baggage_of(const compile::Compiled& compiled) {
  std::string baggage;
  for (const auto& [key, value] : {std::pair<const char*, std::string>{"floe.product", compiled.product_name},
                                   {"floe.domain", compiled.domain.value_or("")},
                                   {"floe.classification", compiled.classification.value_or("")}}) {
    if (value.empty()) continue;
    if (!baggage.empty()) baggage += ',';
    baggage += std::string(key) + "=" + service::percent_encoded(value);
  }
  return baggage;
}

struct PipelineOptions {
  std::string verb;
  std::string run_id;
  bool is_whole = false;       // of everything, so that its success says that all is well
  bool writes_models = false;  // their column lineage is told
};

// What one run has open, from compile to the last record.
class Pipeline {
 public:
  static Result<std::unique_ptr<Pipeline>> open(Context& context, compile::Compiled compiled, PipelineOptions options) {
    PluginHost* host = FLOE_TRY(context.plugins());
    std::unique_ptr<Pipeline> pipeline(new Pipeline(context, *host, std::move(compiled), std::move(options)));
    FLOE_TRY(pipeline->start());
    return pipeline;
  }

  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  ~Pipeline() {
    context_.warehouse_slot().fill(nullptr);
    context_.set_trace("", "");
  }

  Result<bool> ingest(const std::vector<std::string>& selected, DiagnosticSink& sink) {
    return ingest_sources(compiled_, selected,
                          {context_.files(), context_.clock(), host_.raw(), call_.raw(), *warehouse_, *recorder_},
                          sink);
  }

  // The sinks of the destinations; once, before anything runs.
  Status open_destinations(DiagnosticSink& sink) {
    destinations_.emplace(FLOE_TRY(Destinations::open(host_, compiled_, context_.call_options(), sink)));
    return ok();
  }

  // Whether all were delivered; those of a run that did not go well are skipped.
  Result<bool> deliver(const json::object& request, bool went_well, DiagnosticSink& sink) {
    return destinations_->deliver(
        {call_.raw(), *warehouse_, *recorder_, context_.clock(), selects_some(request), went_well, sink});
  }

  // The answer of floe.dbt/1 invoke.
  Result<json::object> invoke_dbt(const std::string& command, const json::object& args);
  // Whether the selection of the request names a node that `dbt build` builds.
  Result<bool> selects_a_node(const json::object& request);

  Result<Answer> finish(bool success, const json::object* dbt_answer, DiagnosticSink& sink);
  // After an error: the records are closed, and the error goes on.
  Result<Answer> fail_with(Error error, DiagnosticSink& sink);

  [[nodiscard]] const compile::Compiled& compiled() const { return compiled_; }

  [[nodiscard]] std::vector<NodeResult> results() const { return recorder_->results(); }

 private:
  Pipeline(Context& context, PluginHost& host, compile::Compiled compiled, PipelineOptions options)
      : context_(context),
        host_(host),
        compiled_(std::move(compiled)),
        options_(std::move(options)),
        call_(host.make_call(context.call_options())) {}

  Status start();
  [[nodiscard]] json::object summary(bool success, bool interrupted) const;
  // Through the alert channels; `reason` is for a run in which no node failed.
  void tell_people(bool success, const std::string& reason, DiagnosticSink& sink);

  Context& context_;
  PluginHost& host_;
  compile::Compiled compiled_;
  PipelineOptions options_;
  HostCall call_;
  std::unique_ptr<OpenedPlatform> platform_;
  std::unique_ptr<RecordBackends> backends_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  std::optional<Destinations> destinations_;
};

Status Pipeline::start() {
  platform_ = FLOE_TRY(OpenedPlatform::open(host_, compiled_, context_.call_options(), {.with_compute = true}));
  FLOE_TRY(check_tables_not_shared(*platform_, call_.raw()));
  backends_ = FLOE_TRY(RecordBackends::open(host_, compiled_, context_.call_options()));
  RunIdentity identity;
  identity.run_id = options_.run_id;
  identity.verb = options_.verb;
  identity.product = compiled_.product_name;
  identity.domain = compiled_.domain.value_or("");
  identity.product_version = compiled_.product_version;
  identity.warehouse_uri = compiled_.warehouse_uri;
  identity.environment = context_.options().environment.empty() ? "dev" : context_.options().environment;
  const std::string runs = io::join_path(compiled_.state_directory, "runs");
  RunDirectory directory = FLOE_TRY(RunDirectory::create(context_.files(), runs, identity.run_id));
  recorder_ = std::make_unique<Recorder>(std::move(directory), std::move(identity), context_.clock(),
                                         [this](std::string_view event) { context_.emit(event); });
  recorder_->set_backends(backends_.get());
  recorder_->set_sql_facet(compiled_.lineage_sql);
  warehouse::WarehouseOptions options;
  options.run_id = options_.run_id;
  options.product = compiled_.product_name;
  options.compute_name = compiled_.plugins.at("compute").type;
  options.sql_grants = sql_grants(compiled_);
  options.grants = compiled_.grants;
  options.on_record = [this](std::string_view record) { return recorder_->record(context_.redact_json(record)); };
  options.on_change = [this](const std::string& relation, bool is_dropped) {
    context_.audit().on_table(relation, is_dropped ? TableUse::kDropped : TableUse::kWritten);
  };
  options.on_read = [this](const std::string& relation) { context_.audit().on_table(relation, TableUse::kRead); };
  options.on_file = [this](const std::string& path, bool is_written) { context_.audit().on_file(path, is_written); };
  warehouse_ = std::make_unique<warehouse::Warehouse>(platform_->compute(), platform_->storage(), platform_->tables(),
                                                      std::move(options));
  recorder_->set_input_version([this](const std::string& dotted) {
    const auto relation = warehouse::relation_from_text(dotted);
    for (const auto& entry : warehouse_->catalog().pinned()) {
      if (relation && entry.relation.key() == relation->key()) return entry.snapshot_id;
    }
    return std::string();
  });
  recorder_->set_output_columns([this](const std::string& dotted) {
    const auto relation = warehouse::relation_from_text(dotted);
    return relation ? warehouse_->written_columns(*relation) : std::vector<std::pair<std::string, std::string>>();
  });
  if (options_.writes_models) recorder_->set_lineage(FLOE_TRY(read_lineage(context_, compiled_)));
  context_.warehouse_slot().fill(warehouse_.get());
  context_.set_trace(recorder_->traceparent(), baggage_of(compiled_));
  call_ = host_.make_call(context_.call_options());
  context_.audit().on_run(options_.run_id);
  recorder_->start();
  return ok();
}

Result<json::object> Pipeline::invoke_dbt(const std::string& command, const json::object& args) {
  const compile::PluginChoice& chosen = compiled_.plugins.at("dbt");
  const DbtClient client = FLOE_TRY(context_.dbt(chosen));
  json::object request =
      invoke_request(compiled_, command, args, recorder_->identity().run_id, recorder_->started_at_ns());
  if (FLOE_TRY(context_.dbt_keeps_graphs(chosen))) {
    request["graph"] = compiled_.graph.manifest_sha256;
  } else {
    FLOE_TRY(check_parsed_again(client, call_, request, compiled_));
  }
  const std::string answer = FLOE_TRY(client.invoke(call_.raw(), to_json(request)));
  return parse_json_object(answer);
}

Result<bool> Pipeline::selects_a_node(const json::object& request) {
  if (!compiled_.dbt_project) return false;
  json::object args = request;
  if (!args.contains("resource_type")) args["resource_type"] = json::array{"model", "seed", "snapshot", "test"};
  const json::object answer = FLOE_TRY(invoke_dbt("ls", args));
  const json::array* lines = get_array(answer, "lines");
  return lines != nullptr && !lines->empty();
}

json::object Pipeline::summary(bool success, bool interrupted) const {
  json::array results;
  for (const NodeResult& node : recorder_->results()) {
    json::object item{{"unique_id", node.unique_id},
                      {"resource_type", node.resource_type},
                      {"name", node.name},
                      {"status", node.status},
                      {"seconds", node.seconds},
                      {"rows", nullptr},
                      {"snapshot_id", snapshot_number(node.snapshot_id)},
                      {"message", node.message}};
    if (node.rows) item["rows"] = *node.rows;
    if (node.failures) item["failures"] = *node.failures;
    results.push_back(std::move(item));
  }
  const double elapsed = static_cast<double>(context_.clock().now_unix_ns() - recorder_->started_at_ns()) / 1e9;
  return json::object{
      {"run_id", recorder_->identity().run_id},
      {"verb", recorder_->identity().verb},
      {"product", recorder_->identity().product},
      {"success", success},
      {"interrupted", interrupted},
      {"elapsed_seconds", elapsed},
      {"artifact_sha256", text_or_null(compiled_.artifact_digest)},
      {"graph_sha256", compiled_.dbt_project && !compiled_.graph.nodes.empty() ? json::value(compiled_.graph.digest())
                                                                               : json::value(nullptr)},
      {"results", std::move(results)}};
}

void Pipeline::tell_people(bool success, const std::string& reason, DiagnosticSink& sink) {
  // `floe dbt` is how people try things.
  if (recorder_->identity().verb.starts_with("dbt ")) return;
  const auto alert =
      alert_of_run(compiled_, recorder_->results(), success, options_.is_whole, reason, context_.files());
  if (!alert) return;
  const AlertSubject subject{compiled_.product_name, compiled_.domain.value_or(""), context_.options().environment,
                             recorder_->identity().run_id};
  const std::string event = context_.redact_json(alert_event(*alert, subject, context_.clock()));
  send_alerts(host_, compiled_, {event}, context_.call_options(), kLastDelivery, sink);
}

// Records that could not be written fail the run, not what was committed.
void report_lost_records(const Error& error, DiagnosticSink& sink) {
  sink.report(error_diagnostic("FLOE-E0804", "run-records-lost", error.to_string())
                  .note("what the run committed to tables stays"));
}

void report_time_columns(const std::vector<std::string>& columns, DiagnosticSink& sink) {
  if (columns.empty()) return;
  sink.report(
      warning_diagnostic("FLOE-W1313", "time-columns",
                         fmt::format("Spark cannot read tables with columns of type TIME, such as `{}`", columns[0]))
          .note(fmt::format("new columns of type TIME in this run: {}", text::join(columns, ", ")))
          .help("if Spark is to read them, store the time as text or as a number of microseconds"));
}

Result<Answer> Pipeline::finish(bool success, const json::object* dbt_answer, DiagnosticSink& sink) {
  json::array pins;
  for (const auto& entry : warehouse_->catalog().pinned()) {
    pins.push_back(
        json::object{{"relation", entry.relation.dotted()}, {"snapshot_id", snapshot_number(entry.snapshot_id)}});
  }
  const Status pinned = recorder_->write_pins(to_json(json::object{{"pins", std::move(pins)}}));
  json::object answer = summary(success, false);
  if (dbt_answer != nullptr) {
    for (const char* key : {"lines", "show", "manifest_path"}) {
      const json::value* value = dbt_answer->if_contains(key);
      if (value != nullptr && !value->is_null()) answer[key] = *value;
    }
    // `show` answers rows in the shape of `floe show`.
    if (const json::object* show = get_object(answer, "show")) {
      const json::object rows = *show;
      for (const auto& [key, value] : rows)
        answer[key] = value;
      answer.erase("show");
    }
  }
  report_time_columns(warehouse_->new_time_columns(), sink);
  const Status recorded = recorder_->finish(success, false, to_pretty_json(answer));
  backends_->finish(kLastDelivery, sink);
  if (!pinned || !recorded) {
    report_lost_records(!pinned ? pinned.error() : recorded.error(), sink);
    success = false;
    answer["success"] = false;
  }
  tell_people(success, "records of the run could not be written", sink);
  return Answer{to_json(answer), success ? 0 : 1};
}

Result<Answer> Pipeline::fail_with(Error error, DiagnosticSink& sink) {
  const bool interrupted = error.code == ErrorCode::kCancelled;
  const Status recorded = recorder_->finish(false, interrupted, to_pretty_json(summary(false, interrupted)));
  backends_->finish(interrupted ? kInterruptedDelivery : kLastDelivery, sink);
  if (!recorded) report_lost_records(recorded.error(), sink);
  if (!interrupted) tell_people(false, error.to_string(), sink);
  // A disk that refuses is a failed run; what is wrong with the request or the project goes on as it is.
  if (error.code != ErrorCode::kIo && error.code != ErrorCode::kExhausted) {
    return std::move(error).with_detail("floe.answer", to_json(summary(false, interrupted)));
  }
  sink.report(error_diagnostic("FLOE-E0802", "input-output", error.to_string()));
  return Answer{to_json(summary(false, false)), 1};
}

// What a dbt runtime found besides the status of its nodes.
void report_dbt_findings(const compile::Compiled& compiled, const json::object& answer, DiagnosticSink& sink) {
  for (const char* key : {"warnings", "diagnostics"}) {
    const std::string text = get_string_or(answer, key, "");
    auto findings =
        text.empty() ? std::vector<Diagnostic>() : diagnostics_from_json(text).value_or(std::vector<Diagnostic>());
    for (Diagnostic& finding : findings)
      sink.report(compile::in_product(compiled, std::move(finding)));
  }
}

// A selection that names nothing, of a runtime that has no finding for it.
void report_empty_selection(DiagnosticSink& sink) {
  const auto& found = sink.all();
  if (std::any_of(found.begin(), found.end(), [](const Diagnostic& finding) { return finding.code == "FLOE-W0634"; }))
    return;
  sink.report(warning_diagnostic("FLOE-W0634", "empty-selection", "the selection leaves nothing to do")
                  .help("`floe dbt ls` with the same selection lists what it names"));
}

bool runs_nodes(const std::string& command) {
  return command == "build" || command == "run" || command == "test" || command == "seed" || command == "snapshot";
}

Status require_dbt_project(const compile::Compiled& compiled) {
  if (compiled.dbt_project) return ok();
  return diagnostics_error(ErrorCode::kNotFound,
                           error_diagnostic("FLOE-E0601", "project-missing",
                                            fmt::format("there is no dbt project in `{}`", compiled.project_root))
                               .help("name the folder of dbt_project.yml with --project-dir, or go there with -C"));
}

// The request with the selection of the schedule it names.
Result<json::object> with_schedule(const json::object& request, const compile::Compiled& compiled) {
  const std::string name = get_string_or(request, "schedule", "");
  json::object out = request;
  out.erase("schedule");
  if (name.empty()) return out;
  std::vector<std::string> known;
  for (const compile::Schedule& schedule : compiled.schedules) {
    known.push_back(schedule.name);
    if (schedule.name != name) continue;
    if (schedule.select.empty()) return out;
    if (request.contains("select") || request.contains("selector")) {
      return fail(ErrorCode::kInvalidArgument,
                  "a schedule selects its models itself: leave --select and --selector out");
    }
    json::array select;
    for (const std::string& word : schedule.select)
      select.emplace_back(word);
    out["select"] = std::move(select);
    return out;
  }
  return failf(ErrorCode::kNotFound, "the product has no schedule `{}` (there are: {})", name, text::join(known, ", "));
}

// The stages over one opened project; what is left is to finish.
Result<bool> run_opened(Pipeline& pipeline, const json::object& request, const Stages& stages,
                        std::optional<json::object>* dbt_answer, DiagnosticSink& sink) {
  if (stages.delivery) FLOE_TRY(pipeline.open_destinations(sink));
  bool success = true;
  const bool is_selection = stages.dbt_command.has_value() && selects_some(request);
  // Nobody asked for sources whose rows no selected node reads.
  const bool ingests = stages.ingestion && (!is_selection || pipeline.compiled().ingestion.empty() ||
                                            FLOE_TRY(pipeline.selects_a_node(request)));
  if (ingests) {
    const bool is_alone = !stages.dbt_command.has_value();
    success = FLOE_TRY(pipeline.ingest(is_alone ? get_texts(request, "select") : std::vector<std::string>(), sink));
  }
  // Models on half-loaded sources would publish wrong numbers.
  if (stages.dbt_command && success && pipeline.compiled().dbt_project) {
    *dbt_answer = FLOE_TRY(pipeline.invoke_dbt(*stages.dbt_command, request));
    report_dbt_findings(pipeline.compiled(), **dbt_answer, sink);
    success = get_bool_or(**dbt_answer, "success", false);
    const json::array* built = get_array(**dbt_answer, "results");
    const bool is_empty = built == nullptr || built->empty();
    if (is_selection && success && is_empty && runs_nodes(*stages.dbt_command)) report_empty_selection(sink);
    report_untold_nodes(pipeline.results(), sink);
  }
  if (is_selection && !pipeline.compiled().dbt_project) report_empty_selection(sink);
  if (!stages.delivery) return success;
  const bool delivered = FLOE_TRY(pipeline.deliver(request, success, sink));
  return success && delivered;
}

}  // namespace

Result<Answer> run_stages(Context& context, const json::object& request, const std::string& verb, const Stages& stages,
                          DiagnosticSink& sink) {
  const std::int64_t now = context.clock().now_unix_ns();
  compile::CompileRequest compile_what = compile_request(context, request);
  compile_what.wants_lineage = stages.writes_models();
  compile_what.invocation_id = new_run_id(now);
  compile_what.started_at = time::format_timestamp_micros(now / 1000) + "Z";
  compile_what.dbt = {.command = stages.dbt_command.value_or("build"),
                      .args = to_json(request),
                      .profiles_dir = get_string(request, "profiles_dir"),
                      .threads = kDefaultThreads,
                      .follows = stages.dbt_command.has_value()};
  auto compiled = FLOE_TRY(compile_project(context, compile_what, sink));
  if (verb.starts_with("dbt ")) FLOE_TRY(require_dbt_project(compiled));
  const json::object selected = FLOE_TRY(with_schedule(request, compiled));
  const bool is_whole = stages.ingestion && stages.dbt_command.has_value() && !selects_some(selected);
  const std::unique_ptr<Pipeline> pipeline = FLOE_TRY(Pipeline::open(
      context, std::move(compiled), {verb, compile_what.invocation_id, is_whole, stages.writes_models()}));
  std::optional<json::object> dbt_answer;
  auto success = run_opened(*pipeline, selected, stages, &dbt_answer, sink);
  if (!success) return pipeline->fail_with(std::move(success).error(), sink);
  return pipeline->finish(*success, dbt_answer ? &*dbt_answer : nullptr, sink);
}

std::string run_answer_schema() {
  return R"({"type": "object", "required": ["run_id", "verb", "success", "results"], "properties": {
  "run_id": {"type": "string"}, "verb": {"type": "string"}, "product": {"type": "string"},
  "success": {"type": "boolean"}, "interrupted": {"type": "boolean"}, "elapsed_seconds": {"type": "number"},
  "artifact_sha256": {"type": ["string", "null"]}, "graph_sha256": {"type": ["string", "null"]},
  "results": {"description": "docs/reference/run-records.md#node-records", "type": "array", "items": {
    "type": "object", "required": ["unique_id", "resource_type", "name", "status"],
    "properties": {
      "unique_id": {"type": "string"}, "resource_type": {"type": "string"}, "name": {"type": "string"},
      "status": {"enum": ["success", "pass", "warn", "fail", "error", "skipped"]}, "message": {"type": "string"},
      "rows": {"type": ["integer", "null"]}, "snapshot_id": {"type": ["integer", "null"]},
      "seconds": {"type": "number"}, "failures": {"type": "integer"}}}},
  "lines": {"type": "array", "items": {"type": "string"}}, "manifest_path": {"type": "string"},
  "columns": {"type": "array", "items": {"type": "object", "properties": {
    "name": {"type": "string"}, "type": {"type": "string"}}}},
  "rows": {"type": "array", "items": {"type": "object"}}}})";
}

Result<Answer> read_project(Context& context, const compile::Compiled& compiled, const std::string& command,
                            const json::object& args, DiagnosticSink& sink) {
  FLOE_TRY(require_dbt_project(compiled));
  const DbtClient client = FLOE_TRY(context.dbt(compiled.plugins.at("dbt")));
  PluginHost* host = FLOE_TRY(context.plugins());
  const HostCall call = host->make_call(context.call_options());
  const std::int64_t now = context.clock().now_unix_ns();
  const std::string id = get_string_or(args, "invocation_id", new_run_id(now));
  const json::object request = invoke_request(compiled, command, args, id, now);
  const std::string text = FLOE_TRY(client.invoke(call.raw(), to_json(request)));
  const json::object answer = FLOE_TRY(parse_json_object(text));
  report_dbt_findings(compiled, answer, sink);
  return Answer{text, get_bool_or(answer, "success", false) ? 0 : 1};
}

}  // namespace floe::run
