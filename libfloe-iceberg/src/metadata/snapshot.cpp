#include "metadata/snapshot.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/json/json.hpp"

#include <charconv>
#include <cstring>

namespace floe::iceberg {

std::optional<std::string> Snapshot::summary_value(std::string_view key) const {
  const auto found = summary.find(std::string(key));
  if (found == summary.end()) return std::nullopt;
  return found->second;
}

namespace {

json::object summary_to_json(const Snapshot& snapshot) {
  json::object summary;
  if (!snapshot.operation.empty()) summary["operation"] = snapshot.operation;
  for (const auto& [key, value] : snapshot.summary)
    summary[key] = value;
  return summary;
}

json::object snapshot_to_json(const Snapshot& snapshot) {
  json::object object;
  if (snapshot.sequence_number > 0) object["sequence-number"] = snapshot.sequence_number;
  object["snapshot-id"] = snapshot.snapshot_id;
  if (snapshot.parent_snapshot_id.has_value()) object["parent-snapshot-id"] = *snapshot.parent_snapshot_id;
  object["timestamp-ms"] = snapshot.timestamp_ms;
  if (!snapshot.operation.empty()) object["summary"] = summary_to_json(snapshot);
  if (!snapshot.manifest_list.empty()) {
    object["manifest-list"] = snapshot.manifest_list;
  } else {
    json::array manifests;
    for (const auto& manifest : snapshot.manifests)
      manifests.emplace_back(manifest);
    object["manifests"] = std::move(manifests);
  }
  if (snapshot.schema_id.has_value()) object["schema-id"] = *snapshot.schema_id;
  return object;
}

Status read_summary(const json::object& object, Snapshot* snapshot) {
  const auto* summary = get_object(object, "summary");
  if (summary == nullptr) return ok();
  for (const auto& [key, value] : *summary) {
    if (!value.is_string()) return failf(ErrorCode::kData, "snapshot summary `{}` is not a text", std::string(key));
    if (key == "operation") {
      snapshot->operation = std::string(to_view(value.get_string()));
    } else {
      snapshot->summary[std::string(key)] = std::string(to_view(value.get_string()));
    }
  }
  return ok();
}

}  // namespace

SnapshotPtr make_snapshot(Snapshot snapshot) {
  snapshot.json = to_json(snapshot_to_json(snapshot));
  return std::make_shared<const Snapshot>(std::move(snapshot));
}

Result<SnapshotPtr> snapshot_from_json(const json::object& object) {
  Snapshot snapshot;
  snapshot.snapshot_id = FLOE_TRY(require_int(object, "snapshot-id"));
  snapshot.parent_snapshot_id = get_int(object, "parent-snapshot-id");
  snapshot.sequence_number = get_int(object, "sequence-number").value_or(0);
  snapshot.timestamp_ms = FLOE_TRY(require_int(object, "timestamp-ms"));
  FLOE_TRY(read_summary(object, &snapshot));
  snapshot.manifest_list = get_string_or(object, "manifest-list", "");
  if (const auto* manifests = get_array(object, "manifests")) {
    for (const auto& manifest : *manifests) {
      if (!manifest.is_string())
        return fail(ErrorCode::kData, "`manifests` of a snapshot holds something else than texts");
      snapshot.manifests.emplace_back(to_view(manifest.get_string()));
    }
  }
  if (const auto schema_id = get_int(object, "schema-id")) {
    if (*schema_id < INT32_MIN || *schema_id > INT32_MAX) return fail(ErrorCode::kData, "`schema-id` is out of range");
    snapshot.schema_id = static_cast<std::int32_t>(*schema_id);
  }
  // As it was, so that keys this version does not know survive.
  snapshot.json = to_json(object);
  return std::make_shared<const Snapshot>(std::move(snapshot));
}

Result<SnapshotRef> snapshot_ref_from_json(const json::object& object) {
  SnapshotRef ref;
  ref.snapshot_id = FLOE_TRY(require_int(object, "snapshot-id"));
  const auto type = FLOE_TRY(require_string(object, "type"));
  if (type != "branch" && type != "tag")
    return failf(ErrorCode::kData, "a ref is a `branch` or a `tag`, not `{}`", type);
  ref.is_branch = type == "branch";
  ref.min_snapshots_to_keep = get_int(object, "min-snapshots-to-keep");
  ref.max_snapshot_age_ms = get_int(object, "max-snapshot-age-ms");
  ref.max_ref_age_ms = get_int(object, "max-ref-age-ms");
  return ref;
}

json::object snapshot_ref_to_json(const SnapshotRef& ref) {
  json::object object{{"snapshot-id", ref.snapshot_id}, {"type", ref.is_branch ? "branch" : "tag"}};
  if (ref.min_snapshots_to_keep.has_value()) object["min-snapshots-to-keep"] = *ref.min_snapshots_to_keep;
  if (ref.max_snapshot_age_ms.has_value()) object["max-snapshot-age-ms"] = *ref.max_snapshot_age_ms;
  if (ref.max_ref_age_ms.has_value()) object["max-ref-age-ms"] = *ref.max_ref_age_ms;
  return object;
}

std::int64_t random_snapshot_id() {
  const std::string bytes = io::random_bytes(sizeof(std::uint64_t));
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), sizeof(bits));
  const auto id = static_cast<std::int64_t>(bits & 0x7fffffffffffffffULL);
  return id == 0 ? 1 : id;
}

Result<std::int64_t> parse_snapshot_id(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    return failf(ErrorCode::kInvalidArgument, "`{}` is no snapshot id; snapshot ids are decimal numbers", text);
  }
  return id;
}

}  // namespace floe::iceberg
