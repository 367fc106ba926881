#include "engine/recorder.hpp"

#include "rules/lineage/sql_facet.hpp"

#include "base/json/json.hpp"
#include "base/text/printable.hpp"

#include <algorithm>

namespace floe::run {
namespace {

// What floe does itself; the rest is dbt's.
bool is_own(const std::string& resource_type) { return resource_type == "ingestion" || resource_type == "destination"; }

std::string upper_type(const std::string& resource_type) {
  std::string out = resource_type;
  for (char& c : out)
    c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

telemetry::Attributes node_attributes(const NodeRecord& record) {
  telemetry::Attributes out{{"floe.node.id", record.unique_id},
                            {"floe.node.type", record.resource_type},
                            {"floe.node.status", record.status}};
  if (!record.relation.empty()) out.emplace_back("db.collection.name", record.relation);
  if (!record.materialized.empty()) out.emplace_back("floe.node.materialized", record.materialized);
  if (record.rows) out.emplace_back("db.response.returned_rows", *record.rows);
  if (record.bytes) out.emplace_back("floe.node.bytes", *record.bytes);
  if (!record.snapshot_id.empty()) out.emplace_back("iceberg.snapshot.id", record.snapshot_id);
  if (record.failures) out.emplace_back("floe.test.failures", *record.failures);
  return out;
}

std::vector<telemetry::MetricPoint> node_metrics(const NodeRecord& record) {
  telemetry::Attributes attributes{{"floe.node.id", record.unique_id}, {"floe.node.status", record.status}};
  const auto point = [&](const char* name, const char* unit, std::variant<std::int64_t, double> value) {
    return telemetry::MetricPoint{
        name, unit, telemetry::MetricKind::kGauge, value, record.started_at_ns, record.finished_at_ns, attributes};
  };
  std::vector<telemetry::MetricPoint> out;
  out.push_back(point("floe.node.duration", "s", record.seconds()));
  if (record.rows) out.push_back(point("floe.node.rows", "{row}", *record.rows));
  if (record.bytes) out.push_back(point("floe.node.bytes", "By", *record.bytes));
  if (record.failures) out.push_back(point("floe.test.failures", "{row}", *record.failures));
  return out;
}

}  // namespace

Recorder::Recorder(RunDirectory directory, RunIdentity identity, io::Clock& clock, EventSink events)
    : directory_(std::move(directory)),
      identity_(std::move(identity)),
      clock_(clock),
      events_(std::move(events)),
      trace_id_(telemetry::new_trace_id()),
      root_span_id_(telemetry::new_span_id()),
      started_at_ns_(clock.now_unix_ns()) {}

void Recorder::note(Status status) {
  if (!status && !first_problem_) first_problem_ = std::move(status).error();
}

std::string Recorder::job_name(const std::string& unique_id) const {
  return unique_id.empty() ? qualified_product() : qualified_product() + "." + unique_id;
}

std::string Recorder::qualified_product() const {
  return identity_.domain.empty() ? identity_.product : identity_.domain + "." + identity_.product;
}

telemetry::Attributes Recorder::resource() const {
  return {{"service.name", std::string("floe")},     {"service.version", std::string(FLOE_VERSION)},
          {"service.instance.id", identity_.run_id}, {"deployment.environment.name", identity_.environment},
          {"floe.product.name", identity_.product},  {"floe.product.version", identity_.product_version}};
}

void Recorder::write_event(const lineage::Event& event) {
  const std::string line =
      text::printable_json(lineage::event_to_json(event, qualified_product(), identity_.warehouse_uri));
  note(directory_.append_line("lineage.jsonl", line));
  if (backends_ != nullptr) backends_->lineage(line);
}

void Recorder::write_otlp(const char* signal, std::string_view document) {
  const std::string request = text::printable_json(document);
  note(directory_.append_line(std::string(signal) + ".jsonl", request));
  if (backends_ != nullptr) backends_->telemetry(signal, request);
}

void Recorder::start() {
  const std::lock_guard lock(mutex_);
  lineage::Event event;
  event.type = lineage::EventType::kStart;
  event.time_unix_ns = started_at_ns_;
  event.run_id = identity_.run_id;
  event.job = {job_name(""), "RUN", "FLOE", "", ""};
  write_event(event);
}

Status Recorder::record(std::string_view json_text) {
  const NodeRecord record = FLOE_TRY(parse_node_record(json_text));
  const std::lock_guard lock(mutex_);
  note(directory_.append_line("records.jsonl", json_text));
  if (record.event == RecordEvent::kStarted) {
    open_.insert(record.unique_id);
    write_lineage(record, lineage::EventType::kStart);
  } else if (record.event == RecordEvent::kFinished) {
    on_finished(record);
  }
  if (events_) events_(json_text);
  return ok();
}

void Recorder::on_finished(const NodeRecord& record) {
  const bool was_started = open_.erase(record.unique_id) > 0;
  results_.push_back(NodeResult{record.unique_id, record.resource_type, record.name, record.materialized, record.status,
                                record.seconds(), record.rows, record.failures, record.snapshot_id, record.message,
                                record.relation});
  // A skipped node never started: it has no run of its own.
  if (!was_started) return;
  write_span(record);
  write_lineage(record, record.failed() ? lineage::EventType::kFail : lineage::EventType::kComplete);
}

void Recorder::write_span(const NodeRecord& record) {
  telemetry::SpanRecord span;
  span.trace_id = trace_id_;
  span.span_id = telemetry::new_span_id();
  span.parent_span_id = root_span_id_;
  span.name = record.resource_type + " " + record.name;
  span.start_unix_ns = record.started_at_ns;
  span.end_unix_ns = record.finished_at_ns;
  span.attributes = node_attributes(record);
  span.failed = record.failed();
  span.status_message = record.message;
  write_otlp("traces", telemetry::spans_to_otlp_json(resource(), {span}));
  write_otlp("metrics", telemetry::metrics_to_otlp_json(resource(), node_metrics(record)));
}

// Of a table and inputs that the run calls otherwise than the compile did (another profile), nothing is known.
lineage::TableLineage Recorder::lineage_of(const NodeRecord& record) const {
  const auto node = lineage_.find(record.unique_id);
  if (node == lineage_.end() || node->second.table != record.relation) return {};
  lineage::TableLineage out = lineage::table_lineage(lineage_, record.unique_id);
  const auto is_unknown = [&](const lineage::InputField& field) {
    return std::find(record.inputs.begin(), record.inputs.end(), field.table) == record.inputs.end();
  };
  std::erase_if(out.columns, [&](const lineage::OutputColumn& column) {
    return std::any_of(column.inputs.begin(), column.inputs.end(), is_unknown);
  });
  std::erase_if(out.rows, is_unknown);
  return out;
}

void Recorder::write_lineage(const NodeRecord& record, lineage::EventType type) {
  lineage::Event event;
  event.type = type;
  event.time_unix_ns = type == lineage::EventType::kStart ? record.started_at_ns : record.finished_at_ns;
  event.run_id = lineage::job_run_id(identity_.run_id, record.unique_id);
  event.job = {job_name(record.unique_id), upper_type(record.resource_type),
               is_own(record.resource_type) ? "FLOE" : "DBT", lineage::sql_facet(record.sql, sql_facet_),
               record.description};
  event.parent_run_id = identity_.run_id;
  event.parent_job_name = job_name("");
  if (type == lineage::EventType::kFail) event.error_message = lineage::error_facet(record.message, sql_facet_);
  for (const std::string& input : record.inputs) {
    event.inputs.push_back({input, {}, input_version_ ? input_version_(input) : "", {}, {}});
  }
  if (!record.relation.empty()) {
    lineage::Dataset output{record.relation, {}, record.snapshot_id, record.rows, record.bytes};
    const bool asks = record.columns.empty() && type != lineage::EventType::kStart && output_columns_;
    for (const auto& [name, column_type] : asks ? output_columns_(record.relation) : record.columns) {
      output.columns.push_back({name, column_type, ""});
    }
    if (type == lineage::EventType::kComplete) output.lineage = lineage_of(record);
    event.outputs.push_back(std::move(output));
  }
  write_event(event);
}

Status Recorder::finish(bool success, bool interrupted, std::string_view summary_json) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = clock_.now_unix_ns();
  telemetry::SpanRecord span;
  span.trace_id = trace_id_;
  span.span_id = root_span_id_;
  span.name = "floe " + identity_.verb;
  span.start_unix_ns = started_at_ns_;
  span.end_unix_ns = now;
  span.attributes = {{"floe.run.id", identity_.run_id}, {"floe.run.nodes", static_cast<std::int64_t>(results_.size())}};
  span.failed = !success;
  write_otlp("traces", telemetry::spans_to_otlp_json(resource(), {span}));

  lineage::Event event;
  event.type =
      interrupted ? lineage::EventType::kAbort : (success ? lineage::EventType::kComplete : lineage::EventType::kFail);
  event.time_unix_ns = now;
  event.run_id = identity_.run_id;
  event.job = {job_name(""), "RUN", "FLOE", "", ""};
  write_event(event);
  note(directory_.write("run.json", summary_json));
  if (first_problem_) return std::move(*first_problem_).with_context("writing the run records");
  return ok();
}

std::vector<NodeResult> Recorder::results() const {
  const std::lock_guard lock(mutex_);
  return results_;
}

}  // namespace floe::run
