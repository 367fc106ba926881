#include "recover/found_json.hpp"

#include "host/identifier_json.hpp"

#include "base/json/json.hpp"

namespace floe::iceberg {

namespace {

std::string_view state_name(FoundState state) {
  switch (state) {
    case FoundState::kNew:
      return "new";
    case FoundState::kRegistered:
      return "registered";
    case FoundState::kBehind:
      return "behind";
    case FoundState::kTaken:
      return "taken";
    case FoundState::kOther:
      return "other";
    case FoundState::kUnnamed:
      return "unnamed";
    case FoundState::kElsewhere:
      return "elsewhere";
    case FoundState::kBroken:
      return "broken";
    case FoundState::kDropped:
      return "dropped";
  }
  return "";
}

json::value snapshot_json(const FoundMetadata& metadata) {
  if (!metadata.current_snapshot_id.has_value()) return nullptr;
  return json::value(std::to_string(*metadata.current_snapshot_id));
}

json::object version_json(const FoundMetadata& metadata) {
  json::object out{{"metadata_location", metadata.uri}, {"snapshot_id", snapshot_json(metadata)}};
  out["total_records"] =
      metadata.total_records.has_value() ? json::value(*metadata.total_records) : json::value(nullptr);
  out["last_updated_ms"] = metadata.last_updated_ms;
  return out;
}

json::array unreadable_json(const std::vector<UnreadableFile>& files) {
  json::array out;
  for (const auto& file : files)
    out.emplace_back(json::object{{"metadata_location", file.uri}, {"message", file.message}});
  return out;
}

json::object table_json(const FoundTable& table) {
  const auto& metadata = table.head.metadata;
  json::object out{{"state", state_name(table.state)}, {"kind", kind_name(metadata.kind)}};
  out["identifier"] =
      table.name.has_value() ? json::value(identifier_to_json(table.name->identifier)) : json::value(nullptr);
  out["name_is_certain"] = table.name.has_value() && table.name->is_certain;
  out["uuid"] = metadata.uuid;
  out["location"] = metadata.location;
  for (auto& [key, value] : version_json(metadata))
    out[key] = value;
  out["is_committed"] = table.head.is_committed;
  out["reason"] = table.reason;
  json::array alternatives;
  for (const auto& alternative : table.head.alternatives) {
    auto one = version_json(alternative.metadata);
    one["reason"] = alternative.reason;
    alternatives.emplace_back(std::move(one));
  }
  out["alternatives"] = std::move(alternatives);
  out["newer_unreadable"] = unreadable_json(table.newer_unreadable);
  return out;
}

}  // namespace

std::string_view kind_name(FoundKind kind) { return kind == FoundKind::kTable ? "table" : "view"; }

std::string found_to_json(const FoundTables& found) {
  json::array tables;
  for (const auto& table : found.tables)
    tables.emplace_back(table_json(table));
  return to_json(json::object{{"found", std::move(tables)},
                              {"unreadable", unreadable_json(found.unreadable)},
                              {"metadata_files", found.files}});
}

}  // namespace floe::iceberg
