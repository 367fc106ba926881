#include "engine/ingest.hpp"

#include "engine/compiled_project.hpp"
#include "engine/source_contract.hpp"

#include "base/fail.hpp"
#include "base/io/read_document.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <optional>

namespace floe::run {
namespace {

using compile::IngestionSource;
using warehouse::Relation;

struct Loaded {
  std::string snapshot_id;
  std::int64_t rows = 0;
  std::int64_t rejected = 0;
  std::int64_t discarded = 0;
  std::int64_t superseded = 0;
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
    if (info.kind == io::FileKind::kDirectory) {
      return failf(ErrorCode::kInvalidArgument, "`{}` of source `{}` is a directory; write a glob such as `{}/*.{}`",
                   source.path, source.name, source.path, source.format);
    }
    if (FLOE_TRY(io::is_document(files, path))) return std::vector<std::string>{path};
    return failf(ErrorCode::kNotFound, "file `{}` of source `{}` does not exist", source.path, source.name);
  }
  const std::string directory = io::parent_path(path);
  const std::string pattern = io::file_name(path);
  std::vector<std::string> found;
  const io::FileInfo info = FLOE_TRY(files.stat(directory));
  if (info.kind == io::FileKind::kDirectory) {
    for (const io::DirectoryEntry& entry : FLOE_TRY(files.list(directory))) {
      if (entry.kind == io::FileKind::kDirectory || !text::matches_glob(pattern, entry.name)) continue;
      found.push_back(io::join_path(directory, entry.name));
      if (!FLOE_TRY(io::is_document(files, found.back()))) found.pop_back();  // it went away meanwhile
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
  request["columns"] = columns_request(source);
  // Under freeze and discard the fit compares the values.
  if (source.contract == compile::SchemaContract::kEvolve && !source.columns.empty()) request["find_inexact"] = true;
  return request;
}

// Rows that are the same by `keys` are one row; all its columns are taken over, as dbt's merge does.
json::array merge_clauses() {
  return {json::object{{"when", "matched"}, {"condition", nullptr}, {"action", "update"}, {"set", nullptr}},
          json::object{{"when", "not_matched"}, {"condition", nullptr}, {"action", "insert"}, {"set", nullptr}}};
}

json::object write_options(const IngestionSource& source, bool has_table) {
  const bool evolves = source.contract == compile::SchemaContract::kEvolve;
  json::object options{{"mode", "replace"}, {"on_schema_change", evolves ? "append_new_columns" : "ignore"}};
  if (source.write_mode == compile::WriteMode::kReplace) {
    options["keep_schema"] = has_table && !evolves;
  } else if (!has_table) {
    options["mode"] = "create";
  } else if (source.write_mode == compile::WriteMode::kAppend) {
    options["mode"] = "append";
  } else {
    options["mode"] = "merge";
    options["unique_key"] = json::array(source.keys.begin(), source.keys.end());
    options["clauses"] = merge_clauses();
  }
  json::object properties;
  for (const auto& [key, value] : source.properties)
    properties[key] = value;
  if (!properties.empty()) options["properties"] = std::move(properties);
  return options;
}

// Columns that not every file has: a merged row keeps what the table has in those that its files lack.
const json::array* partial_columns(const json::object& staged) {
  const json::object* fit = get_object(staged, "fit");
  return fit == nullptr ? nullptr : get_array(*fit, "partial");
}

// Loads one source; findings that do not keep it from loading are told.
class SourceLoader {
 public:
  SourceLoader(const compile::Compiled& compiled, const IngestServices& services, DiagnosticSink& sink)
      : compiled_(compiled), services_(services), call_(services.host, services.call), sink_(sink) {}

  Result<Loaded> load(const IngestionSource& source, const std::string& node_id) {
    const std::vector<std::string> paths = FLOE_TRY(source_files(compiled_.project_root, source, services_.files));
    if (compiled_.grants) FLOE_TRY(check_no_table(source, paths));
    const std::uint64_t session =
        FLOE_TRY(services_.warehouse.open_session(call_, to_json(json::object{{"node_id", node_id}})));
    auto loaded = load_in(session, source, paths, node_id);
    if (!loaded && loaded.error().code == ErrorCode::kAlreadyExists) {
      // Somebody else created the table meanwhile: load into theirs.
      loaded = load_in(session, source, paths, node_id);
    }
    const Status closed = services_.warehouse.close_session(call_, session);
    if (loaded && !closed) return closed.error();
    return loaded;
  }

 private:
  // Files of tables and of floe's own folder are read as what they are, by who may.
  Status check_no_table(const IngestionSource& source, const std::vector<std::string>& paths) const {
    std::vector<std::string> folders{io::join_path(compiled_.project_root, ".floe")};
    if (auto warehouse = io::path_from_uri(compiled_.warehouse_uri)) folders.push_back(*std::move(warehouse));
    for (std::string& folder : folders) {
      if (const auto real = services_.files.canonical(folder)) folder = *real;
    }
    for (const std::string& path : paths) {
      const std::string real = FLOE_TRY(services_.files.canonical(path));
      for (const std::string& folder : folders) {
        if (!real.starts_with(folder + "/")) continue;
        return diagnostics_error(
            ErrorCode::kPermission,
            error_diagnostic("FLOE-E0744", "read-not-granted",
                             fmt::format("source `{}` may not read `{}`: it is a file of the warehouse or of .floe",
                                         source.name, known_path(path)))
                .at(source.table_span)
                .help("read a table with `source()`, which says whose it is"));
      }
    }
    return ok();
  }

  Result<Loaded> load_in(std::uint64_t session, const IngestionSource& source, const std::vector<std::string>& paths,
                         const std::string& node_id) {
    const std::optional<json::array> table = FLOE_TRY(table_columns(source));
    if (!table && source.columns.empty() && source.contract != compile::SchemaContract::kEvolve) {
      return refuse_table(session, source, paths);
    }
    const json::object staged = FLOE_TRY(read_fitting(session, source, paths, table));
    Loaded loaded;
    if (const json::object* fit = get_object(staged, "fit")) {
      loaded.discarded = get_int(*fit, "dropped_rows").value_or(0);
      loaded.superseded = get_int(*fit, "superseded_rows").value_or(0);
    }
    // Rejects first: when the rows are visible, what was left out is too.
    if (const json::object* rejects = get_object(staged, "rejects")) {
      loaded.rejected = get_int(*rejects, "rows").value_or(0);
      Relation relation = relation_of(source);
      relation.identifier += "_rejects";
      FLOE_TRY(write(session, relation, *rejects, json::object{{"mode", "replace"}}, node_id, "rejects"));
    }
    json::object options = write_options(source, table.has_value());
    if (const json::array* partial = partial_columns(staged)) options["partial"] = *partial;
    const json::object written =
        FLOE_TRY(write(session, relation_of(source), staged, std::move(options), node_id, "main"));
    loaded.snapshot_id = get_string_or(written, "snapshot_id", "");
    loaded.rows = get_int(written, "rows").value_or(0);
    loaded.bytes = get_int(written, "bytes").value_or(0);
    if (loaded.rejected > 0) sink_.report(rejected_rows(source, loaded.rejected));
    return loaded;
  }

  // Nothing when there is no table.
  Result<std::optional<json::array>> table_columns(const IngestionSource& source) {
    const auto entry = FLOE_TRY(services_.warehouse.catalog().find(services_.call, relation_of(source)));
    if (!entry || entry->kind != warehouse::RelationKind::kTable) return std::optional<json::array>();
    const std::string text =
        FLOE_TRY(services_.warehouse.tables().load(services_.call, to_json(entry->relation.to_identifier()), "{}"));
    const json::object table = FLOE_TRY(parse_json_object(text));
    return std::optional<json::array>(*FLOE_TRY(require_array(table, "columns")));
  }

  Result<Loaded> refuse_table(std::uint64_t session, const IngestionSource& source,
                              const std::vector<std::string>& paths) {
    if (source.contract == compile::SchemaContract::kFreeze) {
      return diagnostics_error(ErrorCode::kData, frozen_table(source));
    }
    const json::object staged = FLOE_TRY(read(session, read_request(source, paths)));
    Loaded loaded;
    loaded.discarded = get_int(staged, "rows").value_or(0);
    sink_.report(discarded_table(source, loaded.discarded));
    return loaded;
  }

  Result<json::object> read(std::uint64_t session, const json::object& request) {
    return services_.warehouse.read_files(services_.call, session, request);
  }

  // The rows of the files, as the keys and the contract of the source want them.
  Result<json::object> read_fitting(std::uint64_t session, const IngestionSource& source,
                                    const std::vector<std::string>& paths, const std::optional<json::array>& table) {
    const std::optional<json::object> fit = fit_request(source, table);
    json::object request = read_request(source, paths);
    if (fit) request["fit"] = *fit;
    json::object staged = FLOE_TRY(read(session, request));
    FLOE_TRY(check_exact(session, source, request, paths, staged));
    if (table && is_untyped(source, staged)) {
      request["fit"] = fit_of_types(source, *table);
      return read(session, request);
    }
    if (!fit) return staged;
    const FileFit all = FLOE_TRY(fit_of(paths.front(), staged));
    const std::vector<std::string> changed = FLOE_TRY(changed_columns(source, all));
    DiagnosticSink found;
    report_fit(source, {all}, changed, found);
    if (found.all().empty()) return staged;
    DiagnosticSink named;
    report_fit(source, FLOE_TRY(fit_each(session, std::move(request), paths)), changed, named);
    // What only shows when the files are read together names the first of them.
    DiagnosticSink& told = named.all().size() < found.all().size() ? found : named;
    if (told.has_errors()) return diagnostics_error(ErrorCode::kData, told);
    sink_.merge(std::move(told));
    return staged;
  }

  // The files have no row that says what its columns are: those that the table has keep their types.
  static bool is_untyped(const IngestionSource& source, const json::object& staged) {
    return source.write_mode == compile::WriteMode::kReplace && source.contract == compile::SchemaContract::kEvolve &&
           source.columns.empty() && get_int(staged, "rows").value_or(0) == 0;
  }

  // Refuses rows that the declared types changed, with the files they are in.
  Status check_exact(std::uint64_t session, const IngestionSource& source, const json::object& request,
                     const std::vector<std::string>& paths, const json::object& staged) {
    if (inexact_of(paths.front(), staged).fit.at("misfits").as_array().empty()) return ok();
    std::vector<FileFit> files;
    for (const std::string& path : paths) {
      json::object one = request;
      one["paths"] = json::array{path};
      files.push_back(inexact_of(path, FLOE_TRY(read(session, one))));
    }
    DiagnosticSink found;
    report_inexact(source, files, found);
    return diagnostics_error(ErrorCode::kData, found);
  }

  [[nodiscard]] FileFit inexact_of(const std::string& path, const json::object& staged) const {
    const json::array* inexact = get_array(staged, "inexact");
    return FileFit{known_path(path), json::object{{"misfits", inexact == nullptr ? json::array() : *inexact}}, {}};
  }

  // Relative to the project.
  [[nodiscard]] std::string known_path(const std::string& path) const {
    const std::string root = compiled_.project_root + "/";
    return path.starts_with(root) ? path.substr(root.size()) : path;
  }

  Result<FileFit> fit_of(const std::string& path, const json::object& staged) {
    const json::object* fit = get_object(staged, "fit");
    if (fit == nullptr) {
      return fail(ErrorCode::kUnsupported,
                  "the compute does not compare rows with a table, which `keys` and `schema_contract` need");
    }
    return FileFit{known_path(path), *fit, *FLOE_TRY(require_array(staged, "columns"))};
  }

  // Each file on its own: which of them is to blame.
  Result<std::vector<FileFit>> fit_each(std::uint64_t session, json::object request,
                                        const std::vector<std::string>& paths) {
    std::vector<FileFit> files;
    for (const std::string& path : paths) {
      request["paths"] = json::array{path};
      const json::object staged = FLOE_TRY(read(session, request));
      files.push_back(FLOE_TRY(fit_of(path, staged)));
    }
    return files;
  }

  // Columns with values that do not fit, and whose type the table cannot be widened to. Asked of the table format,
  // which alone knows what may become what.
  Result<std::vector<std::string>> changed_columns(const IngestionSource& source, const FileFit& all) {
    std::vector<std::string> changed;
    const json::array* misfits = get_array(all.fit, "misfits");
    if (source.contract != compile::SchemaContract::kEvolve || misfits == nullptr || misfits->empty()) return changed;
    const json::object wanted{{"mode", "append"}, {"columns", all.columns}, {"on_schema_change", "append_new_columns"}};
    const TableFormatClient tables = services_.warehouse.tables();
    const std::string identifier = to_json(relation_of(source).to_identifier());
    const auto begun = FLOE_TRY(tables.begin_write(services_.call, identifier, to_json(wanted)));
    FLOE_TRY(tables.abort(services_.call, begun.write, "[]"));
    const json::object plan = FLOE_TRY(parse_json_object(begun.plan));
    const json::array* planned = FLOE_TRY(require_array(plan, "columns"));
    for (const json::value& misfit : *misfits) {
      const std::string name = get_string_or(misfit.as_object(), "column", "");
      const json::object* before = find_named(all.columns, name);
      const json::object* after = find_named(*planned, name);
      const bool is_taken =
          before != nullptr && after != nullptr && is_type_within(before->at("type"), after->at("type"));
      if (!is_taken) changed.push_back(name);
    }
    return changed;
  }

  Result<json::object> write(std::uint64_t session, const Relation& relation, const json::object& staged,
                             json::object options, const std::string& node_id, const char* step) {
    options["node_id"] = node_id;
    options["step"] = step;
    const std::string name = FLOE_TRY(require_string(staged, "name"));
    return services_.warehouse.write_staged(call_, session, relation, name, options);
  }

  const compile::Compiled& compiled_;
  const IngestServices& services_;
  Call call_;
  DiagnosticSink& sink_;
};

// OK, 2 rows rejected, 1 row left out
std::string message_of(const Loaded& loaded) {
  std::string message = "OK";
  const auto add = [&](std::int64_t rows, std::string_view what) {
    if (rows > 0) message += fmt::format(", {} {}", text::counted(rows, "row"), what);
  };
  add(loaded.rejected, "rejected");
  add(loaded.discarded, "left out");
  add(loaded.superseded, "replaced by later ones with the same key");
  return message;
}

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
    record["message"] = message_of(*loaded);
  } else {
    record["status"] = "error";
    record["message"] = loaded.error().to_string();
  }
  return services.recorder.record(to_json(record));
}

// What of the source the error is about, as far as the compute says it.
const Span& blamed(const IngestionSource& source, const Error& error) {
  if (const std::string* option = error.detail("floe.option")) {
    for (const auto& [name, span] : source.option_spans) {
      if (name == *option) return span;
    }
  }
  if (const std::string* wanted = error.detail("floe.column")) {
    for (const compile::IngestionColumn& column : source.columns) {
      if (column.name == *wanted) return error.code == ErrorCode::kData ? column.span : column.type_span;
    }
  }
  return error.code == ErrorCode::kNotFound && source.path_span.valid() ? source.path_span : source.span;
}

void report_failure(const IngestionSource& source, const Error& error, DiagnosticSink& sink) {
  if (report_findings(error, sink)) return;
  auto diagnostic = error_diagnostic("FLOE-E0805", "ingestion-failed",
                                     fmt::format("source `{}` was not loaded: {}", source.name, error.to_string()));
  const Span& span = blamed(source, error);
  const bool is_source = &span == &source.span || &span == &source.path_span;
  if (span.valid()) diagnostic.labels.push_back({span, is_source ? "this source" : "", true});
  sink.report(std::move(diagnostic));
}

Status check_selected(const std::vector<IngestionSource>& sources, const std::vector<std::string>& selected) {
  for (const std::string& name : selected) {
    const bool known =
        std::any_of(sources.begin(), sources.end(), [&](const IngestionSource& source) { return source.name == name; });
    if (known) continue;
    std::vector<std::string> names;
    names.reserve(sources.size());
    for (const IngestionSource& source : sources)
      names.push_back(source.name);
    return failf(ErrorCode::kNotFound, "there is no ingestion source `{}`; {}", name,
                 names.empty() ? "floe.yaml has none" : "there are " + text::quoted_list(names));
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
  SourceLoader loader(compiled, services, sink);
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
