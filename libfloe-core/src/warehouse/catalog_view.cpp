#include "warehouse/catalog_view.hpp"

#include "warehouse/older_version.hpp"

#include "base/text/text.hpp"

namespace floe::warehouse {
namespace {

constexpr const char* kAtCurrent = R"({"snapshot_id":null,"timestamp_ms":null,"ref":null})";
constexpr const char* kToRead = R"({"snapshot_id":null,"timestamp_ms":null,"ref":null,"later_version":true})";

}  // namespace

Status CatalogView::load(floe_call* call) {
  if (loaded_) return ok();
  const std::string answer = FLOE_TRY(tables_.list(call, R"({"namespace":null})"));
  const json::object object = FLOE_TRY(parse_json_object(answer));
  for (const auto& [key, kind] : {std::pair{"tables", RelationKind::kTable}, {"views", RelationKind::kView}}) {
    const json::array* list = get_array(object, key);
    if (list == nullptr) continue;
    for (const json::value& item : *list) {
      CatalogEntry entry;
      entry.relation = relation_from_identifier(item.as_object());
      entry.kind = kind;
      entries_.emplace(entry.relation.key(), std::move(entry));
    }
  }
  loaded_ = true;
  return ok();
}

Result<std::optional<CatalogEntry>> CatalogView::find(floe_call* call, const Relation& relation) {
  const std::lock_guard lock(mutex_);
  FLOE_TRY(load(call));
  const auto found = entries_.find(relation.key());
  if (found == entries_.end()) return std::optional<CatalogEntry>();
  return std::optional<CatalogEntry>(found->second);
}

Result<std::vector<CatalogEntry>> CatalogView::list(floe_call* call, const std::optional<std::string>& schema) {
  const std::lock_guard lock(mutex_);
  FLOE_TRY(load(call));
  std::vector<CatalogEntry> out;
  for (const auto& [key, entry] : entries_) {
    if (!schema || text::equals_ignore_case_ascii(entry.relation.schema, *schema)) out.push_back(entry);
  }
  return out;
}

Result<std::string> CatalogView::pin(floe_call* call, const Relation& relation) {
  const std::lock_guard lock(mutex_);
  FLOE_TRY(load(call));
  const auto found = entries_.find(relation.key());
  if (found == entries_.end()) return std::string();
  CatalogEntry& entry = found->second;
  if (entry.kind == RelationKind::kView || entry.is_pinned) return entry.snapshot_id;
  const std::string identifier = to_json(entry.relation.to_identifier());
  const std::string answer = FLOE_TRY(tables_.load(call, identifier, kToRead));
  const json::object table = FLOE_TRY(parse_json_object(answer));
  FLOE_TRY(check_not_older(entry.relation, table));
  entry.snapshot_id = get_string_or(table, "current_snapshot_id", "");
  entry.is_pinned = true;
  return entry.snapshot_id;
}

void CatalogView::set_snapshot(const Relation& relation, const std::string& snapshot_id) {
  const std::lock_guard lock(mutex_);
  CatalogEntry& entry = entries_[relation.key()];
  entry = CatalogEntry{relation, RelationKind::kTable, true, snapshot_id};
}

void CatalogView::unpin(const Relation& relation) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(relation.key());
  if (found != entries_.end()) found->second.is_pinned = false;
}

void CatalogView::put(const Relation& relation, RelationKind kind) {
  const std::lock_guard lock(mutex_);
  entries_[relation.key()] = CatalogEntry{relation, kind, false, ""};
}

Result<std::optional<RelationKind>> CatalogView::kind_in_catalog(floe_call* call, const Relation& relation) {
  const std::string identifier = to_json(relation.to_identifier());
  const auto table = tables_.load(call, identifier, kAtCurrent);
  if (table) return std::optional(RelationKind::kTable);
  if (table.error().code != ErrorCode::kNotFound) return table.error();
  const auto view = tables_.load_view(call, identifier);
  if (view) return std::optional(RelationKind::kView);
  const bool is_missing = view.error().code == ErrorCode::kNotFound || view.error().code == ErrorCode::kUnsupported;
  return is_missing ? Result<std::optional<RelationKind>>(std::nullopt) : view.error();
}

Status CatalogView::refresh(floe_call* call, const Relation& relation) {
  const std::optional<RelationKind> kind = FLOE_TRY(kind_in_catalog(call, relation));
  kind ? put(relation, *kind) : erase(relation);
  return ok();
}

void CatalogView::erase(const Relation& relation) {
  const std::lock_guard lock(mutex_);
  entries_.erase(relation.key());
}

std::vector<CatalogEntry> CatalogView::pinned() const {
  const std::lock_guard lock(mutex_);
  std::vector<CatalogEntry> out;
  for (const auto& [key, entry] : entries_) {
    if (entry.is_pinned) out.push_back(entry);
  }
  return out;
}

}  // namespace floe::warehouse
