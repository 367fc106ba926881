// floe table list|describe|history|files: metadata only, no compute.
#include "engine/compiled_project.hpp"
#include "engine/opened_tables.hpp"
#include "model/relation.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/missing_table.hpp"
#include "verbs/reported_version.hpp"
#include "verbs/snapshot_states.hpp"
#include "verbs/verb_table.hpp"
#include "warehouse/older_version.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <optional>

namespace floe::run {
namespace {

using warehouse::Relation;

constexpr const char* kAtCurrent = R"({"snapshot_id":null,"timestamp_ms":null,"ref":null})";
constexpr const char* kWithLater = R"({"snapshot_id":null,"timestamp_ms":null,"ref":null,"later_version":true})";

Result<Relation> relation_of(const json::object& request) {
  const std::string name = FLOE_TRY(require_string(request, "name"));
  return warehouse::relation_from_text(name);
}

Result<json::array> rows_of(const OpenedTables& opened, const Relation& relation, const char* table,
                            const std::string& at) {
  auto rows = metadata_rows(opened, to_json(relation.to_identifier()), table, at);
  if (!rows) return with_missing_table(opened, relation, std::move(rows).error());
  return rows;
}

json::value type_as_text(const json::object& column) {
  const json::value* type = column.if_contains("type");
  return type == nullptr ? json::value(nullptr) : json::value(type_text(*type));
}

// Partition and sort fields name their column by id; people read its name.
void name_source_columns(json::object& table, const char* key) {
  const json::array* columns = get_array(table, "columns");
  json::value* fields = table.if_contains(key);
  if (columns == nullptr || fields == nullptr || !fields->is_array()) return;
  for (json::value& item : fields->get_array()) {
    const auto source = get_int(item.as_object(), "source_id");
    for (const json::value& column : *columns) {
      if (source && get_int(column.as_object(), "id") == source) {
        item.as_object()["column"] = get_string_or(column.as_object(), "name", "");
      }
    }
  }
}

// What the entries of a manifest hold (table spec, data_file.content).
std::string content_name(const json::object& file) {
  constexpr const char* kNames[] = {"data", "position-deletes", "equality-deletes"};
  const std::int64_t content = get_int(file, "content").value_or(0);
  return content >= 0 && content < 3 ? kNames[content] : std::to_string(content);
}

json::object history_entry(const json::object& row) {
  json::object out{{"snapshot_id", row.at("snapshot_id")},
                   {"parent_id", row.contains("parent_id") ? row.at("parent_id") : json::value(nullptr)},
                   {"committed_at", row.at("committed_at")},
                   {"operation", row.at("operation")}};
  for (const auto& [key, name] : {std::pair{"added-records", "added_rows"},
                                  {"deleted-records", "deleted_rows"},
                                  {"total-records", "total_rows"}}) {
    const std::string value = summary_value(row, key);
    out[name] = value.empty() ? json::value(nullptr) : snapshot_number(value);
  }
  json::object summary;
  if (const json::array* pairs = get_array(row, "summary")) {
    for (const json::value& pair : *pairs)
      summary[pair.as_array()[0].as_string()] = pair.as_array()[1];
  }
  out["summary"] = std::move(summary);
  return out;
}

// A table that cannot be read is a finding: the list is of the others, too.
Status report_unread(const Relation& relation, const Error& error, DiagnosticSink& sink) {
  if (report_findings(error, sink)) return ok();
  if (error.code != ErrorCode::kData && error.code != ErrorCode::kUnsupported) return error;
  sink.report(error_diagnostic("FLOE-E0803", "failed", fmt::format("`{}`: {}", relation.dotted(), error.to_string())));
  return ok();
}

// Nothing: it was dropped since the catalog was asked for its tables.
Result<std::optional<json::object>> list_entry(const OpenedTables& opened, const json::value& identifier,
                                               DiagnosticSink& sink) {
  const Relation relation = warehouse::relation_from_identifier(identifier.as_object());
  json::object entry{{"identifier", relation.dotted()}};
  const auto loaded = opened.platform->tables().load(opened.call.raw(), to_json(identifier), kWithLater);
  if (!loaded && loaded.error().code == ErrorCode::kNotFound) return std::optional<json::object>();
  if (!loaded) FLOE_TRY(report_unread(relation, loaded.error(), sink));
  const json::object table = loaded ? FLOE_TRY(parse_json_object(*loaded)) : json::object();
  if (auto finding = warehouse::find_older_version(relation, table)) sink.report(*std::move(finding));
  const auto version = get_int(table, "format_version");
  entry["readable"] = loaded.has_value();
  entry["format_version"] = version ? json::value(*version) : json::value(nullptr);
  entry["current_snapshot_id"] = snapshot_number(get_string_or(table, "current_snapshot_id", ""));
  const auto location = get_string(table, "location");
  entry["location"] = location ? json::value(*location) : json::value(nullptr);
  const auto later = get_string(table, "later_metadata_location");
  entry["later_metadata_location"] = later ? json::value(*later) : json::value(nullptr);
  return std::optional(std::move(entry));
}

// One that cannot be read is listed all the same.
Result<json::object> view_entry(const OpenedTables& opened, const json::value& identifier, DiagnosticSink& sink) {
  const Relation relation = warehouse::relation_from_identifier(identifier.as_object());
  const auto loaded = opened.platform->tables().load_view(opened.call.raw(), to_json(identifier));
  const json::object view = loaded ? FLOE_TRY(parse_json_object(*loaded)) : json::object();
  if (auto finding = warehouse::find_older_version(relation, view)) sink.report(*std::move(finding));
  return json::object{{"identifier", relation.dotted()}};
}

Result<Answer> list_tables(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  json::value wanted = nullptr;
  if (const auto schema = get_string(request, "namespace")) wanted = warehouse::namespace_levels(*schema);
  const TableFormatClient tables = opened.platform->tables();
  const std::string text =
      FLOE_TRY(tables.list(opened.call.raw(), to_json(json::object{{"namespace", std::move(wanted)}})));
  const json::object listed = FLOE_TRY(parse_json_object(text));
  json::array out;
  for (const json::value& item : *FLOE_TRY(require_array(listed, "tables"))) {
    auto entry = FLOE_TRY(list_entry(opened, item, sink));
    if (entry) out.push_back(*std::move(entry));
  }
  json::array views;
  if (const json::array* list = get_array(listed, "views")) {
    for (const json::value& item : *list) {
      views.push_back(FLOE_TRY(view_entry(opened, item, sink)));
    }
  }
  return Answer{to_json(json::object{{"tables", std::move(out)}, {"views", std::move(views)}}),
                sink.has_errors() ? 1 : 0};
}

Result<Answer> describe_table(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const Relation relation = FLOE_TRY(relation_of(request));
  const std::string at = FLOE_TRY(at_payload(get_string_or(request, "at", "")));
  auto loaded = opened.platform->tables().load(opened.call.raw(), to_json(relation.to_identifier()), at);
  if (!loaded) return with_missing_table(opened, relation, std::move(loaded).error());
  json::object table = FLOE_TRY(parse_json_object(*loaded));
  FLOE_TRY(report_older_version(opened, relation, sink));
  if (const json::object* parts = get_object(table, "identifier")) {
    table["identifier"] = warehouse::relation_from_identifier(*parts).dotted();
  }
  name_source_columns(table, "partition_spec");
  name_source_columns(table, "sort_order");
  for (const char* key : {"snapshot_id", "current_snapshot_id"}) {
    table[key] = snapshot_number(get_string_or(table, key, ""));
  }
  if (json::value* columns = table.if_contains("columns"); columns != nullptr && columns->is_array()) {
    for (json::value& column : columns->as_array())
      column.as_object()["type"] = type_as_text(column.as_object());
  }
  return Answer{to_json(table), sink.has_errors() ? 1 : 0};
}

Result<Answer> table_history(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const Relation relation = FLOE_TRY(relation_of(request));
  const json::array rows = FLOE_TRY(rows_of(opened, relation, "snapshots", kAtCurrent));
  const json::array refs = FLOE_TRY(rows_of(opened, relation, "refs", kAtCurrent));
  const json::array log = FLOE_TRY(rows_of(opened, relation, "history", kAtCurrent));
  const SnapshotStates states(rows, refs, log);
  json::array out;
  for (const json::value& row : rows) {
    json::object entry = history_entry(row.as_object());
    states.describe(row.as_object(), &entry);
    out.push_back(std::move(entry));
  }
  std::reverse(out.begin(), out.end());
  FLOE_TRY(report_older_version(opened, relation, sink));
  return Answer{to_json(json::object{{"snapshots", std::move(out)}}), sink.has_errors() ? 1 : 0};
}

Result<Answer> table_files(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const Relation relation = FLOE_TRY(relation_of(request));
  const std::string at = FLOE_TRY(at_payload(get_string_or(request, "at", "")));
  const json::array rows = FLOE_TRY(rows_of(opened, relation, "files", at));
  json::array out;
  for (const json::value& row : rows) {
    const json::object& file = row.as_object();
    json::object item{{"path", file.at("file_path")},
                      {"content", content_name(file)},
                      {"format", file.at("file_format")},
                      {"record_count", file.at("record_count")},
                      {"file_size_in_bytes", file.at("file_size_in_bytes")}};
    item["partition"] = file.contains("partition") ? file.at("partition") : json::value(nullptr);
    out.push_back(std::move(item));
  }
  FLOE_TRY(report_older_version(opened, relation, sink));
  return Answer{to_json(json::object{{"files", std::move(out)}}), sink.has_errors() ? 1 : 0};
}

AnswerText table_list_text(const json::object& answer, const TextStyle& style) {
  json::array rows;
  for (const json::value& item : list_of(answer, "tables")) {
    json::object row = item.as_object();
    if (!get_bool_or(row, "readable", true)) row["location"] = "(cannot be read)";
    rows.push_back(std::move(row));
  }
  if (const json::array* views = get_array(answer, "views")) {
    for (const json::value& view : *views)
      rows.push_back(json::object{{"identifier", view.as_object().at("identifier")}, {"location", "(view)"}});
  }
  return {records_text(json::object{{"tables", std::move(rows)}}, "tables",
                       {{"identifier", "table"},
                        {"format_version", "format"},
                        {"current_snapshot_id", "snapshot"},
                        {"location", "location"}},
                       style),
          ""};
}

AnswerText table_describe_text(const json::object& answer, const TextStyle& style) {
  std::string out = fmt::format("table       {}\nlocation    {}\nformat      Iceberg v{}\nsnapshot    {}\n",
                                cell_text(answer, "identifier"), cell_text(answer, "location"),
                                cell_text(answer, "format_version"), cell_text(answer, "snapshot_id"));
  if (const json::array* spec = get_array(answer, "partition_spec"); spec != nullptr && !spec->empty()) {
    out += "partitions  ";
    for (std::size_t i = 0; i < spec->size(); ++i) {
      const json::object& field = (*spec)[i].as_object();
      out += fmt::format("{}{}({})", i == 0 ? "" : ", ", cell_text(field, "transform"), cell_text(field, "column"));
    }
    out += "\n";
  }
  if (const json::object* properties = get_object(answer, "properties")) {
    for (const auto& item : *properties) {
      out += fmt::format("property    {} = {}\n", std::string_view(item.key()), cell_text(&item.value()));
    }
  }
  out +=
      "\n" +
      records_text(answer, "columns",
                   {{"id", "id"}, {"name", "name"}, {"type", "type"}, {"required", "required"}, {"doc", "description"}},
                   style);
  return {out, ""};
}

AnswerText table_history_text(const json::object& answer, const TextStyle& style) {
  return {records_text(answer, "snapshots",
                       {{"snapshot_id", "snapshot"},
                        {"committed_at", "committed at"},
                        {"state", "state"},
                        {"operation", "operation"},
                        {"added_rows", "added"},
                        {"deleted_rows", "deleted"},
                        {"total_rows", "total"}},
                       style),
          ""};
}

AnswerText table_files_text(const json::object& answer, const TextStyle& style) {
  return {records_text(answer, "files",
                       {{"path", "file"},
                        {"content", "content"},
                        {"record_count", "rows"},
                        {"file_size_in_bytes", "bytes"},
                        {"partition", "partition"}},
                       style),
          ""};
}

}  // namespace

Verb table_list_verb() {
  return {
      .name = "table list",
      .summary = "tables of the catalog",
      .details =
          R"(No compute is opened, as with all verbs of tables. A table whose metadata file is damaged has "readable": false; it is
a finding, exit code 1, as is a version that was committed after the one that the catalog names, "later_metadata_location".)",
      .request = Arguments().text("--namespace", "namespace", "only this one"),
      .answer = R"({"type": "object", "required": ["tables", "views"], "properties": {
  "tables": {"type": "array", "items": {"type": "object", "properties": {
    "identifier": {"type": "string"}, "readable": {"type": "boolean"},
    "format_version": {"type": ["integer", "null"]}, "current_snapshot_id": {"type": ["integer", "null"]},
    "location": {"type": ["string", "null"]}, "later_metadata_location": {"type": ["string", "null"]}}}},
  "views": {"type": "array", "items": {"type": "object", "properties": {"identifier": {"type": "string"}}}}}})",
      .run = list_tables,
      .text = table_list_text};
}

