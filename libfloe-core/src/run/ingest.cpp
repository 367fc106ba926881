#include "run/ingest.hpp"

#include "run/verbs.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::run {
namespace {

using compile::IngestionSource;
using warehouse::Relation;

struct Loaded {
  std::string snapshot_id;
  std::int64_t rows = 0;
  std::int64_t rejected = 0;
  std::int64_t bytes = 0;
};

Relation relation_of(const IngestionSource& source) {
  Relation relation;
  for (std::size_t i = 0; i + 1 < source.table.size(); ++i) {
    if (i > 0) relation.schema += '.';
    relation.schema += source.table[i];
  }
  relation.identifier = source.table.back();
  return relation;
}

std::string unique_id(const compile::Compiled& compiled, const IngestionSource& source) {
  return "ingestion." + compiled.product_name + "." + source.name;
}

// Files of a source, sorted, so that a table does not depend on the order of the directory.
Result<std::vector<std::string>> source_files(const std::string& root, const IngestionSource& source,
                                              io::FileSystem& files) {
  const std::string path = io::join_path(root, source.path);
  if (path.find_first_of("*?[") == std::string::npos) {
    const io::FileInfo info = FLOE_TRY(files.stat(path));
    if (info.kind == io::FileKind::kRegular) return std::vector<std::string>{path};
    if (info.kind == io::FileKind::kMissing) {
      return failf(ErrorCode::kNotFound, "file `{}` of source `{}` does not exist", source.path, source.name);
    }
    return failf(ErrorCode::kInvalidArgument, "`{}` of source `{}` is no file; write a glob such as `{}/*.{}`",
                 source.path, source.name, source.path, source.format);
  }
  const std::string directory = io::parent_path(path);
  const std::string pattern = io::file_name(path);
  std::vector<std::string> found;
  const io::FileInfo info = FLOE_TRY(files.stat(directory));
  if (info.kind == io::FileKind::kDirectory) {
    for (const io::DirectoryEntry& entry : FLOE_TRY(files.list(directory))) {
      if (entry.kind == io::FileKind::kRegular && text::matches_glob(pattern, entry.name)) {
        found.push_back(io::join_path(directory, entry.name));
      }
    }
  }
  if (found.empty()) {
    return failf(ErrorCode::kNotFound, "no file matches `{}` of source `{}`", source.path, source.name);
  }
  return found;
}

json::object read_request(const IngestionSource& source, const std::vector<std::string>& paths) {
  json::array path_list;
  for (const std::string& path : paths)
    path_list.emplace_back(path);
  json::object request{{"format", source.format},
                       {"paths", std::move(path_list)},
                       {"on_error", source.bad_rows == compile::BadRows::kRejects ? "rejects" : "fail"}};
  const auto options = parse_json_object(source.options.empty() ? "{}" : source.options);
  request["options"] = options ? *options : json::object();
  if (source.columns.empty()) {
    request["columns"] = nullptr;
  } else {
    json::array columns;
    for (const auto& column : source.columns) {
      columns.push_back(json::object{{"name", column.name}, {"sql_type", column.sql_type}});
    }
    request["columns"] = std::move(columns);
  }
  return request;
}

class SourceLoader {
 public:
  SourceLoader(const compile::Compiled& compiled, const IngestServices& services)
      : compiled_(compiled), services_(services), call_(services.host, services.call) {}

  Result<Loaded> load(const IngestionSource& source, const std::string& node_id) {
    const std::vector<std::string> paths = FLOE_TRY(source_files(compiled_.project_root, source, services_.files));
    const std::uint64_t session =
        FLOE_TRY(services_.warehouse.open_session(call_, to_json(json::object{{"node_id", node_id}})));
    auto loaded = load_in(session, source, paths, node_id);
    const Status closed = services_.warehouse.close_session(call_, session);
    if (loaded && !closed) return closed.error();
    return loaded;
  }

 private:
  Result<Loaded> load_in(std::uint64_t session, const IngestionSource& source, const std::vector<std::string>& paths,
                         const std::string& node_id) {
    const std::string request = to_json(read_request(source, paths));
    const std::string answer = FLOE_TRY(services_.warehouse.compute().read_files(services_.call, session, request));
    const json::object staged = FLOE_TRY(parse_json_object(answer));
    Loaded loaded;
    // Rejects first: when the rows are visible, what was left out is too.
    if (const json::object* rejects = get_object(staged, "rejects")) {
      loaded.rejected = get_int(*rejects, "rows").value_or(0);
      Relation relation = relation_of(source);
      relation.identifier += "_rejects";
      FLOE_TRY(write(session, relation, *rejects, "replace", node_id, "rejects"));
    }
    const char* mode = source.write_mode == compile::WriteMode::kAppend ? "append" : "replace";
    const json::object written = FLOE_TRY(write(session, relation_of(source), staged, mode, node_id, "main"));
    loaded.snapshot_id = get_string_or(written, "snapshot_id", "");
    loaded.rows = get_int(written, "rows").value_or(0);
    loaded.bytes = get_int(written, "bytes").value_or(0);
    return loaded;
  }

