// floe table list|describe|history|files: metadata only, no compute.
#include "engine/compiled_project.hpp"
#include "engine/opened_tables.hpp"
#include "model/relation.hpp"
#include "verbs/snapshot_states.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <optional>

namespace floe::run {
namespace {

using warehouse::Relation;

constexpr const char* kAtCurrent = R"({"snapshot_id":null,"timestamp_ms":null,"ref":null})";

Result<std::string> identifier_of(const json::object& request) {
  const std::string name = FLOE_TRY(require_string(request, "name"));
  const Relation relation = FLOE_TRY(warehouse::relation_from_text(name));
  return to_json(relation.to_identifier());
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
  const auto loaded = opened.platform->tables().load(opened.call.raw(), to_json(identifier), kAtCurrent);
  if (!loaded && loaded.error().code == ErrorCode::kNotFound) return std::optional<json::object>();
  if (!loaded) FLOE_TRY(report_unread(relation, loaded.error(), sink));
  const json::object table = loaded ? FLOE_TRY(parse_json_object(*loaded)) : json::object();
  const auto version = get_int(table, "format_version");
  entry["readable"] = loaded.has_value();
  entry["format_version"] = version ? json::value(*version) : json::value(nullptr);
  entry["current_snapshot_id"] = snapshot_number(get_string_or(table, "current_snapshot_id", ""));
  const auto location = get_string(table, "location");
  entry["location"] = location ? json::value(*location) : json::value(nullptr);
  return std::optional(std::move(entry));
}

}  // namespace

Result<Answer> table_list_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
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
      views.push_back(json::object{{"identifier", warehouse::relation_from_identifier(item.as_object()).dotted()}});
    }
  }
  return Answer{to_json(json::object{{"tables", std::move(out)}, {"views", std::move(views)}}),
                sink.has_errors() ? 1 : 0};
}

Result<Answer> table_describe_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const std::string identifier = FLOE_TRY(identifier_of(request));
  const std::string at = FLOE_TRY(at_payload(get_string_or(request, "at", "")));
  const std::string text = FLOE_TRY(opened.platform->tables().load(opened.call.raw(), identifier, at));
  json::object table = FLOE_TRY(parse_json_object(text));
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
  return Answer{to_json(table), 0};
}

Result<Answer> table_history_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const std::string identifier = FLOE_TRY(identifier_of(request));
  const json::array rows = FLOE_TRY(metadata_rows(opened, identifier, "snapshots", kAtCurrent));
  const json::array refs = FLOE_TRY(metadata_rows(opened, identifier, "refs", kAtCurrent));
  const json::array log = FLOE_TRY(metadata_rows(opened, identifier, "history", kAtCurrent));
  const SnapshotStates states(rows, refs, log);
  json::array out;
  for (const json::value& row : rows) {
    json::object entry = history_entry(row.as_object());
    states.describe(row.as_object(), &entry);
    out.push_back(std::move(entry));
  }
  std::reverse(out.begin(), out.end());
  return Answer{to_json(json::object{{"snapshots", std::move(out)}}), 0};
}

Result<Answer> table_files_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const std::string identifier = FLOE_TRY(identifier_of(request));
  const std::string at = FLOE_TRY(at_payload(get_string_or(request, "at", "")));
  const json::array rows = FLOE_TRY(metadata_rows(opened, identifier, "files", at));
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
  return Answer{to_json(json::object{{"files", std::move(out)}}), 0};
}

}  // namespace floe::run
