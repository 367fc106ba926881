// Table metadata from JSON. What v1 files lack is made up here, so that nothing later asks for the version.
#include "metadata/table_metadata.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <unordered_set>

namespace floe::iceberg {

namespace {

Result<std::int32_t> narrow(std::int64_t value, std::string_view key) {
  if (value < INT32_MIN || value > INT32_MAX) return failf(ErrorCode::kData, "`{}` is out of range", key);
  return static_cast<std::int32_t>(value);
}

Result<std::int32_t> require_int32(const json::object& object, std::string_view key) {
  const auto value = FLOE_TRY(require_int(object, key));
  return narrow(value, key);
}

Result<const json::object*> object_in(const json::value& value, std::string_view key) {
  if (!value.is_object()) return failf(ErrorCode::kData, "`{}` holds something else than objects", key);
  return &value.get_object();
}

Status read_schemas(const json::object& root, TableMetadata* metadata) {
  metadata->last_column_id = FLOE_TRY(require_int32(root, "last-column-id"));
  if (const auto* schemas = get_array(root, "schemas")) {
    for (const auto& value : *schemas) {
      const auto* object = FLOE_TRY(object_in(value, "schemas"));
      metadata->schemas.push_back(FLOE_TRY(Schema::from_json(*object)));
    }
    metadata->current_schema_id = FLOE_TRY(require_int32(root, "current-schema-id"));
  } else {
    if (metadata->format_version > 1) return fail(ErrorCode::kData, "`schemas` is missing");
    const auto* object = FLOE_TRY(require_object(root, "schema"));
    metadata->schemas.push_back(FLOE_TRY(Schema::from_json(*object)));
    metadata->current_schema_id = metadata->schemas.front().schema_id();
  }
  if (metadata->schema(metadata->current_schema_id) == nullptr) {
    return failf(ErrorCode::kData, "`current-schema-id` {} is no schema of the table", metadata->current_schema_id);
  }
  return ok();
}

std::int32_t highest_partition_id(const TableMetadata& metadata) {
  std::int32_t highest = kFirstPartitionFieldId - 1;
  for (const auto& spec : metadata.specs)
    highest = std::max(highest, spec.last_field_id());
  return highest;
}

Status read_specs(const json::object& root, TableMetadata* metadata) {
  if (const auto* specs = get_array(root, "partition-specs")) {
    for (const auto& value : *specs) {
      const auto* object = FLOE_TRY(object_in(value, "partition-specs"));
      metadata->specs.push_back(FLOE_TRY(partition_spec_from_json(*object)));
    }
    metadata->default_spec_id = FLOE_TRY(require_int32(root, "default-spec-id"));
  } else {
    if (metadata->format_version > 1) return fail(ErrorCode::kData, "`partition-specs` is missing");
    const auto* fields = FLOE_TRY(require_array(root, "partition-spec"));
    metadata->specs.push_back(FLOE_TRY(partition_spec_from_fields_json(*fields, 0)));
    metadata->default_spec_id = 0;
  }
  if (metadata->spec(metadata->default_spec_id) == nullptr) {
    return failf(ErrorCode::kData, "`default-spec-id` {} is no partition spec of the table", metadata->default_spec_id);
  }
  const auto last_id = get_int(root, "last-partition-id").value_or(highest_partition_id(*metadata));
  metadata->last_partition_id = FLOE_TRY(narrow(last_id, "last-partition-id"));
  return ok();
}

Status read_sort_orders(const json::object& root, TableMetadata* metadata) {
  const auto* orders = get_array(root, "sort-orders");
  if (orders == nullptr) {
    if (metadata->format_version > 1) return fail(ErrorCode::kData, "`sort-orders` is missing");
    metadata->sort_orders.emplace_back();
    return ok();
  }
  for (const auto& value : *orders) {
    const auto* object = FLOE_TRY(object_in(value, "sort-orders"));
    metadata->sort_orders.push_back(FLOE_TRY(sort_order_from_json(*object)));
  }
  metadata->default_sort_order_id = FLOE_TRY(require_int32(root, "default-sort-order-id"));
  const bool is_known = std::any_of(metadata->sort_orders.begin(), metadata->sort_orders.end(), [&](const auto& order) {
    return order.order_id == metadata->default_sort_order_id;
  });
  if (!is_known) {
    return failf(ErrorCode::kData, "`default-sort-order-id` {} is no sort order of the table",
                 metadata->default_sort_order_id);
  }
  return ok();
}

Status read_properties(const json::object& root, TableMetadata* metadata) {
  const auto* properties = get_object(root, "properties");
  if (properties == nullptr) return ok();
  for (const auto& [key, value] : *properties) {
    // Other writers were seen to leave numbers and booleans here.
    if (value.is_object() || value.is_array() || value.is_null()) {
      return failf(ErrorCode::kData, "table property `{}` is not a text", std::string(key));
    }
    metadata->properties[std::string(key)] =
        value.is_string() ? std::string(to_view(value.get_string())) : to_json(value);
  }
  return ok();
}

Status read_refs(const json::object& root, TableMetadata* metadata) {
  const auto current = get_int(root, "current-snapshot-id");
  if (current.has_value() && *current != -1) metadata->current_snapshot_id = current;
  if (const auto* refs = get_object(root, "refs")) {
    for (const auto& [name, value] : *refs) {
      const auto* object = FLOE_TRY(object_in(value, "refs"));
      metadata->refs[std::string(name)] = FLOE_TRY(snapshot_ref_from_json(*object));
    }
  }
  const std::string main(kMainBranch);
  if (metadata->current_snapshot_id.has_value()) {
    if (metadata->snapshot(*metadata->current_snapshot_id) == nullptr) {
      return failf(ErrorCode::kData, "`current-snapshot-id` {} is no snapshot of the table",
                   *metadata->current_snapshot_id);
    }
    const auto [found, is_new] = metadata->refs.try_emplace(main);
    if (is_new) found->second.snapshot_id = *metadata->current_snapshot_id;
    if (found->second.snapshot_id != *metadata->current_snapshot_id) {
      return fail(ErrorCode::kData, "`current-snapshot-id` is not the snapshot of branch `main`");
    }
  } else if (metadata->refs.contains(main)) {
    return fail(ErrorCode::kData, "branch `main` has a snapshot but `current-snapshot-id` has none");
  }
  return ok();
}

Status read_snapshots(const json::object& root, TableMetadata* metadata) {
  const auto* snapshots = get_array(root, "snapshots");
  if (snapshots == nullptr) return ok();
  std::unordered_set<std::int64_t> seen;
  metadata->snapshots.reserve(snapshots->size());
  for (const auto& value : *snapshots) {
    const auto* object = FLOE_TRY(object_in(value, "snapshots"));
    metadata->snapshots.push_back(FLOE_TRY(snapshot_from_json(*object)));
    const auto id = metadata->snapshots.back()->snapshot_id;
    if (!seen.insert(id).second) return failf(ErrorCode::kData, "snapshot {} is there twice", id);
  }
  return ok();
}

Status read_statistics(const json::object& root, std::string_view key, std::vector<StatisticsFile>* files) {
  const auto* array = get_array(root, key);
  if (array == nullptr) return ok();
  for (const auto& value : *array) {
    const auto* object = FLOE_TRY(object_in(value, key));
    StatisticsFile file;
    file.snapshot_id = FLOE_TRY(require_int(*object, "snapshot-id"));
    file.json = to_json(value);
    files->push_back(std::move(file));
  }
  return ok();
}

Status read_logs(const json::object& root, TableMetadata* metadata) {
  if (const auto* log = get_array(root, "snapshot-log")) {
    for (const auto& value : *log) {
      const auto* object = FLOE_TRY(object_in(value, "snapshot-log"));
      SnapshotLogEntry entry;
      entry.timestamp_ms = FLOE_TRY(require_int(*object, "timestamp-ms"));
      entry.snapshot_id = FLOE_TRY(require_int(*object, "snapshot-id"));
      metadata->snapshot_log.push_back(entry);
    }
  }
  if (const auto* log = get_array(root, "metadata-log")) {
    for (const auto& value : *log) {
      const auto* object = FLOE_TRY(object_in(value, "metadata-log"));
      MetadataLogEntry entry;
      entry.timestamp_ms = FLOE_TRY(require_int(*object, "timestamp-ms"));
      entry.metadata_file = FLOE_TRY(require_string(*object, "metadata-file"));
      metadata->metadata_log.push_back(std::move(entry));
    }
  }
  return ok();
}

Result<TableMetadataPtr> read(const json::object& root) {
  auto metadata = std::make_shared<TableMetadata>();
  metadata->format_version = FLOE_TRY(require_int32(root, "format-version"));
  if (metadata->format_version < 1) return fail(ErrorCode::kData, "`format-version` is below 1");
  if (metadata->format_version > 3) {
    return failf(ErrorCode::kUnsupported, "format version {} is not supported; versions 1 to 3 are read",
                 metadata->format_version);
  }
  metadata->table_uuid = get_string_or(root, "table-uuid", "");
  if (metadata->table_uuid.empty() && metadata->format_version > 1)
    return fail(ErrorCode::kData, "`table-uuid` is missing");
  metadata->location = FLOE_TRY(require_string(root, "location"));
  while (metadata->location.size() > 1 && metadata->location.ends_with('/'))
    metadata->location.pop_back();
  if (metadata->format_version > 1) {
    metadata->last_sequence_number = FLOE_TRY(require_int(root, "last-sequence-number"));
  }
  metadata->last_updated_ms = FLOE_TRY(require_int(root, "last-updated-ms"));
  FLOE_TRY(read_schemas(root, metadata.get()));
  FLOE_TRY(read_specs(root, metadata.get()));
  FLOE_TRY(read_sort_orders(root, metadata.get()));
  FLOE_TRY(read_properties(root, metadata.get()));
  FLOE_TRY(read_snapshots(root, metadata.get()));
  FLOE_TRY(read_refs(root, metadata.get()));
  FLOE_TRY(read_statistics(root, "statistics", &metadata->statistics));
  FLOE_TRY(read_statistics(root, "partition-statistics", &metadata->partition_statistics));
  FLOE_TRY(read_logs(root, metadata.get()));
  return TableMetadataPtr(std::move(metadata));
}

}  // namespace

Result<TableMetadataPtr> parse_table_metadata(std::string_view json_text) {
  const auto root = FLOE_TRY(parse_json_object(json_text).with_context("reading table metadata"));
  return read(root).with_context("reading table metadata");
}

}  // namespace floe::iceberg