Verb table_describe_verb() {
  return {
      .name = "table describe",
      .summary = "schema, partitioning, properties and current snapshot",
      .details = R"(FLOE_NOT_FOUND when there is no such table.)",
      .request = Arguments().text("name", "name", "namespace.table", true).text("--at", "at", "snapshot id or time"),
      .answer = R"({"type": "object", "required": ["identifier", "columns"], "properties": {
  "identifier": {"type": "string"}, "kind": {"type": "string"}, "table_uuid": {"type": "string"},
  "location": {"type": "string"}, "format_version": {"type": "integer"}, "metadata_location": {"type": "string"},
  "later_metadata_location": {"type": ["string", "null"]},
  "snapshot_id": {"type": ["integer", "null"]}, "current_snapshot_id": {"type": ["integer", "null"]},
  "schema": {"description": "as Iceberg's table metadata has it", "type": "object"}, "refs": {"type": "object"},
  "columns": {"type": "array", "items": {"type": "object", "properties": {
    "id": {"type": "integer"}, "name": {"type": "string"}, "type": {"type": ["string", "null"]},
    "sql_type": {"type": ["string", "null"]}, "required": {"type": "boolean"}, "doc": {"type": ["string", "null"]}}}},
  "partition_spec": {"type": "array"}, "sort_order": {"type": "array"}, "properties": {"type": "object"}}})",
      .run = describe_table,
      .text = table_describe_text};
}

