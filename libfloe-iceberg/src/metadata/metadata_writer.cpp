// Table metadata as JSON, in the order of iceberg-core's TableMetadataParser.
#include "metadata/json_text.hpp"
#include "metadata/table_metadata.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

namespace floe::iceberg {

namespace {

void write_schemas(const TableMetadata& metadata, JsonText* out) {
  out->key("last-column-id").number(metadata.last_column_id);
  if (metadata.format_version == 1) out->key("schema").raw(metadata.current_schema().to_json_text());
  out->key("current-schema-id").number(metadata.current_schema_id);
  out->key("schemas").begin_array();
  for (const auto& schema : metadata.schemas)
    out->raw(schema.to_json_text());
  out->end_array();
}

void write_specs(const TableMetadata& metadata, JsonText* out) {
  if (metadata.format_version == 1) {
    out->key("partition-spec").raw(to_json(partition_fields_to_json(metadata.default_spec())));
  }
  out->key("default-spec-id").number(metadata.default_spec_id);
  out->key("partition-specs").begin_array();
  for (const auto& spec : metadata.specs)
    out->raw(to_json(partition_spec_to_json(spec)));
  out->end_array();
  out->key("last-partition-id").number(metadata.last_partition_id);
  out->key("default-sort-order-id").number(metadata.default_sort_order_id);
  out->key("sort-orders").begin_array();
  for (const auto& order : metadata.sort_orders)
    out->raw(to_json(sort_order_to_json(order)));
  out->end_array();
}

void write_snapshots(const TableMetadata& metadata, JsonText* out) {
  out->key("current-snapshot-id").number(metadata.current_snapshot_id.value_or(-1));
  out->key("refs").begin_object();
  for (const auto& [name, ref] : metadata.refs)
    out->key(name).raw(to_json(snapshot_ref_to_json(ref)));
  out->end_object();
  out->key("snapshots").begin_array();
  for (const auto& snapshot : metadata.snapshots)
    out->raw(snapshot->json);
  out->end_array();
  out->key("statistics").begin_array();
  for (const auto& file : metadata.statistics)
    out->raw(file.json);
  out->end_array();
  out->key("partition-statistics").begin_array();
  for (const auto& file : metadata.partition_statistics)
    out->raw(file.json);
  out->end_array();
}

void write_logs(const TableMetadata& metadata, JsonText* out) {
  out->key("snapshot-log").begin_array();
  for (const auto& entry : metadata.snapshot_log) {
    out->begin_object().key("timestamp-ms").number(entry.timestamp_ms);
    out->key("snapshot-id").number(entry.snapshot_id).end_object();
  }
  out->end_array();
  out->key("metadata-log").begin_array();
  for (const auto& entry : metadata.metadata_log) {
    out->begin_object().key("timestamp-ms").number(entry.timestamp_ms);
    out->key("metadata-file").text(entry.metadata_file).end_object();
  }
  out->end_array();
}

}  // namespace

Result<std::string> write_table_metadata(const TableMetadata& metadata) {
  if (metadata.format_version > kWritableFormatVersion) {
    return failf(ErrorCode::kUnsupported, "metadata of format version {} is not written", metadata.format_version);
  }
  JsonText out;
  out.begin_object();
  out.key("format-version").number(metadata.format_version);
  if (!metadata.table_uuid.empty()) out.key("table-uuid").text(metadata.table_uuid);
  out.key("location").text(metadata.location);
  if (metadata.format_version > 1) out.key("last-sequence-number").number(metadata.last_sequence_number);
  out.key("last-updated-ms").number(metadata.last_updated_ms);
  write_schemas(metadata, &out);
  write_specs(metadata, &out);
  out.key("properties").begin_object();
  for (const auto& [key, value] : metadata.properties)
    out.key(key).text(value);
  out.end_object();
  write_snapshots(metadata, &out);
  write_logs(metadata, &out);
  out.end_object();
  return std::move(out).take();
}

}  // namespace floe::iceberg
