#include "recover/found_metadata.hpp"

#include "metadata/metadata_file.hpp"
#include "metadata/view_metadata.hpp"
#include "recover/warehouse_place.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <algorithm>
#include <charconv>

namespace floe::iceberg {

namespace {

// Any file that says whether the rest of the snapshot may still be there.
std::string witness_of(const Snapshot& snapshot) {
  if (!snapshot.manifest_list.empty()) return snapshot.manifest_list;
  return snapshot.manifests.empty() ? std::string() : snapshot.manifests.front();
}

std::optional<std::int64_t> records_of(const Snapshot& snapshot) {
  const auto text = snapshot.summary_value("total-records");
  std::int64_t count = 0;
  if (!text.has_value()) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
  return error == std::errc() && end == text->data() + text->size() ? std::optional(count) : std::nullopt;
}

void describe_snapshots(const TableMetadata& metadata, FoundMetadata* found) {
  for (const auto& snapshot : metadata.snapshots) {
    found->snapshot_ids.push_back(snapshot->snapshot_id);
    if (auto file = witness_of(*snapshot); !file.empty()) found->snapshot_files.push_back(std::move(file));
  }
  std::sort(found->snapshot_ids.begin(), found->snapshot_ids.end());
  const auto current = metadata.current_snapshot();
  if (current == nullptr) {
    found->total_records = 0;
    return;
  }
  found->current_snapshot_id = current->snapshot_id;
  found->total_records = records_of(*current);
  if (auto file = witness_of(*current); !file.empty()) found->current_files.push_back(std::move(file));
}

Status describe_table(std::string_view text, FoundMetadata* found) {
  const auto metadata = FLOE_TRY(parse_table_metadata(text));
  found->location = metadata->location;
  found->uuid = metadata->table_uuid.empty() ? metadata->location : metadata->table_uuid;
  found->metadata_directory = metadata_directory(metadata->location, metadata->properties);
  found->last_updated_ms = metadata->last_updated_ms;
  for (const auto& entry : metadata->metadata_log)
    found->log.emplace_back(file_of(entry.metadata_file));
  describe_snapshots(*metadata, found);
  return ok();
}

Status describe_view(std::string_view text, FoundMetadata* found) {
  const auto view = FLOE_TRY(parse_view_metadata(text));
  found->kind = FoundKind::kView;
  found->location = view.location;
  found->uuid = view.view_uuid;
  found->metadata_directory = metadata_directory(view.location, view.properties);
  found->last_updated_ms = view.current_version().timestamp_ms;
  return ok();
}

// The search for the text spares large metadata of tables a second parse; a property may have the text too.
bool is_view(std::string_view text) {
  if (text.find("\"view-uuid\"") == std::string_view::npos) return false;
  const auto root = parse_json_object(text);
  return root.has_value() && root->contains("view-uuid");
}

}  // namespace

std::string FoundMetadata::file_name() const { return std::string(file_of(uri)); }

const std::string& FoundMetadata::base() const {
  static const std::string kNone;
  return log.empty() ? kNone : log.back();
}

bool is_metadata_file(std::string_view uri) {
  return uri.ends_with(".metadata.json") || uri.ends_with(".metadata.json.gz");
}

Result<FoundMetadata> parse_found(const ListedObject& object, std::string_view content) {
  FoundMetadata found;
  found.uri = object.uri;
  found.modified_ns = object.modified_ns;
  found.number = metadata_number(object.uri);
  FLOE_TRY(check_content(object.uri, content));
  const auto text = FLOE_TRY(decode_metadata(content));
  FLOE_TRY(is_view(text) ? describe_view(text, &found) : describe_table(text, &found));
  return found;
}

}  // namespace floe::iceberg
