// floe show: rows of a model, seed, snapshot or table, now or at an older snapshot.
#include "compile/dbt_project.hpp"
#include "engine/opened_tables.hpp"
#include "engine/owned_rows.hpp"
#include "engine/sql_grants.hpp"
#include "verbs/answer_text.hpp"
#include "verbs/missing_table.hpp"
#include "verbs/pipeline_arguments.hpp"
#include "verbs/row_verbs.hpp"
#include "verbs/verb_table.hpp"
#include "warehouse/arrow_json.hpp"
#include "warehouse/warehouse.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::run {
namespace {

using warehouse::AnswerColumn;
using warehouse::Relation;

constexpr std::int64_t kDefaultLimit = 20;

// Everything a query's stream reads from; lives as long as the stream.
struct ShowState {
  std::shared_ptr<Context> context;
  OpenedTables opened;
  std::unique_ptr<warehouse::Warehouse> warehouse;
  std::uint64_t session = 0;
  const floe_host* host = nullptr;

  ~ShowState() {
    if (warehouse == nullptr) return;
    Call call(host, opened.call.raw());
    static_cast<void>(warehouse->close_session(call, session).has_value());
  }
};

struct Shown {
  std::unique_ptr<ShowState> state;
  std::vector<AnswerColumn> columns;
  ArrowStream rows;
  std::string sql;
};

// What the compute failed at. SQL that fails is a finding about the project, not a mistake in the request.
Error explain(const Shown& shown, const std::string& sql, Error error) {
  ShowState& state = *shown.state;
  Error explained =
      state.warehouse->binder().explain(state.opened.call.raw(), state.session, sql, nullptr, std::move(error));
  if (explained.code == ErrorCode::kInvalidArgument) explained.code = ErrorCode::kData;
  return explained;
}

// A model, seed or snapshot by its dbt name.
Result<Relation> relation_of_node(Context& context, const OpenedTables& opened, const std::string& name) {
  if (!opened.compiled.dbt_project) {
    return failf(ErrorCode::kNotFound, "there is no dbt project here to look `{}` up in; write `namespace.table`",
                 name);
  }
  const DbtClient client = FLOE_TRY(context.dbt(opened.compiled.plugins.at("dbt")));
  json::object request = compile::dbt_request(opened.compiled);
  request["vars"] = json::object();
  request["brief"] = true;
  const std::string text = FLOE_TRY(client.parse(opened.call.raw(), to_json(request)));
  const json::object manifest = FLOE_TRY(parse_json_object(text));
  const json::object* nodes = FLOE_TRY(require_object(manifest, "nodes"));
  std::vector<std::string> known;
  for (const auto& [unique_id, value] : *nodes) {
    const json::object& node = value.as_object();
    const std::string type = get_string_or(node, "resource_type", "");
    if (type != "model" && type != "seed" && type != "snapshot") continue;
    known.push_back(get_string_or(node, "name", ""));
    if (known.back() != name) continue;
    return Relation{get_string_or(node, "schema", "main"), get_string_or(node, "alias", name)};
  }
  auto error = failf(ErrorCode::kNotFound, "there is no model, seed or snapshot `{}`", name);
  if (const auto near = text::nearest(name, known)) error.message += fmt::format("; `{}` exists", *near);
  return error;
}

Result<std::vector<AnswerColumn>> columns_from(const json::object& described) {
  std::vector<AnswerColumn> out;
  for (const json::value& item : *FLOE_TRY(require_array(described, "columns"))) {
    const json::object& column = item.as_object();
    out.push_back({get_string_or(column, "name", ""), type_text(column.at("type"))});
  }
  return out;
}

// Binds the relation and tells what to select from and the columns' Iceberg types.
Result<std::string> bind_shown(Shown& shown, Call& call, const Relation& relation, const std::string& at) {
  ShowState& state = *shown.state;
  const auto entry = FLOE_TRY(state.warehouse->catalog().find(call.raw(), relation));
  if (!entry) return missing_table(state.opened, relation);
  state.context->audit().on_table(entry->relation.dotted(), TableUse::kRead);
  if (entry->kind == warehouse::RelationKind::kView) {
    if (!at.empty()) return failf(ErrorCode::kUnsupported, "`{}` is a view: it has no snapshots", relation.dotted());
    const std::string sql = "select * from " + entry->relation.quoted();
    const auto text = state.warehouse->describe_query(call, state.session, sql, "{}");
    if (!text) return explain(shown, sql, text.error());
    const json::object described = FLOE_TRY(parse_json_object(*text));
    shown.columns = FLOE_TRY(columns_from(described));
    return sql;
  }
  const std::string payload = FLOE_TRY(at_payload(at));
  const std::string identifier = to_json(entry->relation.to_identifier());
  const std::string text = FLOE_TRY(state.warehouse->tables().load(call.raw(), identifier, payload));
  const json::object table = FLOE_TRY(parse_json_object(text));
  shown.columns = FLOE_TRY(columns_from(table));
  if (at.empty()) {
    FLOE_TRY(state.warehouse->binder().bind(call.raw(), state.session, {entry->relation}));
    return "select * from " + entry->relation.quoted();
  }
  const std::string name = "floe_show_" + get_string_or(table, "snapshot_id", "empty");
  const std::string snapshot_id = get_string_or(table, "snapshot_id", "");
  FLOE_TRY(state.warehouse->binder().bind_private(call.raw(), state.session, entry->relation, snapshot_id, name));
  return "select * from " + name;
}

Result<Shown> open_rows(Context& context, const json::object& request, DiagnosticSink& sink) {
  Shown shown;
  shown.state = std::make_unique<ShowState>();
  ShowState& state = *shown.state;
  state.context = context.shared_from_this();
  state.opened = FLOE_TRY(open_tables(context, request, {.with_compute = true}, sink));
  const std::string name = FLOE_TRY(require_string(request, "name"));
  const bool is_table = name.find('.') != std::string::npos;
  const Relation relation = is_table ? FLOE_TRY(warehouse::relation_from_text(name))
                                     : FLOE_TRY(relation_of_node(context, state.opened, name));
  const OpenedPlatform& platform = *state.opened.platform;
  state.host = platform.compute().host();
  auto opened_warehouse = std::make_unique<warehouse::Warehouse>(
      platform.compute(), platform.storage(), platform.tables(),
      warehouse::WarehouseOptions{"", state.opened.compiled.product_name,
                                  state.opened.compiled.plugins.at("compute").type, sql_grants(state.opened.compiled)});
  Call call(state.host, state.opened.call.raw());
  state.session = FLOE_TRY(opened_warehouse->open_session(call, R"({"node_id":"show"})"));
  state.warehouse = std::move(opened_warehouse);
  std::string sql = FLOE_TRY(bind_shown(shown, call, relation, get_string_or(request, "at", "")));
  const std::int64_t limit = get_int(request, "limit").value_or(kDefaultLimit);
  if (limit >= 0) sql += " limit " + std::to_string(limit);
  auto answer = platform.compute().query(call.raw(), state.session, sql, ArrowStream());
  if (!answer) return explain(shown, sql, std::move(answer).error());
  shown.rows = std::move(answer->rows);
  shown.sql = std::move(sql);
  return shown;
}

Result<Answer> show(Context& context, const json::object& request, DiagnosticSink& sink) {
  Shown shown = FLOE_TRY(open_rows(context, request, sink));
  json::array columns;
  for (const AnswerColumn& column : shown.columns) {
    columns.push_back(json::object{{"name", column.name}, {"type", column.type}});
  }
  Answer answer;
  answer.json = "{\"columns\":" + to_json(columns) + ",\"rows\":";
  ArrowArrayStream stream{};
  shown.rows.move_to(&stream);
  auto read = warehouse::append_rows_json(&stream, shown.columns, &answer.json);
  if (!read) return explain(shown, shown.sql, std::move(read).error());
  answer.json += '}';
  return answer;
}

AnswerText show_text(const json::object& answer, const TextStyle& style) { return {rows_text(answer, style), ""}; }

}  // namespace

Verb show_verb() {
  return {.name = "show",
          .summary = "print rows of a model, seed, snapshot or table",
          .details =
              "FLOE_NOT_FOUND when there is none of that name. `floe_show_stream` gives the same rows as an Arrow "
              "stream, as "
              "the table has them: the values of secrets are masked in the answer only.",
          .request = Arguments()
                         .text("name", "name", "model name, or namespace.table", true)
                         .number("--limit", "limit", -1, "rows to print; -1 = all (default 20)")
                         .text("--at", "at", "snapshot id, or time in ISO 8601 (UTC without a zone)")
                         .add(vars_argument()),
          .answer = R"({"type": "object", "required": ["columns", "rows"], "properties": {
  "columns": {"type": "array", "items": {"type": "object", "properties": {
    "name": {"type": "string"}, "type": {"type": "string"}}}},
  "rows": {"type": "array", "items": {"type": "object"}}}})",
          .run = show,
          .text = show_text};
}

Result<ArrowStream> show_rows(Context& context, const json::object& request, DiagnosticSink& sink) {
  Shown shown = FLOE_TRY(open_rows(context, request, sink));
  return own_rows(std::move(shown.state), std::move(shown.rows));
}

}  // namespace floe::run
