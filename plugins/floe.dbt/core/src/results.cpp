#include "results.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::dbt_core {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

// From `[{"name": "compile", "started_at": ...}, {"name": "execute", ...}]`: the first start and the last end.
void read_timing(const json::object& node, json::object* record) {
  const json::array* timing = get_array(node, "timing");
  std::int64_t started = 0;
  std::int64_t finished = 0;
  for (const json::value& item : timing == nullptr ? json::array() : *timing) {
    const json::object* phase = item.if_object();
    if (phase == nullptr) continue;
    if (started == 0) started = nanoseconds_of(get_string_or(*phase, "started_at", ""));
    finished = std::max(finished, nanoseconds_of(get_string_or(*phase, "completed_at", "")));
  }
  (*record)["started_at_ns"] = started;
  (*record)["finished_at_ns"] = std::max(started, finished);
}

// `model.shop.orders`: model, orders.
std::pair<std::string, std::string> parts_of(const std::string& unique_id) {
  const auto parts = text::split(unique_id, '.');
  return {std::string(parts.front()), std::string(parts.size() > 2 ? parts[2] : parts.back())};
}

NodeOutcome outcome_of(const json::object& node) {
  const std::string unique_id = get_string_or(node, "unique_id", "");
  json::object result{{"unique_id", unique_id},
                      {"status", get_string_or(node, "status", "error")},
                      {"message", nullptr},
                      {"failures", nullptr},
                      {"seconds", get_double(node, "execution_time").value_or(0)},
                      {"rows", nullptr},
                      {"snapshot_id", nullptr},
                      {"relation_name", nullptr}};
  for (const char* key : {"message", "failures", "relation_name"}) {
    if (const json::value* value = node.if_contains(key)) result[key] = *value;
  }
  const auto [type, name] = parts_of(unique_id);
  json::object record{{"schema", "floe.node_record/1"},
                      {"event", "finished"},
                      {"unique_id", unique_id},
                      {"resource_type", type},
                      {"name", name},
                      {"status", result["status"]},
                      {"message", result["message"]},
                      {"failures", result["failures"]}};
  read_timing(node, &record);
  return {std::move(result), std::move(record)};
}

Result<std::optional<json::object>> read_artifact(const Invocation& invocation, const char* name) {
  const auto text = io::make_disk_file_system()->read(io::join_path(invocation.target_path, name));
  if (!text && text.error().code == ErrorCode::kNotFound) return std::optional<json::object>();
  if (!text) return text.error();
  return std::optional<json::object>(FLOE_TRY(parse_json_object(*text)));
}

// The sources a node reads, dotted.
std::vector<std::string> sources_of(const json::object& manifest, const std::string& unique_id) {
  std::vector<std::string> out;
  const json::object* parents = get_object(manifest, "parent_map");
  const json::object* sources = get_object(manifest, "sources");
  const json::array* inputs = parents == nullptr ? nullptr : get_array(*parents, unique_id);
  for (const json::value& input : inputs == nullptr ? json::array() : *inputs) {
    const json::object* source =
        sources == nullptr || !input.is_string() ? nullptr : get_object(*sources, to_view(input.get_string()));
    if (source == nullptr) continue;
    out.push_back(get_string_or(*source, "schema", "") + "." + get_string_or(*source, "identifier", ""));
  }
  return out;
}

// Of a test that failed or warns; as the native engine says it.
Diagnostic verdict_of_test(const json::object& result, const json::object& manifest) {
  const std::string unique_id = get_string_or(result, "unique_id", "");
  const std::string name = parts_of(unique_id).second;
  std::string message = get_string_or(result, "message", "");
  if (message.starts_with("Got")) message.front() = 'g';
  Diagnostic out =
      get_string_or(result, "status", "") == "warn"
          ? warning_diagnostic("FLOE-W0632", "test-warned", fmt::format("test `{}` warns: {}", name, message))
          : error_diagnostic("FLOE-E0632", "test-failed", fmt::format("test `{}` failed: {}", name, message));
  const json::object* nodes = get_object(manifest, "nodes");
  const json::object* node = nodes == nullptr ? nullptr : get_object(*nodes, unique_id);
  const std::string file = node == nullptr ? "" : get_string_or(*node, "original_file_path", "");
  if (!file.empty()) out.labels.push_back({Span{file}, "", true});
  out.address = unique_id;
  return out;
}

}  // namespace

Result<std::optional<Outcomes>> read_outcomes(const Invocation& invocation) {
  const auto artifact = FLOE_TRY(read_artifact(invocation, "run_results.json"));
  if (!artifact) return std::optional<Outcomes>();
  Outcomes out;
  out.elapsed_seconds = get_double(*artifact, "elapsed_time").value_or(0);
  for (const json::value& node : *FLOE_TRY(require_array(*artifact, "results"))) {
    if (node.is_object()) out.nodes.push_back(outcome_of(node.get_object()));
  }
  return std::optional<Outcomes>(std::move(out));
}

Result<std::vector<Diagnostic>> findings_of(const Outcomes& outcomes, const Invocation& invocation,
                                            const std::vector<std::string>& tables, const std::string& database) {
  std::vector<Diagnostic> out;
  std::optional<json::object> manifest;
  for (const NodeOutcome& node : outcomes.nodes) {
    const std::string status = get_string_or(node.result, "status", "");
    if (status != "error" && status != "fail" && status != "warn") continue;
    if (!manifest) manifest = FLOE_TRY(read_artifact(invocation, "manifest.json")).value_or(json::object());
    if (status != "error") {
      out.push_back(verdict_of_test(node.result, *manifest));
      continue;
    }
    Diagnostic finding = error_of_dbt(get_string_or(node.result, "message", ""));
    const std::string unique_id = get_string_or(node.result, "unique_id", "");
    finding.address = unique_id;
    for (const std::string& source : sources_of(*manifest, unique_id)) {
      if (std::find(tables.begin(), tables.end(), source) == tables.end()) continue;
      finding.notes.push_back(
          fmt::format("`{}` is an Iceberg table of floe: dbt-core works in {} and does not see it", source, database));
      finding.helps = {"run the project with `plugins.dbt: native`, or load the source into that database"};
    }
    out.push_back(std::move(finding));
  }
  return out;
}

}  // namespace floe::dbt_core
