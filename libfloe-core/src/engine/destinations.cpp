#include "engine/destinations.hpp"

#include "engine/compiled_project.hpp"
#include "warehouse/counted_rows.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::run {
namespace {

using compile::Destination;
using warehouse::Relation;

void report_failure(const Destination& destination, const char* what, const Error& error, DiagnosticSink& sink) {
  if (report_findings(error, sink)) return;
  sink.report(error_diagnostic("FLOE-E0811", "delivery-failed",
                               fmt::format("destination `{}` {}: {}", destination.name, what, error.to_string()))
                  .at(destination.span, "this destination"));
}

// A sink that stops early, or says fewer rows than it was given, has lost some.
Status check_all_delivered(const warehouse::ReadRows& read, std::int64_t delivered) {
  if (!read.is_ended)
    return failf(ErrorCode::kData, "the sink read {} and not the others", text::counted(read.rows, "row"));
  if (delivered == read.rows) return ok();
  return failf(ErrorCode::kData, "the sink was given {} and delivered {}", text::counted(read.rows, "row"), delivered);
}

json::object record_of(const compile::Compiled& compiled, const Destination& destination, const char* event,
                       std::int64_t started) {
  return json::object{{"schema", "floe.node_record/1"},
                      {"event", event},
                      {"unique_id", "destination." + compiled.product_name + "." + destination.name},
                      {"resource_type", "destination"},
                      {"name", destination.name},
                      {"relation", nullptr},
                      {"materialized", destination.sink.type},
                      {"started_at_ns", started}};
}

// Whether it is a node whose name stands for its table.
bool makes_table(const NodeResult& node) {
  const std::string& type = node.resource_type;
  return !node.relation.empty() && (type == "model" || type == "seed" || type == "snapshot");
}

// The same rows to the same place in the same form have the same key, in whichever run.
std::string idempotency_key(const Destination& destination, const std::string& snapshot_id, const std::string& run_id) {
  constexpr std::size_t kDigits = 12;
  return fmt::format("{}-{}-{}", destination.name, snapshot_id.empty() ? run_id : snapshot_id,
                     text::sha256_hex(destination.sink.config + destination.target).substr(0, kDigits));
}

}  // namespace

Result<Destinations> Destinations::open(PluginHost& host, const compile::Compiled& compiled, const CallOptions& options,
                                        DiagnosticSink& sink) {
  Destinations out(host, compiled, host.make_call(options));
  bool all_well = true;
  for (const Destination& destination : compiled.destinations) {
    Opened opened{&destination, {}, 0};
    opened.instance =
        FLOE_TRY(host.open_instance("floe.sinks", destination.sink.type, destination.sink.config, options));
    const auto handle = opened.instance.client<SinkClient>().open(out.call_.raw(), destination.target);
    if (handle) {
      opened.handle = *handle;
      out.opened_.push_back(std::move(opened));
      continue;
    }
    if (handle.error().code == ErrorCode::kCancelled) return handle.error();
    report_failure(destination, "cannot be opened", handle.error(), sink);
    all_well = false;
  }
  if (!all_well) return fail(ErrorCode::kData, "a destination cannot be opened");
  return out;
}

Destinations::~Destinations() {
  for (const Opened& opened : opened_)
    static_cast<void>(opened.instance.client<SinkClient>().close(call_.raw(), opened.handle).has_value());
}

// The table of a destination; nullopt when this run is about others.
std::optional<Relation> Destinations::relation_of(const Destination& destination, const Run& run) const {
  const std::string& table = destination.source_table;
  const bool is_dotted = table.find('.') != std::string::npos;
  for (const NodeResult& node : run.recorder.results()) {
    const bool is_named = makes_table(node) && node.name == table;
    if (is_dotted ? text::equals_ignore_case_ascii(node.relation, table) : is_named) {
      const auto relation = warehouse::relation_from_text(node.relation);
      if (relation) return *relation;
    }
  }
  if (run.is_selection || !is_dotted) return std::nullopt;
  const auto relation = warehouse::relation_from_text(table);
  return relation ? std::optional<Relation>(*relation) : std::nullopt;
}

Result<bool> Destinations::deliver(const Run& run) {
  std::vector<std::pair<const Opened*, Relation>> wanted;
  bool all_well = true;
  for (const Opened& opened : opened_) {
    const auto relation = relation_of(*opened.destination, run);
    if (relation) wanted.emplace_back(&opened, *relation);
    if (relation || run.is_selection || !run.went_well) continue;
    const Destination& destination = *opened.destination;
    report_failure(destination, "was not delivered",
                   failf(ErrorCode::kNotFound, "this run wrote no table `{}`", destination.source_table), run.sink);
    all_well = false;
  }
  if (wanted.empty()) return all_well;
  FLOE_TRY(run.recorder.record(
      to_json(json::object{{"schema", "floe.node_record/1"}, {"event", "plan"}, {"total", wanted.size()}})));
  for (const auto& [opened, relation] : wanted) {
    if (run.warehouse.compute().host()->is_cancelled(run.call) != 0) return fail(ErrorCode::kCancelled, "interrupted");
    if (!FLOE_TRY(deliver_recorded(*opened, relation, run))) all_well = false;
  }
  return all_well;
}

