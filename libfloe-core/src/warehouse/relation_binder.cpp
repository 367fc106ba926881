#include "warehouse/relation_binder.hpp"

#include "warehouse/older_version.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <utility>

namespace floe::warehouse {
namespace {

std::vector<Relation> relations_of(const std::vector<CatalogEntry>& entries) {
  std::vector<Relation> relations;
  relations.reserve(entries.size());
  for (const CatalogEntry& entry : entries)
    relations.push_back(entry.relation);
  return relations;
}

json::array bindings_of(const std::vector<Relation>& relations) {
  json::array list;
  list.reserve(relations.size());
  for (const Relation& relation : relations)
    list.push_back(relation.to_binding());
  return list;
}

// A name may be in a text, too: `query_table('orders')`.
bool mentions(std::string_view lower_sql, const Relation& relation) {
  return lower_sql.find(text::to_lower_ascii(relation.identifier)) != std::string::npos;
}

// A file could not be read, and the engine does not say which.
bool is_of_some_file(const Error& error) { return error.detail("floe.unreadable-file") != nullptr; }

// Failures that a damaged file may bring about. Most are the fault of the SQL, and no file is looked at.
bool may_be_damage(const Error& error) {
  if (error.detail("floe.diagnostics") != nullptr) return false;
  return is_of_some_file(error) || error.message.find('/') != std::string::npos;
}

// Of a table that cannot be read, not of a storage that does not answer.
bool is_refusal(const Error& error) {
  return error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kData ||
         error.code == ErrorCode::kNotFound || error.code == ErrorCode::kInvalidState;
}

// Not kept as bound: the next statement plans it again, and gets the error itself when it names the relation.
json::object refused_scan(const Relation& relation, const Error& error) {
  return {{"relation", relation.to_binding()},
          {"kind", "refused"},
          {"key", relation.key() + "@refused " + error.to_string()},
          {"columns", nullptr},
          {"message", error.to_string()}};
}

}  // namespace

Status RelationBinder::bind_for(floe_call* call, std::uint64_t session, std::string_view node, std::string_view sql,
                                StatementKind kind, const std::vector<Relation>& looked_up) {
  const StatementNames named = FLOE_TRY(names_of(call, session, sql, kind));
  FLOE_TRY(monitor_.check(call, node, sql, named));
  const std::vector<Relation> resolved = monitor_.granted(node, looked_up);
  FLOE_TRY(note_reads(call, named.opaque ? resolved : named.relations));
  auto prunable = FLOE_TRY(bind_shared(call, session, named.relations, false));
  // Looked up, and a word of the text: a column's name perhaps. What cannot be read fails only a query that reads it.
  const std::string lower_sql = resolved.empty() ? "" : text::to_lower_ascii(sql);
  std::vector<Relation> mentioned;
  std::copy_if(resolved.begin(), resolved.end(), std::back_inserter(mentioned), [&](const Relation& relation) {
    const auto is_same = [&](const Relation& other) { return other.key() == relation.key(); };
    return mentions(lower_sql, relation) && std::none_of(named.relations.begin(), named.relations.end(), is_same);
  });
  const auto perhaps = FLOE_TRY(bind_shared(call, session, mentioned, true));
  prunable.insert(prunable.end(), perhaps.begin(), perhaps.end());
  if (named.opaque) {
    const auto hinted = FLOE_TRY(bind_shared(call, session, resolved, true));
    prunable.insert(prunable.end(), hinted.begin(), hinted.end());
  }
  if (named.whole_catalog || (named.opaque && resolved.empty())) {
    // What is bound is listed to all nodes, so that it is the whole product's catalog, and nothing else of it.
    const std::vector<CatalogEntry> all = FLOE_TRY(catalog_.list(call, std::nullopt));
    prunable = FLOE_TRY(bind_shared(call, session, monitor_.granted("", relations_of(all)), true));
  }
  if (prunable.empty()) return release(call, session);
  if (!named.opaque && compute_.can(FLOE_COMPUTE_SCAN_FILTERS)) return choose_files(call, session, sql, prunable);
  FLOE_TRY(release(call, session));
  return share_files(call, session, prunable);
}

Status RelationBinder::bind(floe_call* call, std::uint64_t session, const std::vector<Relation>& relations) {
  FLOE_TRY(note_reads(call, relations));
  const std::vector<CatalogEntry> prunable = FLOE_TRY(bind_shared(call, session, relations, false));
  FLOE_TRY(release(call, session));
  return share_files(call, session, prunable);
}

Status RelationBinder::bind_columns(floe_call* call, std::uint64_t session, const Relation& relation) {
  const std::lock_guard lock(mutex_);
  Plan plan;
  FLOE_TRY(plan_relation(call, session, relation, false, &plan));
  return bind_together(call, session, plan.scans);
}

// Of what is no query only its files count, and those of one that the engine cannot parse are not asked for.
Result<StatementNames> RelationBinder::names_of(floe_call* call, std::uint64_t session, std::string_view sql,
                                                StatementKind kind) {
  StatementNames named;
  named.opaque = true;
  if (kind == StatementKind::kQuery) {
    named = FLOE_TRY(names_in(compute_, call, session, sql));
  } else if (options_.on_file) {
    if (auto other = names_in(compute_, call, session, sql)) {
      named.files_read = std::move(other->files_read);
      named.files_written = std::move(other->files_written);
    }
  }
  if (!options_.on_file) return named;
  for (const std::string& path : named.files_read)
    options_.on_file(path, false);
  for (const std::string& path : named.files_written)
    options_.on_file(path, true);
  return named;
}

// A name may be that of a temporary table, which is no relation of the catalog.
Status RelationBinder::note_reads(floe_call* call, const std::vector<Relation>& relations) {
  if (!options_.on_read) return ok();
  for (const Relation& relation : relations) {
    if (const auto entry = FLOE_TRY(catalog_.find(call, relation))) options_.on_read(entry->relation.dotted());
  }
  return ok();
}

// The tables among them and among what their views read whose files are to be chosen.
Result<std::vector<CatalogEntry>> RelationBinder::bind_shared(floe_call* call, std::uint64_t session,
                                                              const std::vector<Relation>& relations, bool is_lenient) {
  Plan plan;
  plan.most_files = options_.most_unpruned_files;
  if (relations.empty()) return plan.prunable;
  const std::lock_guard lock(mutex_);
  for (const Relation& relation : relations)
    FLOE_TRY(plan_relation(call, session, relation, is_lenient, &plan));
  FLOE_TRY(is_lenient ? bind_each(call, session, plan.scans) : bind_together(call, session, plan.scans));
  return plan.prunable;
}

Status RelationBinder::bind_together(floe_call* call, std::uint64_t session, const json::array& scans) {
  if (scans.empty()) return ok();
  Status bound = compute_.bind(call, session, to_json(scans));
  if (bound) return bound;
  for (const json::value& scan : scans) {  // what was planned is not there
    const auto relation = relation_from_json(scan.as_object().at("relation").as_object());
    if (relation) bound_.erase(relation->key());
  }
  return bound;
}

// A view that no longer fits its tables must not hide the rest of the catalog.
Status RelationBinder::bind_each(floe_call* call, std::uint64_t session, const json::array& scans) {
  for (const json::value& scan : scans) {
    Status bound = bind_together(call, session, {scan});
    if (bound) continue;
    if (!is_refusal(bound.error()) && bound.error().code != ErrorCode::kInvalidArgument) return bound;
    const json::object* name = FLOE_TRY(require_object(scan.as_object(), "relation"));
    const Relation relation = FLOE_TRY(relation_from_json(*name));
    FLOE_TRY(bind_together(call, session, {refused_scan(relation, bound.error())}));
    bound_.erase(relation.key());
  }
  return ok();
}

Status RelationBinder::plan_relation(floe_call* call, std::uint64_t session, const Relation& relation, bool is_lenient,
                                     Plan* plan) {
  const std::string key = relation.key();
  if (!plan->seen.insert(key).second) return ok();
  const std::optional<CatalogEntry> entry = FLOE_TRY(catalog_.find(call, relation));
  if (!entry) return ok();  // not ours: the engine says so with its own words
  if (const auto found = bound_.find(key); found != bound_.end()) {
    if (found->second.is_prunable) plan->prunable.push_back(*entry);
    for (const Relation& input : found->second.inputs)
      FLOE_TRY(plan_relation(call, session, input, is_lenient, plan));
    return ok();
  }
  Status planned = plan_entry(call, session, *entry, plan);
  if (planned || !is_lenient || !is_refusal(planned.error())) return planned;
  json::object scan = refused_scan(entry->relation, planned.error());
  if (entry->kind == RelationKind::kTable) add_columns(call, entry->relation, &scan);
  plan->scans.push_back(std::move(scan));
  return ok();
}

Status RelationBinder::plan_entry(floe_call* call, std::uint64_t session, const CatalogEntry& entry, Plan* plan) {
  if (entry.kind == RelationKind::kView) return plan_view(call, session, entry, plan);
  return plan_table(call, entry, plan);
}

void RelationBinder::add_columns(floe_call* call, const Relation& relation, json::object* scan) const {
  const auto text = tables_.load(call, to_json(relation.to_identifier()), "{}");
  const auto table = text ? parse_json_object(*text) : Result<json::object>(json::object());
  if (table && get_array(*table, "columns") != nullptr) (*scan)["columns"] = table->at("columns");
}

Result<json::object> RelationBinder::table_scan(floe_call* call, const Relation& relation,
                                                const std::string& snapshot_id, const ScanRequest& request) {
  json::object asked{{"snapshot_id", snapshot_id.empty() ? json::value(nullptr) : json::value(snapshot_id)},
                     {"filter", request.filter},
                     {"columns", nullptr}};
  if (request.own_schema) asked["own_schema"] = true;
  if (request.max_files) asked["max_files"] = *request.max_files;
  if (request.verify) asked["verify"] = *request.verify;
  const std::string identifier = to_json(relation.to_identifier());
  const std::string text = FLOE_TRY(tables_.plan_scan(call, identifier, to_json(asked)));
  json::object scan = FLOE_TRY(parse_json_object(text));
  const std::string key =
      relation.key() + "@" + snapshot_id + "/" + std::to_string(get_int(scan, "schema_id").value_or(0));
  json::object out{{"relation", relation.to_binding()},
                   {"kind", "iceberg"},
                   {"key", key},
                   {"columns", scan.at("columns")},
                   {"files", nullptr}};
  const json::array* files = get_array(scan, "files");
  if (files == nullptr) return out;
  out["files"] = FLOE_TRY(with_local_paths(storage_, call, *files));
  out["layouts"] = scan.at("layouts");
  return out;
}

Status RelationBinder::plan_table(floe_call* call, const CatalogEntry& entry, Plan* plan) {
  const std::string snapshot_id = FLOE_TRY(catalog_.pin(call, entry.relation));
  json::object scan = FLOE_TRY(table_scan(call, entry.relation, snapshot_id, {nullptr, plan->most_files}));
  Bound bound;
  bound.is_prunable = scan.at("files").is_null();
  bound.has_files = !bound.is_prunable;
  if (bound.is_prunable) {
    scan["prunable"] = true;
    plan->prunable.push_back(entry);
  }
  plan->scans.push_back(std::move(scan));
  bound_[entry.relation.key()] = std::move(bound);
  return ok();
}

Result<std::string> RelationBinder::sql_of_view(const json::object& view, const Relation& relation) const {
  std::string dialects;
  for (const json::value& item : *FLOE_TRY(require_array(view, "representations"))) {
    const std::string dialect = get_string_or(item.as_object(), "dialect", "");
    if (text::equals_ignore_case_ascii(dialect, options_.dialect)) return require_string(item.as_object(), "sql");
    dialects += (dialects.empty() ? "" : ", ") + dialect;
  }
  return failf(
      ErrorCode::kUnsupported,
      "view `{}` is written in SQL of {}, which {} would read otherwise; read its tables, or create the view with "
      "a model of materialization `view`",
      relation.dotted(), dialects, options_.dialect);
}

Status RelationBinder::plan_view(floe_call* call, std::uint64_t session, const CatalogEntry& entry, Plan* plan) {
  const std::string text = FLOE_TRY(tables_.load_view(call, to_json(entry.relation.to_identifier())));
  const json::object view = FLOE_TRY(parse_json_object(text));
  FLOE_TRY(check_not_older(entry.relation, view));
  const std::string sql = FLOE_TRY(sql_of_view(view, entry.relation));
  Bound bound;
  bound.inputs = FLOE_TRY(names_in(compute_, call, session, sql)).relations;
  std::string key = entry.relation.key() + "@" + get_string_or(view, "view_uuid", "") + "-" +
                    std::to_string(get_int(view, "version_id").value_or(0));
  // The engine freezes a view's column types, so a view is bound anew when an input is. A refused input has other
  // types: the view is refused with it.
  for (const Relation& input : bound.inputs) {
    FLOE_TRY(plan_relation(call, session, input, false, plan));
    const std::string snapshot_id = FLOE_TRY(catalog_.pin(call, input));
    key += " " + input.key() + "@" + snapshot_id;
  }
  plan->scans.push_back(
      json::object{{"relation", entry.relation.to_binding()}, {"kind", "view"}, {"key", key}, {"sql", sql}});
  bound_[entry.relation.key()] = std::move(bound);
  return ok();
}

Result<std::map<std::string, json::value>> RelationBinder::find_filters(floe_call* call, std::uint64_t session,
                                                                        std::string_view sql,
                                                                        const std::vector<CatalogEntry>& prunable) {
  std::map<std::string, json::value> filters;
  const std::string relations = to_json(bindings_of(relations_of(prunable)));
  const std::string text = FLOE_TRY(compute_.scan_filters(call, session, sql, relations));
  const json::object answer = FLOE_TRY(parse_json_object(text));
  for (const json::value& item : *FLOE_TRY(require_array(answer, "filters"))) {
    const json::object* name = FLOE_TRY(require_object(item.as_object(), "relation"));
    const Relation relation = FLOE_TRY(relation_from_json(*name));
    if (const json::value* filter = item.as_object().if_contains("filter")) filters[relation.key()] = *filter;
  }
  return filters;
}

Status RelationBinder::choose_files(floe_call* call, std::uint64_t session, std::string_view sql,
                                    const std::vector<CatalogEntry>& prunable) {
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(choices_mutex_);
    generation = generation_;
    const auto known = choices_.find(session);
    if (known != choices_.end() && known->second.sql == sql && known->second.generation == generation) return ok();
  }
  FLOE_TRY(release(call, session));
  const auto filters = FLOE_TRY(find_filters(call, session, sql, prunable));
  Choice choice{std::string(sql), generation, {}};
  std::vector<CatalogEntry> unfiltered;
  json::array scans;
  for (const CatalogEntry& entry : prunable) {
    const auto filter = filters.find(entry.relation.key());
    if (filter == filters.end()) {
      unfiltered.push_back(entry);
      continue;
    }
    const std::string snapshot_id = FLOE_TRY(catalog_.pin(call, entry.relation));
    json::object scan = FLOE_TRY(table_scan(call, entry.relation, snapshot_id, {filter->second, std::nullopt}));
    scan["pruned"] = true;
    scans.push_back(std::move(scan));
    choice.relations.emplace(entry.relation.key(), entry.relation);
  }
  FLOE_TRY(share_files(call, session, unfiltered));
  if (!scans.empty()) FLOE_TRY(compute_.bind(call, session, to_json(scans)));
  const std::lock_guard lock(choices_mutex_);
  choices_[session] = std::move(choice);
  return ok();
}

