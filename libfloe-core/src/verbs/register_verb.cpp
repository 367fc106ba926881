// floe table register: metadata files that storage holds become tables of the catalog.
#include "engine/moved_project.hpp"
#include "engine/opened_tables.hpp"
#include "model/relation.hpp"
#include "verbs/scan_plan.hpp"
#include "verbs/verbs.hpp"

#include "base/fail.hpp"
#include "base/io/file_system.hpp"

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

Result<json::object> find(const OpenedTables& opened, io::FileSystem& files) {
  json::object request{{"root", opened.compiled.warehouse_uri}};
  json::array& aliases = request["aliases"].emplace_array();
  for (const std::string& alias : warehouse_aliases(opened.compiled, files))
    aliases.emplace_back(alias);
  const std::string text = FLOE_TRY(opened.platform->tables().find_tables(opened.call.raw(), to_json(request)));
  return parse_json_object(text);
}

Result<Answer> register_found(Context& context, const OpenedTables& opened, const json::object& request,
                              DiagnosticSink& sink) {
  ScanChoices choices{words_of(request, "only"), words_of(request, "choose")};
  for (std::string& chosen : choices.chosen)
    chosen = uri_of(context, chosen);
  const json::object found = FLOE_TRY(find(opened, context.files()));
  ScanPlan plan = FLOE_TRY(plan_scan(found, choices, sink));
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

}  // namespace

Result<Answer> table_register_verb(Context& context, const json::object& request, DiagnosticSink& sink) {
  FLOE_TRY(check_request(request));
  const OpenedTables opened = FLOE_TRY(open_tables(context, request, {.with_lost_catalog = true}, sink));
  return get_bool_or(request, "scan", false) ? register_found(context, opened, request, sink)
                                             : register_one(context, opened, request);
}

}  // namespace floe::run
