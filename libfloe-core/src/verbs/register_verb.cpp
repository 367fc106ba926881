// floe table register: metadata files that storage holds become tables of the catalog.
#include "engine/opened_tables.hpp"
#include "model/relation.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/register_plan.hpp"
#include "verbs/table_faults.hpp"
#include "verbs/text_table.hpp"
#include "verbs/verb_table.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"
#include "base/text/text.hpp"

#include <array>
#include <utility>

namespace floe::run {
namespace {

// URIs as they are; a path is taken from where the context stands.
std::string uri_of(const Context& context, const std::string& place) {
  if (place.find("://") != std::string::npos) return place;
  return io::uri_from_path(io::normalize_path(io::join_path(context.options().directory, place)));
}

std::vector<std::string> words_of(const json::object& request, const char* key) {
  std::vector<std::string> words;
  if (const auto word = get_string(request, key)) words.push_back(*word);
  if (const json::array* list = get_array(request, key)) {
    for (const json::value& word : *list) {
      if (word.is_string()) words.emplace_back(to_view(word.get_string()));
    }
  }
  return words;
}

Result<json::array> register_all(const OpenedTables& opened, const json::array& tables, bool replace) {
  const std::string text = FLOE_TRY(opened.platform->tables().register_tables(
      opened.call.raw(), to_json(json::object{{"tables", tables}, {"replace", replace}})));
  const json::object answer = FLOE_TRY(parse_json_object(text));
  return *FLOE_TRY(require_array(answer, "registered"));
}

Result<Answer> register_one(Context& context, const OpenedTables& opened, const json::object& request) {
  const std::string name = FLOE_TRY(require_string(request, "name"));
  const std::string place = FLOE_TRY(require_string(request, "metadata"));
  const warehouse::Relation relation = FLOE_TRY(warehouse::relation_from_text(name));
  const json::array tables{
      json::object{{"identifier", relation.to_identifier()}, {"metadata_location", uri_of(context, place)}}};
  json::array registered = FLOE_TRY(register_all(opened, tables, get_bool_or(request, "replace", false)));
  for (json::value& item : registered)
    item.as_object()["identifier"] = relation.dotted();
  return Answer{to_json(json::object{{"success", true}, {"dry_run", false}, {"registered", std::move(registered)}}), 0};
}

Result<Answer> register_found(Context& context, const OpenedTables& opened, const json::object& request,
                              DiagnosticSink& sink) {
  ScanChoices choices{words_of(request, "only"), words_of(request, "choose")};
  for (std::string& chosen : choices.chosen)
    chosen = uri_of(context, chosen);
  const json::object found = FLOE_TRY(find_tables(opened, context.files()));
  RegisterPlan plan = FLOE_TRY(plan_registration(found, choices, sink));
  const bool is_dry = get_bool_or(request, "dry_run", false);
  const bool is_fine = plan.undecided.empty();
  if (is_fine && !is_dry && !plan.tables.empty()) FLOE_TRY(register_all(opened, plan.tables, plan.replaces));
  json::object answer{{"success", is_fine}, {"dry_run", is_dry || !is_fine}};
  answer["registered"] = std::move(plan.registered);
  answer["skipped"] = std::move(plan.skipped);
  answer["undecided"] = std::move(plan.undecided);
  return Answer{to_json(answer), is_fine ? 0 : 1};
}

constexpr std::array<std::pair<const char*, const char*>, 3> kFlagsOfScan{
    {{"only", "--only"}, {"choose", "--choose"}, {"dry_run", "--dry-run"}}};

Error half_a_table(const json::object& request) {
  const std::string name = get_string_or(request, "name", "NAMESPACE.TABLE");
  return failf(ErrorCode::kInvalidArgument,
               "one table is registered by its name and its metadata file: `floe table register {} "
               ".../metadata/00004-....metadata.json`; `floe table register --scan --only '{}'` finds the newest file",
               name, request.contains("name") ? name : "main.*");
}

Status check_request(const json::object& request) {
  const bool scans = get_bool_or(request, "scan", false);
  const bool names = request.contains("name") || request.contains("metadata");
  if (scans == names) {
    return fail(ErrorCode::kInvalidArgument,
                "give a name and a metadata file, or `--scan` alone for all that the warehouse holds");
  }
  for (const auto& [key, flag] : kFlagsOfScan) {
    if (scans || !request.contains(key)) continue;
    return failf(ErrorCode::kInvalidArgument, "`{}` belongs to a scan: `floe table register --scan {}`", flag, flag);
  }
  if (names && !(request.contains("name") && request.contains("metadata"))) return half_a_table(request);
  if (scans && request.contains("replace")) {
    return fail(ErrorCode::kInvalidArgument,
                "`--replace` belongs to one table; a scan updates what is certainly older");
  }
  return ok();
}

Result<Answer> register_tables(Context& context, const json::object& request, DiagnosticSink& sink) {
  FLOE_TRY(check_request(request));
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {.with_lost_catalog = true}, sink));
  return get_bool_or(request, "scan", false) ? register_found(context, opened, request, sink)
                                             : register_one(context, opened, request);
}

