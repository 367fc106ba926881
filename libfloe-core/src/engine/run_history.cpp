#include "engine/run_history.hpp"

#include "base/text/text.hpp"

#include <algorithm>
#include <charconv>
#include <functional>

namespace floe::run {
namespace {

constexpr std::size_t kMostRuns = 20;

// Run ids are UUIDs of version 7: they begin with milliseconds since 1970.
std::int64_t start_of_run(const std::string& id) {
  std::string digits = id.substr(0, 13);
  std::erase(digits, '-');
  std::int64_t unix_ms = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), unix_ms, 16);
  return end.ec == std::errc() ? unix_ms * 1'000'000 : 0;
}

void each_line(const std::string& path, io::FileSystem& files, const std::function<void(const json::object&)>& body) {
  const auto text = files.read(path);
  if (!text) return;
  for (const std::string_view line : text::split(*text, '\n')) {
    const auto object = parse_json_object(line);
    if (object) body(*object);
  }
}

json::value member(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found == nullptr ? json::value(nullptr) : *found;
}

void add_results(const std::string& directory, io::FileSystem& files, std::size_t run, RunHistory* history) {
  each_line(io::join_path(directory, "records.jsonl"), files, [&](const json::object& record) {
    if (get_string_or(record, "event", "") != "finished") return;
    const std::string id = get_string_or(record, "unique_id", "");
    if (history->results.contains(id)) return;
    const std::int64_t took =
        get_int(record, "finished_at_ns").value_or(0) - get_int(record, "started_at_ns").value_or(0);
    history->results[id] = json::object{{"run", run},
                                        {"status", member(record, "status")},
                                        {"seconds", static_cast<double>(took) / 1e9},
                                        {"rows", member(record, "rows")},
                                        {"failures", member(record, "failures")},
                                        {"snapshot_id", member(record, "snapshot_id")},
                                        {"message", member(record, "message")},
                                        {"sql", member(record, "sql")}};
  });
}

void add_tables(const std::string& directory, io::FileSystem& files, RunHistory* history) {
  each_line(io::join_path(directory, "lineage.jsonl"), files, [&](const json::object& event) {
    const json::array* outputs = get_array(event, "outputs");
    if (outputs == nullptr) return;
    for (const json::value& output : *outputs) {
      const json::object& dataset = output.as_object();
      const json::object* facets = get_object(dataset, "facets");
      const json::object* schema = facets == nullptr ? nullptr : get_object(*facets, "schema");
      const std::string name = get_string_or(dataset, "name", "");
      if (schema == nullptr || history->tables.contains(name)) continue;
      history->tables[name] = member(*schema, "fields");
    }
  });
}

json::object run_summary(const std::string& directory, const std::string& id, io::FileSystem& files) {
  const auto text = files.read(io::join_path(directory, "run.json"));
  const auto answer = text ? parse_json_object(*text) : Result<json::object>(json::object());
  const json::object run = answer ? *answer : json::object();
  const json::array* results = get_array(run, "results");
  return {{"id", id},
          {"verb", member(run, "verb")},
          {"started_at_ns", start_of_run(id)},
          {"elapsed_seconds", member(run, "elapsed_seconds")},
          {"success", get_bool_or(run, "success", false)},
          {"interrupted", get_bool_or(run, "interrupted", false)},
          {"nodes", results == nullptr ? json::value(nullptr) : json::value(results->size())}};
}

}  // namespace

namespace {

// The folders of runs, the newest first: ids sort by time.
Result<std::vector<std::string>> run_ids(const std::string& runs_directory, io::FileSystem& files) {
  std::vector<std::string> ids;
  const io::FileInfo info = FLOE_TRY(files.stat(runs_directory));
  if (info.kind != io::FileKind::kDirectory) return ids;
  for (const io::DirectoryEntry& entry : FLOE_TRY(files.list(runs_directory)))
    ids.push_back(entry.name);
  std::reverse(ids.begin(), ids.end());
  return ids;
}

std::set<std::string> written_relations(const std::string& directory, const std::string& warehouse_uri,
                                        io::FileSystem& files) {
  std::set<std::string> relations;
  each_line(io::join_path(directory, "lineage.jsonl"), files, [&](const json::object& event) {
    const json::array* outputs = get_array(event, "outputs");
    if (outputs == nullptr || get_string_or(event, "eventType", "") != "COMPLETE") return;
    for (const json::value& output : *outputs) {
      if (get_string_or(output.as_object(), "namespace", "") != warehouse_uri) continue;
      relations.insert(get_string_or(output.as_object(), "name", ""));
    }
  });
  return relations;
}

}  // namespace

Result<WrittenTables> last_written_tables(const std::string& runs_directory, const std::string& warehouse_uri,
                                          io::FileSystem& files) {
  for (const std::string& id : FLOE_TRY(run_ids(runs_directory, files))) {
    auto relations = written_relations(io::join_path(runs_directory, id), warehouse_uri, files);
    if (!relations.empty()) return WrittenTables{id, std::move(relations)};
  }
  return WrittenTables();
}

Result<RunHistory> read_run_history(const std::string& runs_directory, io::FileSystem& files) {
  RunHistory history;
  for (const std::string& id : FLOE_TRY(run_ids(runs_directory, files))) {
    if (history.runs.size() == kMostRuns) break;
    const std::string directory = io::join_path(runs_directory, id);
    history.runs.push_back(run_summary(directory, id, files));
    add_results(directory, files, history.runs.size() - 1, &history);
    add_tables(directory, files, &history);
  }
  return history;
}

}  // namespace floe::run
