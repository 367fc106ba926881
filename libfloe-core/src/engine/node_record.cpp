#include "engine/node_record.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::run {
namespace {

Result<RecordEvent> parse_event(const std::string& name) {
  if (name == "plan") return RecordEvent::kPlan;
  if (name == "started") return RecordEvent::kStarted;
  if (name == "progress") return RecordEvent::kProgress;
  if (name == "finished") return RecordEvent::kFinished;
  return failf(ErrorCode::kData, "node record event `{}` is none of plan, started, progress, finished", name);
}

std::string relation_name(const json::object& relation) {
  const std::string schema = get_string_or(relation, "schema", "");
  const std::string identifier = get_string_or(relation, "identifier", "");
  return identifier.empty() ? identifier : schema + "." + identifier;
}

void read_columns(const json::object& object, NodeRecord* record) {
  const json::array* columns = get_array(object, "columns");
  if (columns == nullptr) return;
  for (const json::value& column : *columns) {
    if (!column.is_object()) continue;
    const json::object& fields = column.as_object();
    record->columns.emplace_back(get_string_or(fields, "name", ""),
                                 get_string_or(fields, "sql_type", get_string_or(fields, "type", "")));
  }
}

}  // namespace

Result<NodeRecord> parse_node_record(std::string_view json_text) {
  const json::object object = FLOE_TRY(parse_json_object(json_text));
  NodeRecord record;
  record.event = FLOE_TRY(parse_event(get_string_or(object, "event", "")));
  record.unique_id = get_string_or(object, "unique_id", "");
  record.resource_type = get_string_or(object, "resource_type", "");
  record.name = get_string_or(object, "name", "");
  record.materialized = get_string_or(object, "materialized", "");
  record.status = get_string_or(object, "status", "");
  record.message = get_string_or(object, "message", "");
  record.snapshot_id = get_string_or(object, "snapshot_id", "");
  record.description = get_string_or(object, "description", "");
  record.sql = get_string_or(object, "sql", "");
  record.started_at_ns = get_int(object, "started_at_ns").value_or(0);
  record.finished_at_ns = get_int(object, "finished_at_ns").value_or(0);
  record.rows = get_int(object, "rows");
  record.bytes = get_int(object, "bytes");
  record.failures = get_int(object, "failures");
  if (const json::object* relation = get_object(object, "relation")) record.relation = relation_name(*relation);
  if (const json::array* inputs = get_array(object, "inputs")) {
    for (const json::value& input : *inputs) {
      if (input.is_object()) record.inputs.push_back(relation_name(input.as_object()));
    }
  }
  read_columns(object, &record);
  return record;
}

}  // namespace floe::run