  Result<json::object> write(std::uint64_t session, const Relation& relation, const json::object& staged,
                             const char* mode, const std::string& node_id, const char* step) {
    std::string effective_mode = mode;
    if (effective_mode == "append") {
      const auto entry = FLOE_TRY(services_.warehouse.catalog().find(services_.call, relation));
      if (!entry) effective_mode = "create";
    }
    const json::object options{
        {"mode", effective_mode}, {"node_id", node_id}, {"step", step}, {"on_schema_change", "append_new_columns"}};
    const std::string name = FLOE_TRY(require_string(staged, "name"));
    return services_.warehouse.write_staged(call_, session, relation, name, options);
  }

  const compile::Compiled& compiled_;
  const IngestServices& services_;
  Call call_;
};

json::object base_record(const compile::Compiled& compiled, const IngestionSource& source, const char* event,
                         std::int64_t started) {
  const Relation relation = relation_of(source);
  return json::object{
      {"schema", "floe.node_record/1"}, {"event", event},          {"unique_id", unique_id(compiled, source)},
      {"resource_type", "ingestion"},   {"name", source.name},     {"relation", relation.to_relation()},
      {"materialized", source.format},  {"started_at_ns", started}};
}

Status record_finished(const compile::Compiled& compiled, const IngestionSource& source, const IngestServices& services,
                       std::int64_t started, const Result<Loaded>& loaded) {
  json::object record = base_record(compiled, source, "finished", started);
  record["finished_at_ns"] = services.clock.now_unix_ns();
  if (loaded) {
    record["status"] = "success";
    record["rows"] = loaded->rows;
    record["bytes"] = loaded->bytes;
    if (!loaded->snapshot_id.empty()) record["snapshot_id"] = loaded->snapshot_id;
    record["message"] = loaded->rejected == 0 ? "OK" : fmt::format("OK, {} rows rejected", loaded->rejected);
  } else {
    record["status"] = "error";
    record["message"] = loaded.error().to_string();
  }
  return services.recorder.record(to_json(record));
}

void report_failure(const IngestionSource& source, const Error& error, DiagnosticSink& sink) {
  if (report_findings(error, sink)) return;
  auto diagnostic = error_diagnostic("FLOE-E0805", "ingestion-failed",
                                     fmt::format("source `{}` was not loaded: {}", source.name, error.to_string()));
  const Span& span = error.code == ErrorCode::kNotFound && source.path_span.valid() ? source.path_span : source.span;
  if (span.valid()) diagnostic.labels.push_back({span, "this source", true});
  sink.report(std::move(diagnostic));
}

Status check_selected(const std::vector<IngestionSource>& sources, const std::vector<std::string>& selected) {
  for (const std::string& name : selected) {
    const bool known =
        std::any_of(sources.begin(), sources.end(), [&](const IngestionSource& source) { return source.name == name; });
    if (known) continue;
    std::vector<std::string> names;
    for (const IngestionSource& source : sources)
      names.push_back("`" + source.name + "`");
    return failf(ErrorCode::kNotFound, "there is no ingestion source `{}`; {}", name,
                 names.empty() ? "floe.yaml has none" : "there are " + text::join(names, ", "));
  }
  return ok();
}

}  // namespace

Result<bool> ingest_sources(const compile::Compiled& compiled, const std::vector<std::string>& selected,
                            const IngestServices& services, DiagnosticSink& sink) {
  FLOE_TRY(check_selected(compiled.ingestion, selected));
  std::vector<const IngestionSource*> sources;
  for (const IngestionSource& source : compiled.ingestion) {
    const bool wanted = selected.empty() || std::find(selected.begin(), selected.end(), source.name) != selected.end();
    if (wanted) sources.push_back(&source);
  }
  if (sources.empty()) return true;
  json::object plan{{"event", "plan"}, {"total", sources.size()}};
  FLOE_TRY(services.recorder.record(to_json(plan)));
  SourceLoader loader(compiled, services);
  bool all_well = true;
  for (const IngestionSource* source : sources) {
    if (services.host->is_cancelled(services.call) != 0) return fail(ErrorCode::kCancelled, "interrupted");
    const std::int64_t started = services.clock.now_unix_ns();
    FLOE_TRY(services.recorder.record(to_json(base_record(compiled, *source, "started", started))));
    const Result<Loaded> loaded = loader.load(*source, unique_id(compiled, *source));
    FLOE_TRY(record_finished(compiled, *source, services, started, loaded));
    if (loaded) continue;
    if (loaded.error().code == ErrorCode::kCancelled) return loaded.error();
    report_failure(*source, loaded.error(), sink);
    all_well = false;
  }
  return all_well;
}

}  // namespace floe::run