Status RelationBinder::share_files(floe_call* call, std::uint64_t session, const std::vector<CatalogEntry>& prunable) {
  const std::lock_guard lock(mutex_);
  json::array scans;
  for (const CatalogEntry& entry : prunable) {
    const auto found = bound_.find(entry.relation.key());
    if (found != bound_.end() && found->second.has_files) continue;
    const std::string snapshot_id = FLOE_TRY(catalog_.pin(call, entry.relation));
    json::object scan = FLOE_TRY(table_scan(call, entry.relation, snapshot_id, {}));
    scan["prunable"] = true;
    scan["key"] = get_string_or(scan, "key", "") + "#files";
    scans.push_back(std::move(scan));
    bound_[entry.relation.key()] = Bound{true, true};
  }
  if (scans.empty()) return ok();
  return compute_.bind(call, session, to_json(scans));
}

// The session reads again what all do.
Status RelationBinder::release(floe_call* call, std::uint64_t session) {
  std::vector<Relation> relations;
  {
    const std::lock_guard lock(choices_mutex_);
    const auto found = choices_.find(session);
    if (found == choices_.end()) return ok();
    for (const auto& [key, relation] : found->second.relations)
      relations.push_back(relation);
    choices_.erase(found);
  }
  if (relations.empty()) return ok();
  json::array list = bindings_of(relations);
  for (json::value& relation : list)
    relation.as_object()["pruned"] = true;
  return compute_.unbind(call, session, to_json(list));
}

