// OpenLineage run events (spec 2-0-2) for jobs of a floe run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace floe::lineage {

enum class EventType : std::uint8_t { kStart, kComplete, kFail, kAbort };

struct Column {
  std::string name;
  std::string type;
  std::string description;
};

// One use of a column of an input.
struct InputField {
  std::string table;
  std::string column;
  std::string type;     // DIRECT, INDIRECT
  std::string subtype;  // IDENTITY ...

  bool operator==(const InputField&) const = default;
};

struct OutputColumn {
  std::string name;
  std::vector<InputField> inputs;
};

// Columns whose origins are not known exactly are left out.
struct TableLineage {
  std::vector<OutputColumn> columns;
  std::vector<InputField> rows;  // what decides which rows there are, and in which order
};

struct Dataset {
  std::string name;  // main.orders
  std::vector<Column> columns;
  std::string version;               // Iceberg snapshot id; "" = unknown
  std::optional<std::int64_t> rows;  // written; outputs only
  std::optional<std::int64_t> bytes;
  TableLineage lineage = {};  // outputs only
};

struct Job {
  std::string name;         // customer-analytics.model.shop.orders
  std::string job_type;     // MODEL, SEED, TEST, INGESTION, RUN
  std::string integration;  // DBT, FLOE
  std::string sql;          // "" = no sql facet
  std::string description;
};

struct Event {
  EventType type = EventType::kStart;
  std::int64_t time_unix_ns = 0;
  std::string run_id;  // UUID
  Job job;
  std::string parent_run_id;  // "" = this is the root
  std::string parent_job_name;
  std::vector<Dataset> inputs;
  std::vector<Dataset> outputs;
  std::string error_message;  // kFail
};

// `job_namespace`: of jobs (the product); `dataset_namespace`: of tables (the warehouse URI). No newline at the end.
std::string event_to_json(const Event& event, const std::string& job_namespace, const std::string& dataset_namespace);

// A UUID that depends on the run and the job only, so that START and COMPLETE of a node agree.
std::string job_run_id(const std::string& run_id, const std::string& job_name);

}  // namespace floe::lineage
