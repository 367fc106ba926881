// Updates and requirements as a REST catalog takes them.
#include "metadata/update.hpp"

#include "base/json/json.hpp"

namespace floe::iceberg {

namespace {

json::object action(std::string_view name) { return {{"action", name}}; }

struct UpdateJson {
  json::object operator()(const update::AssignUuid& change) const {
    return {{"action", "assign-uuid"}, {"uuid", change.uuid}};
  }

  json::object operator()(const update::UpgradeFormatVersion& change) const {
    return {{"action", "upgrade-format-version"}, {"format-version", change.version}};
  }

  json::object operator()(const update::AddSchema& change) const {
    // Old servers expect last-column-id, though it is deprecated.
    return {{"action", "add-schema"},
            {"schema", change.schema.to_json()},
            {"last-column-id", change.schema.highest_field_id()}};
  }

  json::object operator()(const update::SetCurrentSchema& change) const {
    return {{"action", "set-current-schema"}, {"schema-id", change.schema_id}};
  }

  json::object operator()(const update::AddSpec& change) const {
    return {{"action", "add-spec"}, {"spec", partition_spec_to_json(change.spec)}};
  }

  json::object operator()(const update::SetDefaultSpec& change) const {
    return {{"action", "set-default-spec"}, {"spec-id", change.spec_id}};
  }

  json::object operator()(const update::AddSortOrder& change) const {
    return {{"action", "add-sort-order"}, {"sort-order", sort_order_to_json(change.order)}};
  }

  json::object operator()(const update::SetDefaultSortOrder& change) const {
    return {{"action", "set-default-sort-order"}, {"sort-order-id", change.order_id}};
  }

  json::object operator()(const update::AddSnapshot& change) const {
    auto object = action("add-snapshot");
    if (auto parsed = parse_json(change.snapshot->json); parsed.has_value()) object["snapshot"] = *std::move(parsed);
    return object;
  }

  json::object operator()(const update::SetSnapshotRef& change) const {
    json::object object{{"action", "set-snapshot-ref"}, {"ref-name", change.name}};
    for (auto& [key, value] : snapshot_ref_to_json(change.ref))
      object[key] = std::move(value);
    return object;
  }

  json::object operator()(const update::RemoveSnapshotRef& change) const {
    return {{"action", "remove-snapshot-ref"}, {"ref-name", change.name}};
  }

  json::object operator()(const update::RemoveSnapshots& change) const {
    json::array ids;
    for (const auto id : change.snapshot_ids)
      ids.emplace_back(id);
    return {{"action", "remove-snapshots"}, {"snapshot-ids", std::move(ids)}};
  }

  json::object operator()(const update::SetLocation& change) const {
    return {{"action", "set-location"}, {"location", change.location}};
  }

  json::object operator()(const update::SetProperties& change) const {
    json::object updates;
    for (const auto& [key, value] : change.updates)
      updates[key] = value;
    return {{"action", "set-properties"}, {"updates", std::move(updates)}};
  }

  json::object operator()(const update::RemoveProperties& change) const {
    json::array removals;
    for (const auto& key : change.removals)
      removals.emplace_back(key);
    return {{"action", "remove-properties"}, {"removals", std::move(removals)}};
  }
};

struct RequirementJson {
  json::object operator()(const requirement::AssertCreate& /*unused*/) const { return {{"type", "assert-create"}}; }

  json::object operator()(const requirement::AssertUuid& wanted) const {
    return {{"type", "assert-table-uuid"}, {"uuid", wanted.uuid}};
  }

  json::object operator()(const requirement::AssertRefSnapshot& wanted) const {
    json::object object{{"type", "assert-ref-snapshot-id"}, {"ref", wanted.ref}};
    object["snapshot-id"] = wanted.snapshot_id.has_value() ? json::value(*wanted.snapshot_id) : json::value(nullptr);
    return object;
  }

  json::object operator()(const requirement::AssertLastFieldId& wanted) const {
    return {{"type", "assert-last-assigned-field-id"}, {"last-assigned-field-id", wanted.id}};
  }

  json::object operator()(const requirement::AssertCurrentSchemaId& wanted) const {
    return {{"type", "assert-current-schema-id"}, {"current-schema-id", wanted.id}};
  }

  json::object operator()(const requirement::AssertLastPartitionId& wanted) const {
    return {{"type", "assert-last-assigned-partition-id"}, {"last-assigned-partition-id", wanted.id}};
  }

  json::object operator()(const requirement::AssertDefaultSpecId& wanted) const {
    return {{"type", "assert-default-spec-id"}, {"default-spec-id", wanted.id}};
  }

  json::object operator()(const requirement::AssertDefaultSortOrderId& wanted) const {
    return {{"type", "assert-default-sort-order-id"}, {"default-sort-order-id", wanted.id}};
  }
};

}  // namespace

std::string updates_to_json(const std::vector<TableUpdate>& updates) {
  json::array array;
  for (const auto& change : updates)
    array.emplace_back(std::visit(UpdateJson(), change));
  return to_json(array);
}

std::string requirements_to_json(const std::vector<TableRequirement>& requirements) {
  json::array array;
  for (const auto& wanted : requirements)
    array.emplace_back(std::visit(RequirementJson(), wanted));
  return to_json(array);
}

}  // namespace floe::iceberg