Status RelationBinder::bind_private(floe_call* call, std::uint64_t session, const Relation& relation,
                                    const std::string& snapshot_id, const std::string& private_name) {
  json::object scan = FLOE_TRY(table_scan(call, relation, snapshot_id, {nullptr, std::nullopt, true}));
  scan["relation"] = json::object{{"database", kDatabase}, {"schema", kDefaultSchema}, {"name", private_name}};
  scan["private"] = true;
  return compute_.bind(call, session, to_json(json::array{std::move(scan)}));
}

Result<std::vector<Relation>> RelationBinder::tables_below(floe_call* call, const std::vector<Relation>& relations) {
  std::vector<Relation> todo = relations;
  std::vector<Relation> tables;
  std::set<std::string> seen;
  while (!todo.empty()) {
    const Relation relation = std::move(todo.back());
    todo.pop_back();
    const std::optional<CatalogEntry> entry = FLOE_TRY(catalog_.find(call, relation));
    if (!entry || !seen.insert(relation.key()).second) continue;
    if (entry->kind == RelationKind::kTable) tables.push_back(entry->relation);
    const std::lock_guard lock(mutex_);
    const auto found = bound_.find(relation.key());
    if (found != bound_.end()) todo.insert(todo.end(), found->second.inputs.begin(), found->second.inputs.end());
  }
  return tables;
}

