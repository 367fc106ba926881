#include "warehouse/warehouse.hpp"

#include "warehouse/empty_query.hpp"
#include "warehouse/write_attempts.hpp"

#include "base/fail.hpp"
#include "base/json/texts.hpp"
#include "base/text/text.hpp"

#include <algorithm>

namespace floe::warehouse {
namespace {

constexpr const char* kExecuteGuarded = R"({"guard":true})";

Result<json::object> parse_options(std::string_view options) {
  if (options.empty()) return json::object();
  return parse_json_object(options);
}

Result<Relation> parse_relation(std::string_view text) {
  const json::object object = FLOE_TRY(parse_json_object(text));
  return relation_from_json(object);
}

// The unique id of the node that asks for something without a session.
Result<std::string> asking_node(std::string_view request) {
  const json::object object = FLOE_TRY(parse_json_object(request));
  return get_string_or(object, "node_id", "");
}

// `(expression) AS "column"` of each.
std::string assigned(const json::object& set) {
  std::string out;
  for (const auto& [column, expression] : set) {
    out += fmt::format("{}({}) AS {}", out.empty() ? "" : ", ",
                       expression.is_string() ? to_view(expression.get_string()) : "NULL", quoted_name(column));
  }
  return out;
}

std::string drop_request(bool is_view) {
  return is_view ? R"({"if_exists":true})" : R"({"purge":true,"if_exists":true})";
}

}  // namespace

Warehouse::Warehouse(ComputeClient compute, StorageClient storage, TableFormatClient tables, WarehouseOptions options)
    : compute_(compute),
      storage_(storage),
      tables_(tables),
      options_(std::move(options)),
      catalog_(tables),
      monitor_(options_.grants, catalog_),
      classes_(options_.grants),
      binder_(compute, storage, tables, catalog_, monitor_,
              RelationBinderOptions{
                  .dialect = options_.compute_name, .on_read = options_.on_read, .on_file = options_.on_file}),
      writer_(compute, storage, tables) {}

Result<std::string> Warehouse::describe(Call& /*call*/) {
  return to_json(json::object{{"adapter_type", options_.compute_name},
                              {"database", kDatabase},
                              {"flavour", "iceberg"},
                              {"compute", options_.compute_name}});
}

Result<std::uint64_t> Warehouse::open_session(Call& call, std::string_view options) {
  const json::object object = FLOE_TRY(parse_options(options));
  const std::string node = get_string_or(object, "node_id", "");
  const std::uint64_t session =
      FLOE_TRY(compute_.open_session(call.raw(), to_json(json::object{{"name", node}, {"sql", options_.sql_grants}})));
  const std::lock_guard lock(nodes_mutex_);
  nodes_[session] = node;
  return session;
}

std::string Warehouse::node_of(std::uint64_t session) {
  const std::lock_guard lock(nodes_mutex_);
  const auto found = nodes_.find(session);
  return found == nodes_.end() ? std::string() : found->second;
}

Status Warehouse::may_write(std::string_view node, const Relation& relation) const {
  return options_.grants ? check_write(*options_.grants, node, relation) : ok();
}

Status Warehouse::close_session(Call& call, std::uint64_t session) {
  binder_.end_session(session);
  {
    const std::lock_guard lock(nodes_mutex_);
    nodes_.erase(session);
  }
  return compute_.close_session(call.raw(), session);
}

// A query of the columns that `sql` would give.
Result<std::string> Warehouse::without_rows(floe_call* call, std::uint64_t session, std::string_view sql) {
  const std::string described = FLOE_TRY(compute_.describe_query(call, session, sql));
  const json::object object = FLOE_TRY(parse_json_object(described));
  std::vector<TypedColumn> columns;
  for (const json::value& item : *FLOE_TRY(require_array(object, "columns"))) {
    const json::object& column = item.as_object();
    columns.push_back({FLOE_TRY(require_string(column, "name")), get_string_or(column, "sql_type", "")});
  }
  return empty_query(columns);
}

Status Warehouse::query(Call& call, std::uint64_t session, std::string_view sql, std::string_view options,
                        ArrowArrayStream& rows, Sink& stats) {
  const json::object object = FLOE_TRY(parse_options(options));
  const std::vector<Relation> resolved = FLOE_TRY(relations_from_json(object, "relations"));
  FLOE_TRY(binder_.bind_for(call.raw(), session, node_of(session), sql, StatementKind::kQuery, resolved));
  std::string empty;
  if (options_.only_binds) empty = FLOE_TRY(without_rows(call.raw(), session, sql));
  // Before the rows: a session answers one statement at a time.
  std::shared_ptr<ReadRows> read;
  if (const std::string node = node_of(session); !options_.only_binds && classes_.concerns(node)) {
    read = std::make_shared<ReadRows>();
    const auto analysis = FLOE_TRY(analyzed(call, session, std::string(sql)));
    classes_.on_answer(node, analysis ? &*analysis : nullptr, read);
  }
  auto answer = compute_.query(call.raw(), session, options_.only_binds ? std::string_view(empty) : sql, ArrowStream());
  if (!answer) return binder_.explain(call.raw(), session, sql, nullptr, std::move(answer).error());
  if (read) answer->rows = counted_rows(std::move(answer->rows), read);
  answer->rows.move_to(&rows);
  stats.write(answer->stats);
  return ok();
}

Result<std::string> Warehouse::execute(Call& call, std::uint64_t session, std::string_view sql,
                                       std::string_view options) {
  const json::object object = FLOE_TRY(parse_options(options));
  const std::vector<Relation> resolved = FLOE_TRY(relations_from_json(object, "relations"));
  FLOE_TRY(binder_.bind_for(call.raw(), session, node_of(session), sql, StatementKind::kOther, resolved));
  if (options_.only_binds) return std::string(R"({"rows_affected":0})");
  return compute_.execute(call.raw(), session, sql, kExecuteGuarded);
}

Result<std::string> Warehouse::describe_query(Call& call, std::uint64_t session, std::string_view sql,
                                              std::string_view options) {
  const json::object object = FLOE_TRY(parse_options(options));
  const std::vector<Relation> resolved = FLOE_TRY(relations_from_json(object, "relations"));
  FLOE_TRY(binder_.bind_for(call.raw(), session, node_of(session), sql, StatementKind::kQuery, resolved));
  return compute_.describe_query(call.raw(), session, sql);
}

Status Warehouse::check_reach(const Relation& relation) const {
  if (monitor_.may_read("", relation) || may_write("", relation)) return ok();
  return monitor_.check("", relation);
}

Result<std::string> Warehouse::relations(Call& call, std::string_view filter) {
  const json::object object = FLOE_TRY(parse_options(filter));
  json::array out;
  for (const CatalogEntry& entry : FLOE_TRY(catalog_.list(call.raw(), get_string(object, "schema")))) {
    if (!check_reach(entry.relation)) continue;
    json::object relation = entry.relation.to_relation();
    relation["type"] = entry.kind == RelationKind::kView ? "view" : "table";
    out.push_back(std::move(relation));
  }
  return to_json(json::object{{"relations", std::move(out)}});
}

Result<std::uint64_t> Warehouse::own_session(Call& call) {
  if (!session_) {
    const json::object options{{"name", "catalog"}, {"sql", options_.sql_grants}};
    session_ = FLOE_TRY(compute_.open_session(call.raw(), to_json(options)));
  }
  return *session_;
}

Result<std::string> Warehouse::columns(Call& call, std::string_view relation_json) {
  const Relation relation = FLOE_TRY(parse_relation(relation_json));
  const std::string node = FLOE_TRY(asking_node(relation_json));
  FLOE_TRY(monitor_.check(node, relation));
  const std::optional<CatalogEntry> entry = FLOE_TRY(catalog_.find(call.raw(), relation));
  if (!entry) return failf(ErrorCode::kNotFound, "relation `{}` does not exist", relation.dotted());
  const std::lock_guard lock(session_mutex_);
  const std::uint64_t session = FLOE_TRY(own_session(call));
  FLOE_TRY(binder_.bind_columns(call.raw(), session, entry->relation));
  return compute_.describe_query(call.raw(), session, "select * from " + entry->relation.quoted());
}

Status Warehouse::ensure_namespace(Call& call, const std::string& schema) {
  const std::lock_guard lock(namespaces_mutex_);
  if (namespaces_.contains(schema)) return ok();
  FLOE_TRY(tables_.create_namespace(call.raw(), to_json(namespace_levels(schema))));
  namespaces_.insert(schema);
  return ok();
}

Status Warehouse::create_namespace(Call& call, std::string_view schema) {
  if (options_.grants) FLOE_TRY(check_namespace(*options_.grants, std::string(schema)));
  return ensure_namespace(call, std::string(schema));
}

// Every table of it before the first one is gone.
Status Warehouse::may_drop_namespace(Call& call, const std::string& schema) {
  if (!options_.grants) return ok();
  FLOE_TRY(check_namespace(*options_.grants, schema));
  for (const CatalogEntry& entry : FLOE_TRY(catalog_.list(call.raw(), schema)))
    FLOE_TRY(check_owned(*options_.grants, entry.relation));
  return ok();
}

Status Warehouse::drop_namespace(Call& call, std::string_view schema) {
  FLOE_TRY(may_drop_namespace(call, std::string(schema)));
  for (const CatalogEntry& entry : FLOE_TRY(catalog_.list(call.raw(), std::string(schema)))) {
    FLOE_TRY(drop_relation(call, entry.relation));
  }
  {
    const std::lock_guard lock(namespaces_mutex_);
    namespaces_.erase(std::string(schema));
  }
  return tables_.drop_namespace(call.raw(), to_json(namespace_levels(schema)));
}

Status Warehouse::drop(Call& call, std::string_view relation_json) {
  const Relation relation = FLOE_TRY(parse_relation(relation_json));
  const std::string node = FLOE_TRY(asking_node(relation_json));
  FLOE_TRY(may_write(node, relation));
  return drop_relation(call, relation);
}

Status Warehouse::drop_relation(Call& call, const Relation& relation) {
  const std::optional<CatalogEntry> entry = FLOE_TRY(catalog_.find(call.raw(), relation));
  if (!entry) return ok();
  const bool is_view = entry->kind == RelationKind::kView;
  const std::string identifier = to_json(entry->relation.to_identifier());
  if (is_view) {
    FLOE_TRY(tables_.drop_view(call.raw(), identifier, drop_request(true)));
  } else {
    FLOE_TRY(tables_.drop(call.raw(), identifier, drop_request(false)));
  }
  note_change(entry->relation, true);
  catalog_.erase(relation);
  const std::lock_guard lock(session_mutex_);
  const std::uint64_t session = FLOE_TRY(own_session(call));
  return binder_.unbind(call.raw(), session, entry->relation);
}

Status Warehouse::rename(Call& call, std::string_view from_json, std::string_view to_json_text) {
  const Relation from = FLOE_TRY(parse_relation(from_json));
  const Relation to = FLOE_TRY(parse_relation(to_json_text));
  const std::string node = FLOE_TRY(asking_node(from_json));
  FLOE_TRY(may_write(node, from));
  FLOE_TRY(may_write(node, to));
  const std::optional<CatalogEntry> entry = FLOE_TRY(catalog_.find(call.raw(), from));
  if (!entry) return failf(ErrorCode::kNotFound, "relation `{}` does not exist", from.dotted());
  FLOE_TRY(ensure_namespace(call, to.schema));
  const std::string source = to_json(entry->relation.to_identifier());
  const std::string target = to_json(to.to_identifier());
  if (entry->kind == RelationKind::kView) {
    FLOE_TRY(tables_.rename_view(call.raw(), source, target));
  } else {
    FLOE_TRY(tables_.rename(call.raw(), source, target));
  }
  note_change(entry->relation, true);
  note_change(to, false);
  catalog_.erase(from);
  catalog_.put(to, entry->kind);
  if (entry->is_pinned) catalog_.set_snapshot(to, entry->snapshot_id);
  binder_.forget(to);
  const std::lock_guard lock(session_mutex_);
  const std::uint64_t session = FLOE_TRY(own_session(call));
  return binder_.unbind(call.raw(), session, entry->relation);
}

Status Warehouse::truncate(Call& call, std::string_view relation_json) {
  const Relation relation = FLOE_TRY(parse_relation(relation_json));
  const std::string node = FLOE_TRY(asking_node(relation_json));
  FLOE_TRY(may_write(node, relation));
  const json::object summary{{"floe.run-id", options_.run_id}};
  const std::string text = FLOE_TRY(
      tables_.truncate(call.raw(), to_json(relation.to_identifier()), to_json(json::object{{"summary", summary}})));
  const json::object answer = FLOE_TRY(parse_json_object(text));
  note_change(relation, false);
  catalog_.set_snapshot(relation, get_string_or(answer, "snapshot_id", ""));
  binder_.forget(relation);
  return ok();
}

Status Warehouse::comment(Call& call, std::string_view request) {
  const json::object object = FLOE_TRY(parse_json_object(request));
  const json::object* relation_object = FLOE_TRY(require_object(object, "relation"));
  const Relation relation = FLOE_TRY(relation_from_json(*relation_object));
  FLOE_TRY(may_write(get_string_or(*relation_object, "node_id", ""), relation));
  const std::optional<CatalogEntry> entry = FLOE_TRY(catalog_.find(call.raw(), relation));
  // A view takes its comments when it is created.
  if (!entry || entry->kind == RelationKind::kView) return ok();
  const std::string identifier = to_json(entry->relation.to_identifier());
  if (const auto text = get_string(object, "comment")) {
    const json::object updates{{"comment", *text}};
    FLOE_TRY(tables_.set_properties(call.raw(), identifier,
                                    to_json(json::object{{"updates", updates}, {"removals", json::array()}})));
  }
  json::array changes;
  if (const json::object* columns = get_object(object, "columns")) {
    for (const auto& [name, doc] : *columns) {
      changes.push_back(json::object{{"action", "set_doc"}, {"name", name}, {"doc", doc}});
    }
  }
  if (changes.empty()) return ok();
  FLOE_TRY(tables_.update_schema(call.raw(), identifier, to_json(changes)));
  return ok();
}

// Catalogs keep tables and views in one space of names.
Status Warehouse::make_room(Call& call, const Relation& relation, RelationKind wanted) {
  FLOE_TRY(ensure_namespace(call, relation.schema));
  const std::optional<CatalogEntry> entry = FLOE_TRY(catalog_.find(call.raw(), relation));
  if (!entry || entry->kind == wanted) return ok();
  return drop_relation(call, relation);
}

Result<json::object> Warehouse::commit_write(Call& call, std::uint64_t session, WriteRequest request) {
  FLOE_TRY(may_write(node_of(session), request.relation));
  FLOE_TRY(make_room(call, request.relation, RelationKind::kTable));
  const bool is_new = !FLOE_TRY(catalog_.find(call.raw(), request.relation));
  request.summary["floe.run-id"] = options_.run_id;
  request.summary["floe.product"] = options_.product;
  const std::string node_id = get_string_or(request.options, "node_id", "");
  if (!node_id.empty()) {
    request.summary["floe.node-id"] = node_id;
    request.idempotency_key = options_.run_id + "/" + node_id + "/" + get_string_or(request.options, "step", "main");
  }
  auto written = write_until_committed(call, session, request);
  if (!written && written.error().code == ErrorCode::kAlreadyExists) {
    FLOE_TRY(take_note_of_others(call, request.relation));
  }
  json::object answer = FLOE_TRY(std::move(written));
  note_change(request.relation, false);
  note_columns(request.relation, answer.if_contains("columns"));
  if (is_new) note_time_columns(request.relation, answer.if_contains("columns"));
  answer.erase("columns");
  const std::string snapshot_id = get_string_or(answer, "snapshot_id", "");
  if (!snapshot_id.empty()) {
    catalog_.set_snapshot(request.relation, snapshot_id);
  } else if (!FLOE_TRY(catalog_.find(call.raw(), request.relation))) {
    catalog_.put(request.relation, RelationKind::kTable);
  }
  binder_.forget(request.relation);
  return answer;
}

// The caller asked for a relation that nobody has; what it does next must see the one that is there.
Status Warehouse::take_note_of_others(Call& call, const Relation& relation) {
  call.log(FLOE_LOG_INFO, "warehouse", fmt::format("`{}` was created by others meanwhile", relation.dotted()));
  binder_.forget(relation);
  return catalog_.refresh(call.raw(), relation);
}

// After a conflict a write is made again on the state that the table has then, by its query or with the rows that were
// staged once, so that the table is as if the writers had come one after the other.
Result<json::object> Warehouse::write_until_committed(Call& call, std::uint64_t session, WriteRequest& request) {
  const bool changes_rows = request.mode == "delete_insert" || request.mode == "merge";
  WriteAttempts attempts(request.relation.dotted());
  while (true) {
    attempts.begin();
    if (changes_rows) request.base_snapshot_id = FLOE_TRY(catalog_.pin(call.raw(), request.relation));
    auto answer = writer_.write({call.raw(), session}, request);
    if (answer) return answer;
    if (answer.error().code != ErrorCode::kConflict) {
      return binder_.explain(call.raw(), session, request.sql, changes_rows ? &request.relation : nullptr,
                             std::move(answer).error());
    }
    if (!attempts.wait(call)) {
      return std::move(answer).error().with_context(
          fmt::format("writing to `{}`, {} times", request.relation.dotted(), attempts.failures()));
    }
    catalog_.unpin(request.relation);
    binder_.forget(request.relation);
    if (!request.staged.empty()) continue;
    const std::vector<Relation> resolved = FLOE_TRY(relations_from_json(request.options, "relations"));
    FLOE_TRY(binder_.bind_for(call.raw(), session, node_of(session), request.sql, StatementKind::kQuery, resolved));
  }
}

void Warehouse::note_change(const Relation& relation, bool is_dropped) const {
  if (options_.on_change) options_.on_change(relation.dotted(), is_dropped);
}

void Warehouse::note_columns(const Relation& relation, const json::value* columns) {
  if (columns == nullptr || !columns->is_array()) return;
  std::vector<std::pair<std::string, std::string>> list;
  for (const json::value& item : columns->get_array()) {
    const json::object& column = item.as_object();
    list.emplace_back(get_string_or(column, "name", ""), get_string_or(column, "sql_type", ""));
  }
  const std::lock_guard lock(columns_mutex_);
  written_columns_[relation.key()] = std::move(list);
}

void Warehouse::note_time_columns(const Relation& relation, const json::value* columns) {
  if (columns == nullptr || !columns->is_array()) return;
  for (const json::value& item : columns->get_array()) {
    const json::value* type = item.as_object().if_contains("type");
    // The name of the type, at whatever depth.
    if (type == nullptr || to_json(*type).find("\"time\"") == std::string::npos) continue;
    const std::lock_guard lock(columns_mutex_);
    time_columns_.push_back(relation.dotted() + "." + get_string_or(item.as_object(), "name", ""));
  }
}

std::vector<std::string> Warehouse::new_time_columns() {
  const std::lock_guard lock(columns_mutex_);
  std::vector<std::string> columns = time_columns_;
  std::sort(columns.begin(), columns.end());
  return columns;
}

std::vector<std::pair<std::string, std::string>> Warehouse::written_columns(const Relation& relation) {
  const std::lock_guard lock(columns_mutex_);
  const auto found = written_columns_.find(relation.key());
  return found == written_columns_.end() ? std::vector<std::pair<std::string, std::string>>() : found->second;
}

Result<std::optional<json::object>> Warehouse::analyzed(Call& call, std::uint64_t session, const std::string& sql) {
  const auto analysis = compute_.analyze(call.raw(), session, sql);
  if (!analysis && analysis.error().code == ErrorCode::kCancelled) return analysis.error();
  if (!analysis) return std::optional<json::object>();
  return std::optional(FLOE_TRY(parse_json_object(*analysis)));
}

Status Warehouse::check_columns(Call& call, std::uint64_t session, const Relation& target, const std::string& sql) {
  const std::string node = node_of(session);
  if (!classes_.concerns(node)) return ok();
  const auto analysis = FLOE_TRY(analyzed(call, session, sql));
  return classes_.check(node, target, analysis ? &*analysis : nullptr);
}

// What a merge sets, each clause as a query on what it sees; what its conditions and predicates read.
Status Warehouse::check_clauses(Call& call, std::uint64_t session, const WriteRequest& request) {
  if (!options_.grants || !FLOE_TRY(catalog_.find(call.raw(), request.relation))) return ok();
  const std::string from = fmt::format(" FROM (\n{}\n) AS DBT_INTERNAL_SOURCE, {} AS DBT_INTERNAL_DEST", request.sql,
                                       request.relation.quoted());
  const std::string node = node_of(session);
  const auto bind = [&](const std::string& sql) {
    return binder_.bind_for(call.raw(), session, node, sql, StatementKind::kQuery, {request.relation});
  };
  std::string conditions;
  for (const std::string& predicate : get_texts(request.options, "predicates"))
    conditions += fmt::format(" AND ({})", predicate);
  const json::array* clauses = get_array(request.options, "clauses");
  for (std::size_t i = 0; clauses != nullptr && i < clauses->size(); ++i) {
    const json::object& clause = (*clauses)[i].as_object();
    const std::string condition = get_string_or(clause, "condition", "");
    if (!condition.empty()) conditions += fmt::format(" AND ({})", condition);
    const json::object* set = get_object(clause, "set");
    if (set == nullptr || set->empty()) continue;
    const std::string sql = "SELECT " + assigned(*set) + from;
    FLOE_TRY(bind(sql));
    FLOE_TRY(check_columns(call, session, request.relation, sql));
  }
  return conditions.empty() ? ok() : bind("SELECT 1" + from + " WHERE true" + conditions);
}

Result<std::string> Warehouse::write(Call& call, std::uint64_t session, std::string_view request_json) {
  WriteRequest request;
  request.options = FLOE_TRY(parse_json_object(request_json));
  const json::object* relation = FLOE_TRY(require_object(request.options, "relation"));
  request.relation = FLOE_TRY(relation_from_json(*relation));
  request.sql = FLOE_TRY(require_string(request.options, "sql"));
  request.mode = FLOE_TRY(require_string(request.options, "mode"));
  FLOE_TRY(may_write(node_of(session), request.relation));
  const std::vector<Relation> resolved = FLOE_TRY(relations_from_json(request.options, "relations"));
  FLOE_TRY(binder_.bind_for(call.raw(), session, node_of(session), request.sql, StatementKind::kQuery, resolved));
  FLOE_TRY(check_columns(call, session, request.relation, request.sql));
  FLOE_TRY(check_clauses(call, session, request));
  const json::object answer = FLOE_TRY(commit_write(call, session, std::move(request)));
  return to_json(answer);
}

Result<json::object> Warehouse::write_staged(Call& call, std::uint64_t session, const Relation& relation,
                                             const std::string& staged, const json::object& options) {
  WriteRequest request;
  request.relation = relation;
  request.staged = staged;
  request.options = options;
  request.mode = get_string_or(options, "mode", "replace");
  return commit_write(call, session, std::move(request));
}

Result<std::string> Warehouse::create_view(Call& call, std::uint64_t session, std::string_view request_json) {
  const json::object request = FLOE_TRY(parse_json_object(request_json));
  const json::object* relation_object = FLOE_TRY(require_object(request, "relation"));
  const Relation relation = FLOE_TRY(relation_from_json(*relation_object));
  const std::string sql = FLOE_TRY(require_string(request, "sql"));
  FLOE_TRY(may_write(node_of(session), relation));
  const std::vector<Relation> resolved = FLOE_TRY(relations_from_json(request, "relations"));
  FLOE_TRY(binder_.bind_for(call.raw(), session, node_of(session), sql, StatementKind::kQuery, resolved));
  FLOE_TRY(check_columns(call, session, relation, sql));
  const std::string described = FLOE_TRY(compute_.describe_query(call.raw(), session, sql));
  const json::object columns = FLOE_TRY(parse_json_object(described));
  FLOE_TRY(make_room(call, relation, RelationKind::kView));
  json::object properties;
  if (const auto text = get_string(request, "comment"); text && !text->empty()) properties["comment"] = *text;
  const json::object view{{"sql", sql},
                          {"dialect", options_.compute_name},
                          {"columns", columns.at("columns")},
                          {"replace", true},
                          {"properties", std::move(properties)},
                          {"summary", json::object{{"floe.run-id", options_.run_id}}}};
  FLOE_TRY(tables_.create_view(call.raw(), to_json(relation.to_identifier()), to_json(view)));
  note_change(relation, false);
  note_columns(relation, columns.if_contains("columns"));
  catalog_.put(relation, RelationKind::kView);
  binder_.forget(relation);
  return std::string(R"({"message":"OK"})");
}

Result<json::object> Warehouse::read_files(floe_call* call, std::uint64_t session, const json::object& request) {
  if (options_.on_file) {
    for (const std::string& path : get_texts(request, "paths"))
      options_.on_file(path, false);
  }
  const std::string answer = FLOE_TRY(compute_.read_files(call, session, to_json(request)));
  return parse_json_object(answer);
}

Result<std::string> Warehouse::load_file(Call& call, std::uint64_t session, std::string_view request_json) {
  const json::object request = FLOE_TRY(parse_json_object(request_json));
  const json::object* relation_object = FLOE_TRY(require_object(request, "relation"));
  const Relation relation = FLOE_TRY(relation_from_json(*relation_object));
  FLOE_TRY(may_write(node_of(session), relation));
  // dbt has names of its own for columns that the header does not name, or names twice.
  json::object read{{"on_error", "fail"}, {"by_position", true}};
  for (const char* key : {"format", "paths", "options", "columns"}) {
    if (const json::value* value = request.if_contains(key)) read[key] = *value;
  }
  const json::object staged = FLOE_TRY(read_files(call.raw(), session, read));
  const std::string name = FLOE_TRY(require_string(staged, "name"));
  json::object answer = FLOE_TRY(write_staged(call, session, relation, name, request));
  answer["message"] = fmt::format("INSERT {}", get_int(answer, "rows").value_or(0));
  return to_json(answer);
}

Result<std::string> Warehouse::snapshot_of(Call& call, std::string_view relation_json) {
  const Relation relation = FLOE_TRY(parse_relation(relation_json));
  const std::string snapshot_id = FLOE_TRY(catalog_.pin(call.raw(), relation));
  json::value answer = nullptr;
  if (!snapshot_id.empty()) answer = json::value(snapshot_id);
  return to_json(json::object{{"snapshot_id", std::move(answer)}});
}

Result<std::string> Warehouse::analyze(Call& call, std::uint64_t session, std::string_view sql) {
  FLOE_TRY(binder_.bind_for(call.raw(), session, node_of(session), sql, StatementKind::kQuery, {}));
  return compute_.analyze(call.raw(), session, sql);
}

// Sources, unselected refs and `this` of the selected nodes are fixed before the first node starts.
Status Warehouse::pin_inputs(Call& call, const json::object& plan) {
  for (const Relation& relation : FLOE_TRY(relations_from_json(plan, "inputs"))) {
    FLOE_TRY(catalog_.pin(call.raw(), relation));
  }
  return ok();
}

Status Warehouse::record(Call& call, std::string_view record_json) {
  const json::object object = FLOE_TRY(parse_json_object(record_json));
  if (get_string_or(object, "event", "") == "plan") FLOE_TRY(pin_inputs(call, object));
  if (!options_.on_record) return ok();
  return options_.on_record(record_json);
}

}  // namespace floe::warehouse
