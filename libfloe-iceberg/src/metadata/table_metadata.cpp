#include "metadata/table_metadata.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <unordered_map>

namespace floe::iceberg {

const Schema* TableMetadata::schema(std::int32_t id) const {
  const auto found =
      std::find_if(schemas.begin(), schemas.end(), [id](const Schema& s) { return s.schema_id() == id; });
  return found == schemas.end() ? nullptr : &*found;
}

const Schema& TableMetadata::current_schema() const {
  const auto* found = schema(current_schema_id);
  FLOE_ASSERT(found != nullptr);  // the parser and the builder check it
  return *found;
}

const PartitionSpec* TableMetadata::spec(std::int32_t id) const {
  const auto found = std::find_if(specs.begin(), specs.end(), [id](const auto& s) { return s.spec_id == id; });
  return found == specs.end() ? nullptr : &*found;
}

const PartitionSpec& TableMetadata::default_spec() const {
  const auto* found = spec(default_spec_id);
  FLOE_ASSERT(found != nullptr);
  return *found;
}

const SortOrder& TableMetadata::default_sort_order() const {
  const auto found = std::find_if(sort_orders.begin(), sort_orders.end(),
                                  [this](const auto& o) { return o.order_id == default_sort_order_id; });
  FLOE_ASSERT(found != sort_orders.end());
  return *found;
}

SnapshotPtr TableMetadata::snapshot(std::int64_t id) const {
  // From the end: what is asked for is nearly always recent.
  const auto found =
      std::find_if(snapshots.rbegin(), snapshots.rend(), [id](const auto& s) { return s->snapshot_id == id; });
  return found == snapshots.rend() ? nullptr : *found;
}

SnapshotPtr TableMetadata::current_snapshot() const {
  return current_snapshot_id.has_value() ? snapshot(*current_snapshot_id) : nullptr;
}

SnapshotPtr TableMetadata::ref_snapshot(std::string_view name) const {
  if (name == kMainBranch) return current_snapshot();
  const auto found = refs.find(std::string(name));
  return found == refs.end() ? nullptr : snapshot(found->second.snapshot_id);
}

const Schema& TableMetadata::schema_of(const Snapshot& of) const {
  const auto* found = of.schema_id.has_value() ? schema(*of.schema_id) : nullptr;
  return found != nullptr ? *found : current_schema();
}

std::vector<SnapshotPtr> TableMetadata::ancestors(std::int64_t head) const {
  std::unordered_map<std::int64_t, const SnapshotPtr*> by_id;
  by_id.reserve(snapshots.size());
  for (const auto& snapshot : snapshots)
    by_id.emplace(snapshot->snapshot_id, &snapshot);
  std::vector<SnapshotPtr> chain;
  std::optional<std::int64_t> next = head;
  // The bound ends a cycle in a broken file.
  while (next.has_value() && chain.size() <= snapshots.size()) {
    const auto found = by_id.find(*next);
    if (found == by_id.end()) break;
    chain.push_back(*found->second);
    next = (*found->second)->parent_snapshot_id;
  }
  return chain;
}

bool TableMetadata::is_ancestor(std::int64_t ancestor, std::int64_t head) const {
  const auto chain = ancestors(head);
  return std::any_of(chain.begin(), chain.end(), [&](const auto& s) { return s->snapshot_id == ancestor; });
}

const Schema& schema_for_spec(const TableMetadata& metadata, const PartitionSpec& spec, const Schema& wanted) {
  const auto has_sources = [&](const Schema& schema) {
    return std::all_of(spec.fields.begin(), spec.fields.end(), [&](const PartitionField& field) {
      return field.transform.kind == transform::Kind::kVoid || schema.find(field.source_id) != nullptr;
    });
  };
  // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter): the callers hold it
  if (has_sources(wanted)) return wanted;
  const auto found = std::find_if(metadata.schemas.rbegin(), metadata.schemas.rend(), has_sources);
  return found == metadata.schemas.rend() ? wanted : *found;
}

Status check_writable_version(const TableMetadata& metadata, std::string_view table) {
  if (metadata.format_version == kWritableFormatVersion) return ok();
  if (metadata.format_version < kWritableFormatVersion) {
    return failf(
        ErrorCode::kUnsupported,
        "table `{}` has format version 1, which is read but not written; set the property `format-version` to 2",
        table);
  }
  return failf(ErrorCode::kUnsupported, "table `{}` has format version {}, which is read but not written", table,
               metadata.format_version);
}

}  // namespace floe::iceberg