// Files whose paths the message has; all when the engine does not say which one it could not read.
Status RelationBinder::compare_files(floe_call* call, const Relation& relation, const Error& error) {
  const std::string snapshot_id = FLOE_TRY(catalog_.pin(call, relation));
  const json::object scan = FLOE_TRY(table_scan(call, relation, snapshot_id, {}));
  json::array named;
  for (const json::value& file : *FLOE_TRY(require_array(scan, "files"))) {
    const std::string path = get_string_or(file.as_object(), "path", "");
    if (!path.empty() && error.message.find(path) != std::string::npos) named.push_back(file.as_object().at("uri"));
  }
  if (named.empty() && !is_of_some_file(error)) return ok();
  FLOE_TRY(table_scan(call, relation, snapshot_id, {nullptr, std::nullopt, false, std::move(named)}));
  return ok();
}

Error RelationBinder::explain(floe_call* call, std::uint64_t session, std::string_view sql, const Relation* target,
                              Error error) {
  if (!may_be_damage(error)) return error;
  std::vector<Relation> relations;
  if (auto named = names_in(compute_, call, session, sql); named.has_value()) relations = std::move(named->relations);
  if (target != nullptr) relations.push_back(*target);
  const auto tables = tables_below(call, relations);
  if (!tables) return error;
  for (const Relation& relation : *tables) {
    Status compared = compare_files(call, relation, error);
    if (!compared && compared.error().detail("floe.diagnostics") != nullptr) return std::move(compared).error();
  }
  return error;
}

void RelationBinder::forget(const Relation& relation) {
  {
    const std::lock_guard lock(mutex_);
    bound_.erase(relation.key());
    std::erase_if(bound_, [](const auto& entry) { return !entry.second.inputs.empty(); });
  }
  const std::lock_guard lock(choices_mutex_);
  ++generation_;
}

Status RelationBinder::unbind(floe_call* call, std::uint64_t session, const Relation& relation) {
  forget(relation);
  return compute_.unbind(call, session, to_json(json::array{relation.to_binding()}));
}

void RelationBinder::end_session(std::uint64_t session) {
  const std::lock_guard lock(choices_mutex_);
  choices_.erase(session);
}

}  // namespace floe::warehouse
