#include "warehouse/table_writer.hpp"

#include "warehouse/local_files.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"

#include <algorithm>
#include <map>

namespace floe::warehouse {
namespace {

// Keys a write request hands on to the table format as they are.
constexpr const char* kFormatOptions[] = {"partition_by", "sort_by", "properties",     "on_schema_change",
                                          "branch",       "comment", "column_comments"};

json::value member_or_null(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found == nullptr ? json::value(nullptr) : *found;
}

// What the compute needs to know of the target, from the plan of the table format.
json::object compute_write_request(const json::object& plan, const LocalDirectory& directory, bool staged) {
  // Unguessable: a file of a write that was never committed is never taken for another's.
  json::object out{{"directory", directory.path}, {"file_prefix", io::random_uuid()}, {"staged", staged}};
  for (const char* key :
       {"schema", "columns", "partition_spec", "sort_order", "target_file_size_bytes", "compression"}) {
    out[key] = member_or_null(plan, key);
  }
  return out;
}

json::array added_with_uris(const json::array& files, const LocalDirectory& directory) {
  json::array out;
  for (const json::value& item : files) {
    json::object file = item.as_object();
    file["uri"] = directory.to_uri(get_string_or(file, "path", ""));
    file.erase("path");
    out.push_back(std::move(file));
  }
  return out;
}

// Columns of staged rows that only say which of the others they have (`partial`); no table gets them.
json::array without_markers(const json::array& columns, const json::object& options) {
  const json::array* partial = get_array(options, "partial");
  if (partial == nullptr) return columns;
  json::array kept;
  for (const json::value& column : columns) {
    const auto marks = [&](const json::value& entry) {
      return entry.as_object().at("marker") == column.as_object().at("name");
    };
    if (std::none_of(partial->begin(), partial->end(), marks)) kept.push_back(column);
  }
  return kept;
}

json::object write_answer(const json::object& committed, std::int64_t inserted, std::int64_t updated,
                          std::int64_t deleted, std::int64_t rows) {
  return json::object{{"snapshot_id", member_or_null(committed, "snapshot_id")},
                      {"rows", rows},
                      {"files", get_int(committed, "added_files").value_or(0)},
                      {"bytes", get_int(committed, "added_bytes").value_or(0)},
                      {"rows_inserted", inserted},
                      {"rows_updated", updated},
                      {"rows_deleted", deleted},
                      {"message", "OK"}};
}

}  // namespace

struct TableWriter::Open {
  std::uint64_t handle = 0;
  json::object plan;
  LocalDirectory directory;
  bool is_done = false;  // committed before by the same (run, node, step)
};

Result<json::object> TableWriter::write(const WriteContext& context, const WriteRequest& request) {
  static const std::map<std::string, const char*> kFormatModes = {{"create", "create"},
                                                                  {"replace", "replace"},
                                                                  {"append", "append"},
                                                                  {"overwrite_partitions", "overwrite_partitions"}};
  if (request.mode == "merge" || request.mode == "delete_insert") return rewrite_rows(context, request);
  const auto mode = kFormatModes.find(request.mode);
  if (mode == kFormatModes.end()) {
    return failf(ErrorCode::kInvalidArgument,
                 "write mode `{}` is none of create, replace, append, delete_insert, merge, overwrite_partitions",
                 request.mode);
  }
  return write_rows(context, request, mode->second);
}

Result<json::array> TableWriter::columns_of(const WriteContext& context, const WriteRequest& request) {
  const std::string sql = request.staged.empty() ? request.sql : "select * from " + request.staged;
  const std::string text = FLOE_TRY(compute_.describe_query(context.call, context.session, sql));
  const json::object answer = FLOE_TRY(parse_json_object(text));
  return without_markers(*FLOE_TRY(require_array(answer, "columns")), request.options);
}

Result<TableWriter::Open> TableWriter::begin(const WriteContext& context, const WriteRequest& request,
                                             const char* format_mode, const json::array& columns) {
  json::object options{{"mode", format_mode}, {"summary", request.summary}};
  // Without columns a replaced table keeps those it has.
  if (!get_bool_or(request.options, "keep_schema", false)) options["columns"] = columns;
  for (const char* key : kFormatOptions) {
    const json::value value = member_or_null(request.options, key);
    if (!value.is_null()) options[key] = value;
  }
  if (!request.base_snapshot_id.empty()) options["base_snapshot_id"] = request.base_snapshot_id;
  if (!request.idempotency_key.empty()) options["idempotency_key"] = request.idempotency_key;
  const std::string identifier = to_json(request.relation.to_identifier());
  auto begun = FLOE_TRY(tables_.begin_write(context.call, identifier, to_json(options)));
  Open open;
  open.handle = begun.write;
  open.plan = FLOE_TRY(parse_json_object(begun.plan));
  open.is_done = get_object(open.plan, "done") != nullptr;
  if (open.is_done) return open;
  const std::string uri = FLOE_TRY(require_string(open.plan, "directory"));
  auto directory = local_directory(storage_, context.call, uri);
  if (!directory) {
    abort(context, open, {});
    return std::move(directory).error();
  }
  open.directory = *std::move(directory);
  return open;
}

Result<json::object> TableWriter::write_rows(const WriteContext& context, const WriteRequest& request,
                                             const char* format_mode) {
  const json::array columns = FLOE_TRY(columns_of(context, request));
  Open open = FLOE_TRY(begin(context, request, format_mode, columns));
  if (open.is_done) return write_answer(*get_object(open.plan, "done"), 0, 0, 0, 0);
  const bool staged = !request.staged.empty();
  const std::string write_request = to_json(compute_write_request(open.plan, open.directory, staged));
  auto text = compute_.write_files(context.call, context.session, write_request, staged ? request.staged : request.sql);
  if (!text) {
    abort(context, open, {});
    return std::move(text).error();
  }
  const json::object written = FLOE_TRY(parse_json_object(*text));
  const json::array* files = FLOE_TRY(require_array(written, "files"));
  const std::int64_t rows = get_int(written, "rows").value_or(0);
  const json::object committed = FLOE_TRY(commit(context, open, added_with_uris(*files, open.directory), {}));
  json::object answer = write_answer(committed, rows, 0, get_int(committed, "deleted_rows").value_or(0), rows);
  answer["columns"] = columns;
  return answer;
}

Result<json::object> TableWriter::rewrite_rows(const WriteContext& context, const WriteRequest& request) {
  std::string staged = request.staged;
  json::array columns;
  if (staged.empty()) {
    // Once: the rows that find the affected files must be the rows that are written.
    const std::string text = FLOE_TRY(compute_.stage(context.call, context.session, request.sql));
    const json::object stage = FLOE_TRY(parse_json_object(text));
    staged = FLOE_TRY(require_string(stage, "name"));
    columns = *FLOE_TRY(require_array(stage, "columns"));
  } else {
    columns = FLOE_TRY(columns_of(context, request));
  }
  auto answer = rewrite_staged(context, request, staged, columns);
  // Ours alone, and made again by the next attempt.
  if (!answer && request.staged.empty()) {
    static_cast<void>(compute_.execute(context.call, context.session, "drop table if exists " + staged, "{}"));
  }
  if (answer) (*answer)["columns"] = std::move(columns);
  return answer;
}

Result<json::object> TableWriter::rewrite_staged(const WriteContext& context, const WriteRequest& request,
                                                 const std::string& staged, const json::array& columns) {
  Open open = FLOE_TRY(begin(context, request, "overwrite_files", columns));
  if (open.is_done) return write_answer(*get_object(open.plan, "done"), 0, 0, 0, 0);
  return rewrite_open(context, request, staged, open);
}

Result<json::object> TableWriter::rewrite_open(const WriteContext& context, const WriteRequest& request,
                                               const std::string& staged, Open& open) {
  const json::array* files = FLOE_TRY(require_array(open.plan, "files"));
  json::array local = FLOE_TRY(with_local_paths(storage_, context.call, *files));
  std::map<std::string, std::string> uri_of;
  for (const json::value& file : local) {
    uri_of[get_string_or(file.as_object(), "path", "")] = get_string_or(file.as_object(), "uri", "");
  }
  json::object rewrite{{"mode", request.mode}, {"staged", staged}};
  rewrite["target"] = json::object{
      {"columns", member_or_null(open.plan, "target_columns").is_null() ? member_or_null(open.plan, "columns")
                                                                        : member_or_null(open.plan, "target_columns")},
      {"files", std::move(local)},
      {"layouts", open.plan.at("layouts")}};
  for (const char* key : {"unique_key", "predicates", "clauses", "partial"}) {
    const json::value value = member_or_null(request.options, key);
    rewrite[key] = value.is_null() ? json::value(json::array()) : value;
  }
  rewrite["write"] = compute_write_request(open.plan, open.directory, true);
  auto text = compute_.rewrite_files(context.call, context.session, to_json(rewrite));
  if (!text) {
    abort(context, open, {});
    return std::move(text).error();
  }
  const json::object done = FLOE_TRY(parse_json_object(*text));
  json::array removed;
  for (const json::value& path : *FLOE_TRY(require_array(done, "removed"))) {
    const auto found = uri_of.find(std::string(to_view(path.get_string())));
    if (found == uri_of.end()) return fail(ErrorCode::kInternal, "the compute removed a file it was not given");
    removed.emplace_back(found->second);
  }
  const json::array* added = FLOE_TRY(require_array(done, "added"));
  const json::object committed = FLOE_TRY(commit(context, open, added_with_uris(*added, open.directory), removed));
  const std::int64_t inserted = get_int(done, "rows_inserted").value_or(0);
  const std::int64_t updated = get_int(done, "rows_updated").value_or(0);
  return write_answer(committed, inserted, updated, get_int(done, "rows_deleted").value_or(0), inserted + updated);
}

Result<json::object> TableWriter::commit(const WriteContext& context, Open& open, const json::array& added,
                                         const json::array& removed) {
  const std::string files = to_json(json::object{{"added", added}, {"removed", removed}, {"summary", json::object()}});
  const std::string text = FLOE_TRY(tables_.commit(context.call, open.handle, files));
  return parse_json_object(text);
}

void TableWriter::abort(const WriteContext& context, Open& open, const json::array& added) {
  json::array uris;
  for (const json::value& file : added)
    uris.emplace_back(get_string_or(file.as_object(), "uri", ""));
  // Best effort: the failure that brought us here is what the caller must see.
  static_cast<void>(tables_.abort(context.call, open.handle, to_json(uris)).has_value());
}

}  // namespace floe::warehouse