Verb table_history_verb() {
  return {.name = "table history",
          .summary = "snapshots, newest first",
          .details = R"(FLOE_NOT_FOUND when there is no such table.)",
          .request = Arguments().text("name", "name", "namespace.table", true),
          .answer =
              R"({"type": "object", "required": ["snapshots"], "properties": {"snapshots": {"type": "array", "items": {
  "type": "object", "properties": {
    "snapshot_id": {"type": "integer"}, "parent_id": {"type": ["integer", "null"]},
    "committed_at": {"type": "string"}, "operation": {"type": ["string", "null"]},
    "added_rows": {"type": ["integer", "null"]}, "deleted_rows": {"type": ["integer", "null"]},
    "total_rows": {"type": ["integer", "null"]}, "state": {"type": "string"},
    "is_current_ancestor": {"type": "boolean"}, "refs": {"type": "array"}, "summary": {"type": "object"}}}}}})",
          .run = table_history,
          .text = table_history_text};
}

Verb table_files_verb() {
  return {
      .name = "table files",
      .summary = "data files of a snapshot",
      .details = R"(FLOE_NOT_FOUND when there is no such table.)",
      .request = Arguments().text("name", "name", "namespace.table", true).text("--at", "at", "snapshot id or time"),
      .answer = R"({"type": "object", "required": ["files"], "properties": {"files": {"type": "array", "items": {
  "type": "object", "properties": {
    "path": {"type": "string"}, "content": {"enum": ["data", "position-deletes", "equality-deletes"]},
    "format": {"type": "string"}, "record_count": {"type": "integer"}, "file_size_in_bytes": {"type": "integer"},
    "partition": {}}}}}})",
      .run = table_files,
      .text = table_files_text};
}

}  // namespace floe::run
