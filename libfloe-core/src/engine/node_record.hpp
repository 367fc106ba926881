// floe.node_record/1 as a struct: what a dbt runtime or the ingestion stage reports about one node.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::run {

enum class RecordEvent : std::uint8_t { kPlan, kStarted, kProgress, kFinished };

struct NodeRecord {
  RecordEvent event = RecordEvent::kStarted;
  std::string unique_id;
  std::string resource_type;
  std::string name;
  std::string relation;  // schema.identifier; "" for tests and hooks
  std::string materialized;
  std::string status;  // success, error, skipped, pass, warn, fail
  std::string message;
  std::string snapshot_id;  // "" = none
  std::string description;
  std::string sql;
  std::int64_t started_at_ns = 0;
  std::int64_t finished_at_ns = 0;
  std::optional<std::int64_t> rows;
  std::optional<std::int64_t> bytes;
  std::optional<std::int64_t> failures;
  std::vector<std::string> inputs;                           // schema.identifier of the relations the node reads
  std::vector<std::pair<std::string, std::string>> columns;  // name, type

  [[nodiscard]] bool failed() const { return status == "error" || status == "fail"; }

  [[nodiscard]] double seconds() const { return static_cast<double>(finished_at_ns - started_at_ns) / 1e9; }
};

Result<NodeRecord> parse_node_record(std::string_view json_text);

}  // namespace floe::run
