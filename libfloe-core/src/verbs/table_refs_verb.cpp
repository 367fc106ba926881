// floe table refs: branches and tags of a table.
#include "engine/opened_tables.hpp"
#include "model/relation.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/missing_table.hpp"
#include "verbs/reported_version.hpp"
#include "verbs/verb_table.hpp"

namespace floe::run {
namespace {

json::object ref_entry(const json::object& row) {
  json::object out{{"name", row.at("name")}, {"type", row.at("type")}, {"snapshot_id", row.at("snapshot_id")}};
  for (const char* key : {"max_reference_age_in_ms", "min_snapshots_to_keep", "max_snapshot_age_in_ms"}) {
    out[key] = row.contains(key) ? row.at(key) : json::value(nullptr);
  }
  return out;
}

Result<Answer> table_refs(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  const std::string name = FLOE_TRY(require_string(request, "name"));
  const warehouse::Relation relation = FLOE_TRY(warehouse::relation_from_text(name));
  const std::string current = FLOE_TRY(at_payload(""));
  auto rows = metadata_rows(opened, to_json(relation.to_identifier()), "refs", current);
  if (!rows) return with_missing_table(opened, relation, std::move(rows).error());
  json::array refs;
  for (const json::value& row : *rows)
    refs.push_back(ref_entry(row.as_object()));
  FLOE_TRY(report_older_version(opened, relation, sink));
  return Answer{to_json(json::object{{"refs", std::move(refs)}}), sink.has_errors() ? 1 : 0};
}

AnswerText table_refs_text(const json::object& answer, const TextStyle& style) {
  return {records_text(answer, "refs",
                       {{"name", "name"},
                        {"type", "type"},
                        {"snapshot_id", "snapshot"},
                        {"max_reference_age_in_ms", "kept for ms"},
                        {"min_snapshots_to_keep", "snapshots kept"},
                        {"max_snapshot_age_in_ms", "kept to age ms"}},
                       style),
          ""};
}

}  // namespace

Verb table_refs_verb() {
  return {
      .name = "table refs",
      .summary = "branches and tags",
      .details =
          R"(FLOE_NOT_FOUND when there is no such table. How long a ref and the snapshots of a branch are kept is null where
the table's own properties decide.)",
      .request = Arguments().text("name", "name", "namespace.table", true),
      .answer = R"({"type": "object", "required": ["refs"], "properties": {"refs": {"type": "array", "items": {
  "type": "object", "properties": {
    "name": {"type": "string"}, "type": {"enum": ["BRANCH", "TAG"]}, "snapshot_id": {"type": "integer"},
    "max_reference_age_in_ms": {"type": ["integer", "null"]}, "min_snapshots_to_keep": {"type": ["integer", "null"]},
    "max_snapshot_age_in_ms": {"type": ["integer", "null"]}}}}}})",
      .run = table_refs,
      .text = table_refs_text};
}

}  // namespace floe::run
