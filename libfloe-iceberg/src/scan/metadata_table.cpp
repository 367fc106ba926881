#include "scan/metadata_table.hpp"

#include "scan/metadata_rows.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace floe::iceberg {

namespace {

using arrow::BatchBuilder;
using arrow::Kind;
using arrow::of;

arrow::Type millis() { return arrow::timestamp(arrow::Unit::kMilli); }

void append_optional(arrow::ColumnBuilder& column, const std::optional<std::int64_t>& value) {
  value.has_value() ? column.append_int(*value) : column.append_null();
}

Result<ArrowStream> snapshots_table(const TableMetadata& metadata) {
  BatchBuilder batch({{"committed_at", millis(), false, {}},
                      {"snapshot_id", of(Kind::kInt64), false, {}},
                      {"parent_id", of(Kind::kInt64), true, {}},
                      {"operation", of(Kind::kUtf8), true, {}},
                      {"manifest_list", of(Kind::kUtf8), true, {}},
                      {"summary", arrow::map(of(Kind::kUtf8), of(Kind::kUtf8)), true, {}}});
  for (const auto& snapshot : metadata.snapshots) {
    batch.column(0).append_int(snapshot->timestamp_ms);
    batch.column(1).append_int(snapshot->snapshot_id);
    append_optional(batch.column(2), snapshot->parent_snapshot_id);
    snapshot->operation.empty() ? batch.column(3).append_null() : batch.column(3).append_bytes(snapshot->operation);
    batch.column(4).append_bytes(snapshot->manifest_list);
    auto& summary = batch.column(5);
    for (const auto& [key, value] : snapshot->summary) {
      summary.child(0).append_bytes(key);
      summary.child(1).append_bytes(value);
    }
    summary.close();
  }
  return finish_stream(std::move(batch));
}

Result<ArrowStream> history_table(const TableMetadata& metadata) {
  BatchBuilder batch({{"made_current_at", millis(), false, {}},
                      {"snapshot_id", of(Kind::kInt64), false, {}},
                      {"parent_id", of(Kind::kInt64), true, {}},
                      {"is_current_ancestor", of(Kind::kBool), false, {}}});
  std::set<std::int64_t> ancestors;
  if (metadata.current_snapshot_id.has_value()) {
    for (const auto& snapshot : metadata.ancestors(*metadata.current_snapshot_id))
      ancestors.insert(snapshot->snapshot_id);
  }
  for (const auto& entry : metadata.snapshot_log) {
    const auto snapshot = metadata.snapshot(entry.snapshot_id);
    batch.column(0).append_int(entry.timestamp_ms);
    batch.column(1).append_int(entry.snapshot_id);
    append_optional(batch.column(2), snapshot == nullptr ? std::nullopt : snapshot->parent_snapshot_id);
    batch.column(3).append_bool(ancestors.contains(entry.snapshot_id));
  }
  return finish_stream(std::move(batch));
}

Result<ArrowStream> refs_table(const TableMetadata& metadata) {
  BatchBuilder batch({{"name", of(Kind::kUtf8), false, {}},
                      {"type", of(Kind::kUtf8), false, {}},
                      {"snapshot_id", of(Kind::kInt64), false, {}},
                      {"max_reference_age_in_ms", of(Kind::kInt64), true, {}},
                      {"min_snapshots_to_keep", of(Kind::kInt32), true, {}},
                      {"max_snapshot_age_in_ms", of(Kind::kInt64), true, {}}});
  for (const auto& [name, ref] : metadata.refs) {
    batch.column(0).append_bytes(name);
    batch.column(1).append_bytes(ref.is_branch ? "BRANCH" : "TAG");
    batch.column(2).append_int(ref.snapshot_id);
    append_optional(batch.column(3), ref.max_ref_age_ms);
    append_optional(batch.column(4), ref.min_snapshots_to_keep);
    append_optional(batch.column(5), ref.max_snapshot_age_ms);
  }
  return finish_stream(std::move(batch));
}

// The newest snapshot the log has at that time.
SnapshotPtr latest_at(const TableMetadata& metadata, std::int64_t timestamp_ms) {
  SnapshotPtr latest;
  for (const auto& entry : metadata.snapshot_log) {
    if (entry.timestamp_ms > timestamp_ms) continue;
    if (auto snapshot = metadata.snapshot(entry.snapshot_id)) latest = std::move(snapshot);
  }
  return latest;
}

Result<ArrowStream> metadata_log_table(const LoadedTable& table) {
  BatchBuilder batch({{"timestamp", millis(), false, {}},
                      {"file", of(Kind::kUtf8), false, {}},
                      {"latest_snapshot_id", of(Kind::kInt64), true, {}},
                      {"latest_schema_id", of(Kind::kInt32), true, {}},
                      {"latest_sequence_number", of(Kind::kInt64), true, {}}});
  auto entries = table.metadata->metadata_log;
  entries.push_back({table.metadata->last_updated_ms, table.metadata_location});
  for (const auto& entry : entries) {
    const auto latest = latest_at(*table.metadata, entry.timestamp_ms);
    batch.column(0).append_int(entry.timestamp_ms);
    batch.column(1).append_bytes(entry.metadata_file);
    append_optional(batch.column(2), latest == nullptr ? std::nullopt : std::optional(latest->snapshot_id));
    std::optional<std::int64_t> schema_id;
    if (latest != nullptr && latest->schema_id.has_value()) schema_id = *latest->schema_id;
    append_optional(batch.column(3), schema_id);
    append_optional(batch.column(4), latest == nullptr ? std::nullopt : std::optional(latest->sequence_number));
  }
  return finish_stream(std::move(batch));
}

Result<ArrowStream> schemas_table(const TableMetadata& metadata) {
  BatchBuilder batch({{"schema_id", of(Kind::kInt32), false, {}},
                      {"is_current", of(Kind::kBool), false, {}},
                      {"schema", of(Kind::kUtf8), false, {}}});
  for (const auto& schema : metadata.schemas) {
    batch.column(0).append_int(schema.schema_id());
    batch.column(1).append_bool(schema.schema_id() == metadata.current_schema_id);
    batch.column(2).append_bytes(schema.to_json_text());
  }
  return finish_stream(std::move(batch));
}

}  // namespace

Result<ArrowStream> metadata_table(TableStore& store, const Session& session, const Identifier& identifier,
                                   std::string_view name, const SnapshotRequest& at) {
  const auto table = FLOE_TRY(store.load(session, identifier));
  const auto& metadata = *table.metadata;
  if (name == "snapshots") return snapshots_table(metadata);
  if (name == "history") return history_table(metadata);
  if (name == "refs") return refs_table(metadata);
  if (name == "metadata_log" || name == "metadata_log_entries") return metadata_log_table(table);
  if (name == "schemas") return schemas_table(metadata);
  const bool reads_manifests = name == "files" || name == "entries" || name == "manifests" || name == "partitions";
  if (!reads_manifests) {
    return failf(ErrorCode::kNotFound,
                 "there is no metadata table `{}`; there are snapshots, history, files, entries, manifests, refs, "
                 "partitions, metadata_log, schemas",
                 name);
  }
  const auto choice = FLOE_TRY(choose_snapshot(metadata, at, identifier.to_string()));
  MetadataRows rows(store, session, table, choice.snapshot);
  if (name == "manifests") return rows.manifests();
  if (name == "files") return rows.files();
  if (name == "entries") return rows.entries();
  return rows.partitions();
}

}  // namespace floe::iceberg