Result<bool> Destinations::deliver_recorded(const Opened& opened, const Relation& relation, const Run& run) {
  const Destination& destination = *opened.destination;
  const std::int64_t started = run.clock.now_unix_ns();
  json::object finished = record_of(compiled_, destination, "finished", started);
  finished["inputs"] = json::array{relation.to_relation()};
  if (!run.went_well) {
    finished["finished_at_ns"] = started;
    finished["status"] = "skipped";
    finished["message"] = "not everything of this run went well";
    FLOE_TRY(run.recorder.record(to_json(finished)));
    return true;
  }
  json::object begun = record_of(compiled_, destination, "started", started);
  begun["inputs"] = finished["inputs"];
  FLOE_TRY(run.recorder.record(to_json(begun)));
  const Result<Delivered> delivered = deliver_one(opened, relation, run);
  finished["finished_at_ns"] = run.clock.now_unix_ns();
  finished["status"] = delivered ? "success" : "error";
  if (delivered) {
    finished["rows"] = delivered->rows;
    finished["bytes"] = delivered->bytes;
    if (!delivered->snapshot_id.empty()) finished["snapshot_id"] = delivered->snapshot_id;
    finished["message"] = delivered->is_old ? "OK, delivered before" : "OK";
  } else {
    finished["message"] = delivered.error().to_string();
  }
  FLOE_TRY(run.recorder.record(to_json(finished)));
  if (delivered) return true;
  if (delivered.error().code == ErrorCode::kCancelled) return delivered.error();
  report_failure(destination, "was not delivered", delivered.error(), run.sink);
  return false;
}

Result<Destinations::Delivered> Destinations::deliver_one(const Opened& opened, const Relation& relation,
                                                          const Run& run) {
  Call call(host_.raw(), run.call);
  const std::string options = to_json(json::object{{"node_id", opened.destination->name}});
  const std::uint64_t session = FLOE_TRY(run.warehouse.open_session(call, options));
  auto delivered = send(opened, relation, session, run);
  const Status closed = run.warehouse.close_session(call, session);
  if (delivered && !closed) return closed.error();
  return delivered;
}

Result<Destinations::Delivered> Destinations::send(const Opened& opened, const Relation& relation,
                                                   std::uint64_t session, const Run& run) {
  FLOE_TRY(run.warehouse.check_reach(relation));
  const auto entry = FLOE_TRY(run.warehouse.catalog().find(run.call, relation));
  if (!entry) return failf(ErrorCode::kNotFound, "table `{}` does not exist", relation.dotted());
  Delivered delivered;
  // A view has no snapshot of its own.
  if (entry->kind == warehouse::RelationKind::kTable) {
    delivered.snapshot_id = FLOE_TRY(run.warehouse.catalog().pin(run.call, relation));
  }
  FLOE_TRY(run.warehouse.binder().bind(run.call, session, {entry->relation}));
  const std::string sql = "select * from " + entry->relation.quoted();
  auto answer = FLOE_TRY(run.warehouse.compute().query(run.call, session, sql, ArrowStream()));
  const std::string& run_id = run.recorder.identity().run_id;
  json::object options{{"idempotency_key", idempotency_key(*opened.destination, delivered.snapshot_id, run_id)},
                       {"run_id", run_id},
                       {"on_error", "fail"}};
  if (!delivered.snapshot_id.empty()) options["snapshot_id"] = delivered.snapshot_id;
  const auto read = std::make_shared<warehouse::ReadRows>();
  const std::string text = FLOE_TRY(opened.instance.client<SinkClient>().write(
      run.call, opened.handle, warehouse::counted_rows(std::move(answer.rows), read), to_json(options)));
  const json::object result = FLOE_TRY(parse_json_object(text));
  if (const json::array* errors = get_array(result, "errors"); errors != nullptr && !errors->empty()) {
    const json::object* first = errors->front().if_object();
    return failf(ErrorCode::kData, "the sink refused {}, the first one with: {}",
                 text::counted(std::ssize(*errors), "row"),
                 first == nullptr ? "no reason" : get_string_or(*first, "message", "no reason"));
  }
  delivered.rows = get_int(result, "rows").value_or(0);
  delivered.bytes = get_int(result, "bytes").value_or(0);
  delivered.is_old = get_bool_or(result, "already_delivered", false);
  if (!delivered.is_old) FLOE_TRY(check_all_delivered(*read, delivered.rows));
  return delivered;
}

}  // namespace floe::run
