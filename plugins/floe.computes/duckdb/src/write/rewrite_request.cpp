#include "write/rewrite_request.hpp"

#include "sql/sql_text.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>

namespace floe::duckdb_compute {
namespace {

Result<RewriteMode> parse_mode(const std::string& text) {
  if (text == "delete") return RewriteMode::kDelete;
  if (text == "delete_insert") return RewriteMode::kDeleteInsert;
  if (text == "merge") return RewriteMode::kMerge;
  return failf(ErrorCode::kInvalidArgument, "unknown mode `{}`; known are delete, delete_insert, merge", text);
}

Result<ClauseWhen> parse_when(const std::string& text) {
  if (text == "matched") return ClauseWhen::kMatched;
  if (text == "not_matched" || text == "not_matched_by_target") return ClauseWhen::kNotMatched;
  if (text == "not_matched_by_source") return ClauseWhen::kNotMatchedBySource;
  return failf(ErrorCode::kInvalidArgument,
               "unknown clause `{}`; known are matched, not_matched, not_matched_by_source", text);
}

Result<ClauseAction> parse_action(const std::string& text) {
  if (text == "update") return ClauseAction::kUpdate;
  if (text == "insert") return ClauseAction::kInsert;
  if (text == "delete") return ClauseAction::kDelete;
  if (text == "do_nothing") return ClauseAction::kNothing;
  if (text == "error") return ClauseAction::kError;
  return failf(ErrorCode::kInvalidArgument, "unknown action `{}`; known are update, insert, delete, do_nothing, error",
               text);
}

Result<Clause> parse_clause(const json::object& object, const std::vector<Column>& columns) {
  Clause clause;
  const std::string when = FLOE_TRY(require_string(object, "when"));
  const std::string action = FLOE_TRY(require_string(object, "action"));
  clause.when = FLOE_TRY(parse_when(when));
  clause.action = FLOE_TRY(parse_action(action));
  clause.condition = get_string_or(object, "condition", "");
  const bool inserts = clause.action == ClauseAction::kInsert;
  const bool changes = clause.action == ClauseAction::kUpdate || clause.action == ClauseAction::kDelete;
  if ((inserts && clause.when != ClauseWhen::kNotMatched) || (changes && clause.when == ClauseWhen::kNotMatched)) {
    return failf(ErrorCode::kInvalidArgument, "a `{}` clause cannot {}", when, action);
  }
  if (const json::object* set = get_object(object, "set")) {
    clause.all_columns = false;
    for (const auto& [key, value] : *set) {
      if (!value.is_string()) return failf(ErrorCode::kInvalidArgument, "`set` maps columns to SQL expressions");
      const std::string name = lower_name({key.data(), key.size()});
      const bool known = std::any_of(columns.begin(), columns.end(),
                                     [&](const Column& column) { return lower_name(column.name) == name; });
      if (!known) return failf(ErrorCode::kInvalidArgument, "`set` names `{}`, which the table does not have", name);
      clause.set.emplace_back(name, std::string(to_view(value.get_string())));
    }
  }
  return clause;
}

Result<std::vector<std::string>> parse_texts(const json::object& object, std::string_view key) {
  std::vector<std::string> texts;
  const json::array* list = get_array(object, key);
  if (list == nullptr) return texts;
  for (const json::value& entry : *list) {
    if (!entry.is_string()) return failf(ErrorCode::kInvalidArgument, "`{}` is a list of texts", key);
    texts.emplace_back(to_view(entry.get_string()));
  }
  return texts;
}

Status parse_clauses(const json::object& object, RewriteRequest* out) {
  if (const json::array* list = get_array(object, "clauses")) {
    for (const json::value& entry : *list) {
      const json::object* clause = entry.if_object();
      if (clause == nullptr) return fail(ErrorCode::kInvalidArgument, "a clause is not an object");
      out->clauses.push_back(FLOE_TRY(parse_clause(*clause, out->columns)));
    }
  }
  if (out->clauses.empty()) {  // as dbt's merge without clauses
    out->clauses.push_back({ClauseWhen::kMatched, ClauseAction::kUpdate, "", true, {}});
    out->clauses.push_back({ClauseWhen::kNotMatched, ClauseAction::kInsert, "", true, {}});
  }
  return ok();
}

Result<std::vector<PartialColumn>> parse_partial(const json::object& object) {
  std::vector<PartialColumn> partial;
  const json::array* list = get_array(object, "partial");
  if (list == nullptr) return partial;
  for (const json::value& entry : *list) {
    const json::object* column = entry.if_object();
    if (column == nullptr) return fail(ErrorCode::kInvalidArgument, "a partial column is not an object");
    PartialColumn parsed;
    parsed.name = FLOE_TRY(require_string(*column, "column"));
    parsed.marker = FLOE_TRY(require_string(*column, "marker"));
    partial.push_back(std::move(parsed));
  }
  return partial;
}

}  // namespace

Result<RewriteRequest> parse_rewrite_request(std::string_view json_text) {
  const json::object object = FLOE_TRY(parse_json_object(json_text));
  RewriteRequest request;
  const std::string mode = FLOE_TRY(require_string(object, "mode"));
  request.mode = FLOE_TRY(parse_mode(mode));
  const json::object* target = FLOE_TRY(require_object(object, "target"));
  const json::object* write = FLOE_TRY(require_object(object, "write"));
  if (const json::value* columns = target->if_contains("columns")) request.columns = FLOE_TRY(parse_columns(*columns));
  request.files = FLOE_TRY(parse_files(*target));
  request.write = FLOE_TRY(parse_write_request(*write));
  if (request.columns.empty()) request.columns = request.write.columns;
  request.staged = get_string_or(object, "staged", "");
  if (request.staged.empty() && request.mode != RewriteMode::kDelete) {
    return failf(ErrorCode::kInvalidArgument, "mode `{}` needs `staged`", mode);
  }
  request.unique_key = FLOE_TRY(parse_texts(object, "unique_key"));
  request.predicates = FLOE_TRY(parse_texts(object, "predicates"));
  FLOE_TRY(parse_clauses(object, &request));
  request.partial = FLOE_TRY(parse_partial(object));
  if (request.mode == RewriteMode::kMerge && request.unique_key.empty()) {
    return fail(ErrorCode::kInvalidArgument, "a merge needs `unique_key`");
  }
  return request;
}

}  // namespace floe::duckdb_compute
