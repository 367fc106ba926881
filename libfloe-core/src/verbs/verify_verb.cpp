// floe table verify: whether the files of tables still hold what was written.
#include "engine/opened_tables.hpp"
#include "model/relation.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/missing_table.hpp"
#include "verbs/verb_table.hpp"
#include "warehouse/older_version.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

namespace floe::run {
namespace {

using warehouse::Relation;

class Verification {
 public:
  Verification(Context& context, const OpenedTables& opened, DiagnosticSink& sink)
      : context_(context), opened_(opened), tables_(opened.platform->tables()), call_(opened.call), sink_(sink) {}

  Result<Answer> run(const json::object& request) {
    scope_ = to_json(json::object{{"only_current", get_bool_or(request, "current", false)}});
    const std::vector<Relation> relations = FLOE_TRY(chosen(request));
    context_.emit(to_json(json::object{{"event", "plan"}, {"total", relations.size()}}));
    for (const Relation& relation : relations)
      FLOE_TRY(verify_with_progress(relation));
    return Answer{to_json(json::object{{"tables", std::move(verified_)}, {"damaged", damaged_}}),
                  sink_.has_errors() ? 1 : 0};
  }

 private:
  Result<std::vector<Relation>> chosen(const json::object& request) {
    std::vector<Relation> relations;
    if (const json::array* names = get_array(request, "names"); names != nullptr && !names->empty()) {
      for (const json::value& name : *names) {
        if (!name.is_string()) return fail(ErrorCode::kInvalidArgument, "`names` is a list of texts");
        relations.push_back(FLOE_TRY(warehouse::relation_from_text(std::string(to_view(name.get_string())))));
      }
      return relations;
    }
    const std::string text = FLOE_TRY(tables_.list(call_.raw(), R"({"namespace":null})"));
    const json::object listed = FLOE_TRY(parse_json_object(text));
    for (const char* kind : {"tables", "views"}) {
      for (const json::value& item : *FLOE_TRY(require_array(listed, kind)))
        relations.push_back(warehouse::relation_from_identifier(item.as_object()));
    }
    return relations;
  }

  Status verify_with_progress(const Relation& relation) {
    const std::int64_t began = context_.clock().now_unix_ns();
    const auto event = [&](const char* kind) {
      return json::object{{"event", kind}, {"name", relation.dotted()}, {"resource_type", "table"}};
    };
    context_.emit(to_json(event("started")));
    const std::size_t errors_before = sink_.error_count();
    FLOE_TRY(verify(relation));
    json::object finished = event("finished");
    finished["status"] = sink_.error_count() == errors_before ? "pass" : "fail";
    finished["started_at_ns"] = began;
    finished["finished_at_ns"] = context_.clock().now_unix_ns();
    context_.emit(to_json(finished));
    return ok();
  }

  Status verify(const Relation& relation) {
    auto text = tables_.verify(call_.raw(), to_json(relation.to_identifier()), scope_);
    if (!text) return with_missing_table(opened_, relation, std::move(text).error());
    json::object found = FLOE_TRY(parse_json_object(*text));
    if (auto finding = warehouse::find_older_version(relation, found)) sink_.report(*std::move(finding));
    for (const json::value& file : *FLOE_TRY(require_array(found, "damaged")))
      report(relation, file.as_object());
    for (const json::value& file : *FLOE_TRY(require_array(found, "files_without_digest")))
      note_uncompared(relation, file.as_object());
    found["identifier"] = relation.dotted();
    add_totals(&found);
    verified_.push_back(std::move(found));
    return ok();
  }

  // Over all kinds of files.
  static void add_totals(json::object* found) {
    for (const char* key : {"files", "without_digest"}) {
      std::int64_t total = 0;
      for (const auto& [kind, counted] : *get_object(*found, "kinds"))
        total += get_int(counted.as_object(), key).value_or(0);
      (*found)[key] = total;
    }
  }

  void report(const Relation& relation, const json::object& file) {
    ++damaged_;
    const auto text = [&](const char* key) { return get_string_or(file, key, ""); };
    sink_.report(damaged_file_finding(
        relation.dotted(), {text("kind"), text("uri"), text("reason"), get_bool_or(file, "is_current", true)}));
  }

  // Seen with `-v`.
  void note_uncompared(const Relation& relation, const json::object& file) {
    context_.emit(to_json(
        json::object{{"event", "log"},
                     {"level", "info"},
                     {"message", fmt::format("no digest: a {} file of `{}`, `{}`", get_string_or(file, "kind", ""),
                                             relation.dotted(), get_string_or(file, "uri", ""))}}));
  }

  Context& context_;
  const OpenedTables& opened_;
  TableFormatClient tables_;
  const HostCall& call_;
  DiagnosticSink& sink_;
  std::string scope_;
  json::array verified_;
  std::int64_t damaged_ = 0;
};

Result<Answer> verify_tables(Context& context, const json::object& request, DiagnosticSink& sink) {
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {}, sink));
  return Verification(context, opened, sink).run(request);
}

AnswerText table_verify_text(const json::object& answer, const TextStyle& style) {
  json::array rows;
  std::int64_t uncompared = 0;
  for (const json::value& item : answer.at("tables").as_array()) {
    json::object row = item.as_object();
    row["damaged"] = get_array(row, "damaged")->size();
    uncompared += get_int(row, "without_digest").value_or(0);
    rows.push_back(std::move(row));
  }
  std::string out = records_text(json::object{{"tables", std::move(rows)}}, "tables",
                                 {{"identifier", "table"},
                                  {"files", "files"},
                                  {"without_digest", "no digest"},
                                  {"bytes", "bytes"},
                                  {"damaged", "damaged"}},
                                 style);
  if (uncompared > 0)
    out += fmt::format("{} of other writers could not be compared: only size and structure are checked (-v names {})\n",
                       text::counted(uncompared, "file"), uncompared == 1 ? "it" : "them");
  return {out, ""};
}

}  // namespace

Verb table_verify_verb() {
  return {
      .name = "table verify",
      .summary = "read every file and compare it with what was written",
      .details =
          R"(Reads every file that the tables refer to, with "current" what the current snapshot needs, and compares it with the digest
in its name. Other writers give none: of their files size and structure are checked. A damaged file is a finding and exit
code 1, not an error, as is a version that was committed after the one that the catalog names, "later_metadata_location". FLOE_NOT_FOUND when there is no such table.)",
      .request = Arguments()
                     .words("names", "names", "namespace.table ...; none = all tables and views")
                     .flag("--current", "current", "only what the current snapshot needs"),
      .answer = R"({"type": "object", "required": ["tables", "damaged"], "properties": {
  "damaged": {"type": "integer"},
  "tables": {"type": "array", "items": {"type": "object", "properties": {
    "identifier": {"type": "string"}, "kind": {"enum": ["table", "view"]}, "files": {"type": "integer"},
    "without_digest": {"type": "integer"}, "bytes": {"type": "integer"}, "kinds": {"type": "object"},
    "metadata_location": {"type": "string"}, "later_metadata_location": {"type": ["string", "null"]},
    "damaged": {"type": "array", "items": {"type": "object", "properties": {
      "uri": {"type": "string"}, "kind": {"type": "string"}, "reason": {"type": "string"},
      "is_current": {"type": "boolean"}}}},
    "files_without_digest": {"type": "array", "items": {"type": "object", "properties": {
      "uri": {"type": "string"}, "kind": {"type": "string"}}}}}}}}})",
      .run = verify_tables,
      .text = table_verify_text};
}

}  // namespace floe::run
