#include "scan/table_json.hpp"

#include "host/identifier_json.hpp"

#include "base/json/json.hpp"

#include <charconv>

namespace floe::iceberg {

RememberedTypes read_remembered_types(const Properties& properties) {
  RememberedTypes types;
  const auto text = property_text(properties, property::kSqlTypes, "");
  if (text.empty()) return types;
  const auto root = parse_json_object(text);
  if (!root.has_value()) return types;
  for (const auto& [key, value] : *root) {
    std::int32_t id = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error != std::errc() || end != key.data() + key.size()) continue;
    const auto* pair = value.if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string()) continue;
    types[id] = {std::string(to_view((*pair)[0].get_string())), std::string(to_view((*pair)[1].get_string()))};
  }
  return types;
}

std::string write_remembered_types(const RememberedTypes& types) {
  JsonText out;
  out.begin_object();
  for (const auto& [id, type] : types)
    out.key(std::to_string(id)).begin_array().text(type.sql_type).text(type.type).end_array();
  out.end_object();
  return std::move(out).take();
}

RememberedTypes remember_types(const SqlTypes& types, const Schema& schema) {
  RememberedTypes remembered;
  for (const auto& [id, sql_type] : types) {
    const auto* field = schema.find(id);
    if (field != nullptr) remembered[id] = {sql_type, field->type.to_string()};
  }
  return remembered;
}

SqlTypes known_sql_types(const Properties& properties, const Schema& schema) {
  SqlTypes types;
  for (auto& [id, remembered] : read_remembered_types(properties)) {
    const auto* field = schema.find(id);
    if (field != nullptr && field->type.to_string() == remembered.type) types[id] = std::move(remembered.sql_type);
  }
  return types;
}

void write_columns(const Schema& schema, const SqlTypes& sql_types, JsonText* out) {
  out->begin_array();
  for (const auto& field : schema.fields()) {
    out->begin_object().key("id").number(field.id).key("name").text(field.name);
    out->key("type").raw(to_json(type_to_json(field.type)));
    out->key("sql_type");
    const auto found = sql_types.find(field.id);
    found == sql_types.end() ? out->null() : out->text(found->second);
    out->key("required").boolean(field.required).key("doc");
    field.doc.has_value() ? out->text(*field.doc) : out->null();
    if (field.initial_default_json) out->key("initial_default").raw(*field.initial_default_json);
    out->end_object();
  }
  out->end_array();
}

void write_partition_spec(const PartitionSpec& spec, JsonText* out) {
  out->begin_array();
  for (const auto& field : spec.fields) {
    out->begin_object().key("source_id").number(field.source_id).key("field_id").number(field.field_id);
    out->key("name").text(field.name).key("transform").text(field.transform.text).end_object();
  }
  out->end_array();
}

void write_sort_order(const SortOrder& order, JsonText* out) {
  out->begin_array();
  for (const auto& field : order.fields) {
    out->begin_object().key("source_id").number(field.source_id).key("transform").text(field.transform.text);
    out->key("direction").text(field.direction == SortDirection::kAscending ? "asc" : "desc");
    out->key("null_order").text(field.null_order == NullOrder::kNullsFirst ? "nulls-first" : "nulls-last");
    out->end_object();
  }
  out->end_array();
}

namespace {

void write_snapshot_id(const std::optional<std::int64_t>& id, JsonText* out) {
  id.has_value() ? out->quoted_number(*id) : out->null();
}

void write_refs(const TableMetadata& metadata, JsonText* out) {
  out->begin_object();
  for (const auto& [name, ref] : metadata.refs) {
    out->key(name).begin_object().key("snapshot_id").quoted_number(ref.snapshot_id);
    out->key("type").text(ref.is_branch ? "branch" : "tag").end_object();
  }
  out->end_object();
}

}  // namespace

std::string table_to_json(const LoadedTable& table, const SnapshotChoice& choice,
                          const std::optional<std::string>& later) {
  const auto& metadata = *table.metadata;
  JsonText out;
  out.begin_object().key("identifier").raw(table.identifier.to_json());
  out.key("format_version").number(metadata.format_version);
  out.key("location").text(metadata.location).key("metadata_location").text(table.metadata_location);
  out.key("table_uuid").text(metadata.table_uuid).key("current_snapshot_id");
  write_snapshot_id(metadata.current_snapshot_id, &out);
  out.key("snapshot_id");
  write_snapshot_id(choice.snapshot == nullptr ? std::nullopt : std::optional(choice.snapshot->snapshot_id), &out);
  out.key("schema").raw(choice.schema.to_json_text());
  out.key("columns");
  write_columns(choice.schema, known_sql_types(metadata.properties, choice.schema), &out);
  out.key("partition_spec");
  write_partition_spec(metadata.default_spec(), &out);
  out.key("sort_order");
  write_sort_order(metadata.default_sort_order(), &out);
  out.key("properties").begin_object();
  for (const auto& [key, value] : metadata.properties)
    out.key(key).text(value);
  out.end_object().key("refs");
  write_refs(metadata, &out);
  out.key("later_metadata_location");
  later.has_value() ? out.text(*later) : out.null();
  out.key("kind").text("table").end_object();
  return std::move(out).take();
}

}  // namespace floe::iceberg