constexpr std::size_t kWidestCell = 200;  // paths are there to be copied

std::string row_count_text(const json::object& item) {
  const auto rows = get_int(item, "rows");
  return rows ? std::to_string(*rows) : "";
}

std::string registered_table(const json::array& registered, const TextStyle& style) {
  std::vector<std::vector<std::string>> rows;
  for (const json::value& value : registered) {
    const json::object& item = value.as_object();
    rows.push_back({get_string_or(item, "identifier", ""), get_string_or(item, "kind", ""), row_count_text(item),
                    get_string_or(item, "updated_at", ""), get_string_or(item, "metadata_location", "")});
  }
  return format_text_table({{"name"}, {"kind"}, {"rows", Align::kRight}, {"written"}, {"metadata"}}, rows, style,
                           kWidestCell);
}

// What is in the catalog already is only counted.
std::string skipped_lines(const json::array& skipped) {
  std::string out;
  std::int64_t known = 0;
  for (const json::value& value : skipped) {
    const json::object& item = value.as_object();
    const bool is_known = get_string_or(item, "state", "") == "registered";
    known += is_known ? 1 : 0;
    if (is_known) continue;
    const std::string name = get_string_or(item, "identifier", get_string_or(item, "metadata_location", ""));
    out += fmt::format("Left out {}: {}.\n", name, get_string_or(item, "reason", ""));
  }
  if (known > 0) out += fmt::format("In the catalog already: {}.\n", text::counted(known, "table"));
  return out;
}

std::string scan_verdict(const json::object& answer, std::int64_t count) {
  if (!get_bool_or(answer, "success", false)) return "Nothing is registered: see the findings.\n";
  if (count == 0) return "Nothing to register.\n";
  const char* verb = get_bool_or(answer, "dry_run", false) ? "Would register" : "Registered";
  return fmt::format("{} {}.\n", verb, text::counted(count, "table"));
}

AnswerText table_register_text(const json::object& answer, const TextStyle& style) {
  const json::array& registered = list_of(answer, "registered");
  const std::string table = registered.empty() ? "" : registered_table(registered, style);
  return {table + skipped_lines(list_of(answer, "skipped")) +
              scan_verdict(answer, static_cast<std::int64_t>(registered.size())),
          ""};
}

}  // namespace

Verb table_register_verb() {
  return {
      .name = "table register",
      .summary = "make the catalog name tables that storage holds",
      .details =
          R"(One table by its name and metadata file: FLOE_ALREADY_EXISTS when the name or the table is in the catalog, FLOE_DATA when
the file, or one that its current snapshot names, cannot be read. Or all that the warehouse holds, with "scan"; "is_update" is
true where the catalog had an older version. Nothing is registered, and the exit code is 1, while something is undecided
(FLOE-E0502). "yes" is for the command line, where a scan asks before it registers.)",
      .request =
          Arguments()
              .text("name", "name", "namespace.table")
              .text("metadata", "metadata", "its metadata file, a path or URI: .../00004-....metadata.json")
              .flag("--replace", "replace", "another version of a table that the catalog has")
              .flag("--scan", "scan", "instead: the newest version of each table that the warehouse holds")
              .words("--only", "only", "of a scan, the names that match: 'main.*'")
              .words("--choose", "choose", "of a scan, the metadata file to take where several may be the newest")
              .flag("--dry-run", "dry_run", "of a scan, only show what it would register")
              .flag("-y,--yes", "yes", "of a scan, do not ask"),
      .answer = R"({"type": "object", "required": ["success", "registered"], "properties": {
  "success": {"type": "boolean"}, "dry_run": {"type": "boolean"},
  "registered": {"type": "array", "items": {"type": "object", "properties": {
    "identifier": {"type": "string"}, "kind": {"enum": ["table", "view"]}, "metadata_location": {"type": "string"},
    "rows": {"type": ["integer", "null"]}, "updated_at": {"type": ["string", "null"]}, "is_update": {"type": "boolean"}}}},
  "skipped": {"type": "array", "items": {"type": "object", "properties": {
    "identifier": {"type": ["string", "null"]}, "kind": {"type": "string"}, "state": {"type": "string"},
    "reason": {"type": "string"}, "metadata_location": {"type": "string"}}}},
  "undecided": {"type": "array", "items": {"type": "object", "properties": {
    "identifier": {"type": ["string", "null"]}, "kind": {"type": "string"}, "reason": {"type": "string"},
    "versions": {"type": "array"}}}}}})",
      .run = register_tables,
      .text = table_register_text};
}

}  // namespace floe::run
