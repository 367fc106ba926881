// Turns node records into what people and tools see: events for the display, spans and metrics (OTLP), OpenLineage
// events, results, and the files under .floe/runs/<id>/.
#pragma once

#include "engine/node_record.hpp"
#include "engine/record_backends.hpp"
#include "engine/run_directory.hpp"
#include "model/compiled.hpp"
#include "rules/lineage/lineage_graph.hpp"
#include "rules/lineage/open_lineage.hpp"
#include "telemetry/otlp.hpp"

#include "base/io/environment.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace floe::run {

struct RunIdentity {
  std::string run_id;
  std::string verb;  // run, ingest, test, dbt build
  std::string product;
  std::string product_version;
  std::string warehouse_uri;
  std::string environment;  // dev
  std::string domain = {};  // "" = none
};

struct NodeResult {
  std::string unique_id;
  std::string resource_type;
  std::string name;
  std::string materialized;
  std::string status;
  double seconds = 0;
  std::optional<std::int64_t> rows;
  std::optional<std::int64_t> failures;
  std::string snapshot_id;
  std::string message;
  std::string relation;  // main.orders; "" = none
};

// Thread-safe. A record that cannot be written is remembered and reported by finish(): it never fails a node.
class Recorder {
 public:
  using EventSink = std::function<void(std::string_view json)>;
  // Name and type of the columns the run wrote under that relation.
  using OutputColumns = std::function<std::vector<std::pair<std::string, std::string>>(const std::string& relation)>;
  using InputVersion = std::function<std::string(const std::string& relation)>;  // snapshot id, "" = unknown

  Recorder(RunDirectory directory, RunIdentity identity, io::Clock& clock, EventSink events);

  void set_input_version(InputVersion version) { input_version_ = std::move(version); }

  void set_output_columns(OutputColumns columns) { output_columns_ = std::move(columns); }

  // Of the compiled product: what its models write says where its columns come from.
  void set_lineage(lineage::Graph graph) { lineage_ = std::move(graph); }

  // Of the platform: what lineage events say of the SQL of a node.
  void set_sql_facet(compile::SqlFacet facet) { sql_facet_ = facet; }

  // Gets every span, metric and lineage event as well; outlives this, or is nullptr.
  void set_backends(RecordBackends* backends) { backends_ = backends; }

  void start();
  Status record(std::string_view json_text);

  Status write_pins(std::string_view json_text) { return directory_.write("pins.json", json_text); }

  // Ends the root span and event and writes run.json. `summary_json` is the answer of the verb.
  Status finish(bool success, bool interrupted, std::string_view summary_json);

  [[nodiscard]] std::vector<NodeResult> results() const;

  [[nodiscard]] const RunIdentity& identity() const { return identity_; }

  [[nodiscard]] const std::string& trace_id() const { return trace_id_; }

  // W3C, of the span of the whole run.
  [[nodiscard]] std::string traceparent() const { return "00-" + trace_id_ + "-" + root_span_id_ + "-01"; }

  [[nodiscard]] std::int64_t started_at_ns() const { return started_at_ns_; }

 private:
  void note(Status status);
  void on_finished(const NodeRecord& record);
  void write_event(const lineage::Event& event);
  void write_otlp(const char* signal, std::string_view document);
  void write_lineage(const NodeRecord& record, lineage::EventType type);
  [[nodiscard]] lineage::TableLineage lineage_of(const NodeRecord& record) const;
  void write_span(const NodeRecord& record);
  [[nodiscard]] std::string qualified_product() const;  // with its domain: jobs of all domains meet in one backend
  [[nodiscard]] std::string job_name(const std::string& unique_id) const;
  [[nodiscard]] telemetry::Attributes resource() const;

  RunDirectory directory_;
  RunIdentity identity_;
  io::Clock& clock_;
  EventSink events_;
  InputVersion input_version_;
  OutputColumns output_columns_;
  lineage::Graph lineage_;
  compile::SqlFacet sql_facet_ = compile::SqlFacet::kFull;
  RecordBackends* backends_ = nullptr;
  std::string trace_id_;
  std::string root_span_id_;
  std::int64_t started_at_ns_ = 0;

  mutable std::mutex mutex_;
  std::vector<NodeResult> results_;
  std::set<std::string> open_;  // started, not finished
  std::optional<Error> first_problem_;
};

}  // namespace floe::run
