#include "warehouse/binder.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"

namespace floe::warehouse {

Result<std::vector<Relation>> Binder::relations_in(floe_call* call, std::uint64_t session, std::string_view sql,
                                                   bool* whole_catalog, bool* opaque) {
  const std::string text = FLOE_TRY(compute_.tables_in(call, session, sql));
  const json::object answer = FLOE_TRY(parse_json_object(text));
  *whole_catalog = get_bool_or(answer, "catalog", false);
  *opaque = get_bool_or(answer, "other", false);
  std::vector<Relation> relations;
  if (const json::array* list = get_array(answer, "tables")) {
    for (const json::value& item : *list) {
      // A name in another database is the engine's own business.
      auto relation = relation_from_json(item.as_object());
      if (relation) relations.push_back(*std::move(relation));
    }
  }
  return relations;
}

Status Binder::bind_for(floe_call* call, std::uint64_t session, std::string_view sql, StatementKind kind,
                        const std::vector<Relation>& resolved) {
  bool whole_catalog = false;
  bool opaque = kind == StatementKind::kOther;
  std::vector<Relation> relations = resolved;
  if (!opaque) {
    const std::vector<Relation> named = FLOE_TRY(relations_in(call, session, sql, &whole_catalog, &opaque));
    relations.insert(relations.end(), named.begin(), named.end());
  }
  if (whole_catalog || (opaque && resolved.empty())) {
    for (const CatalogEntry& entry : FLOE_TRY(catalog_.list(call, std::nullopt)))
      relations.push_back(entry.relation);
  }
  return bind(call, session, relations);
}

Status Binder::bind(floe_call* call, std::uint64_t session, const std::vector<Relation>& relations) {
  if (relations.empty()) return ok();
  const std::lock_guard lock(mutex_);
  return bind_locked(call, session, relations);
}

Status Binder::bind_locked(floe_call* call, std::uint64_t session, const std::vector<Relation>& relations) {
  Plan plan;
  for (const Relation& relation : relations)
    FLOE_TRY(plan_relation(call, session, relation, &plan));
  if (plan.scans.empty()) return ok();
  FLOE_TRY(compute_.bind(call, session, to_json(plan.scans)));
  for (const json::value& scan : plan.scans) {
    const auto relation = relation_from_json(scan.as_object().at("relation").as_object());
    if (relation) bound_.insert(relation->key());
  }
  return ok();
}

Status Binder::plan_relation(floe_call* call, std::uint64_t session, const Relation& relation, Plan* plan) {
  const std::string key = relation.key();
  if (bound_.contains(key) || plan->visiting.contains(key)) return ok();
  const std::optional<CatalogEntry> entry = FLOE_TRY(catalog_.find(call, relation));
  if (!entry) return ok();  // not ours: the engine says so with its own words
  plan->visiting.insert(key);
  if (entry->kind == RelationKind::kView) return plan_view(call, session, *entry, plan);
  return plan_table(call, *entry, plan);
}

Result<json::object> Binder::table_scan(floe_call* call, const Relation& relation, const std::string& snapshot_id) {
  json::value snapshot = nullptr;
  if (!snapshot_id.empty()) snapshot = json::value(snapshot_id);
  const std::string request =
      to_json(json::object{{"snapshot_id", std::move(snapshot)}, {"filter", nullptr}, {"columns", nullptr}});
  const std::string identifier = to_json(relation.to_identifier());
  const std::string text = FLOE_TRY(tables_.plan_scan(call, identifier, request));
  json::object scan = FLOE_TRY(parse_json_object(text));
  const json::array* files = FLOE_TRY(require_array(scan, "files"));
  json::array local = FLOE_TRY(with_local_paths(storage_, call, *files));
  const std::string key =
      relation.key() + "@" + snapshot_id + "/" + std::to_string(get_int(scan, "schema_id").value_or(0));
  return json::object{
      {"relation", relation.to_binding()}, {"kind", "iceberg"},         {"key", key},
      {"columns", scan.at("columns")},     {"files", std::move(local)}, {"layouts", scan.at("layouts")}};
}

Status Binder::plan_table(floe_call* call, const CatalogEntry& entry, Plan* plan) {
  const std::string snapshot_id = FLOE_TRY(catalog_.pin(call, entry.relation));
  plan->scans.push_back(FLOE_TRY(table_scan(call, entry.relation, snapshot_id)));
  return ok();
}

Status Binder::plan_view(floe_call* call, std::uint64_t session, const CatalogEntry& entry, Plan* plan) {
  const std::string text = FLOE_TRY(tables_.load_view(call, to_json(entry.relation.to_identifier())));
  const json::object view = FLOE_TRY(parse_json_object(text));
  const std::string sql = FLOE_TRY(require_string(view, "sql"));
  bool whole_catalog = false;
  bool opaque = false;
  const std::vector<Relation> inputs = FLOE_TRY(relations_in(call, session, sql, &whole_catalog, &opaque));
  std::string key = entry.relation.key() + "@" + get_string_or(view, "view_uuid", "") + "-" +
                    std::to_string(get_int(view, "version_id").value_or(0));
  // The engine freezes a view's column types, so a view is bound anew when an input is.
  for (const Relation& input : inputs) {
    FLOE_TRY(plan_relation(call, session, input, plan));
    const std::string snapshot_id = FLOE_TRY(catalog_.pin(call, input));
    key += " " + input.key() + "@" + snapshot_id;
  }
  views_.insert(entry.relation.key());
  plan->scans.push_back(
      json::object{{"relation", entry.relation.to_binding()}, {"kind", "view"}, {"key", key}, {"sql", sql}});
  return ok();
}

Status Binder::bind_private(floe_call* call, std::uint64_t session, const Relation& relation,
                            const std::string& snapshot_id, const std::string& private_name) {
  json::object scan = FLOE_TRY(table_scan(call, relation, snapshot_id));
  scan["relation"] = json::object{{"database", kDatabase}, {"schema", kDefaultSchema}, {"name", private_name}};
  scan["private"] = true;
  return compute_.bind(call, session, to_json(json::array{std::move(scan)}));
}

void Binder::forget(const Relation& relation) {
  const std::lock_guard lock(mutex_);
  bound_.erase(relation.key());
  for (const std::string& view : views_)
    bound_.erase(view);
}

Status Binder::unbind(floe_call* call, std::uint64_t session, const Relation& relation) {
  forget(relation);
  return compute_.unbind(call, session, to_json(json::array{relation.to_binding()}));
}

}  // namespace floe::warehouse
