#include "scan/snapshot_choice.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/time/civil.hpp"

namespace floe::iceberg {

namespace {

SnapshotChoice with_schema(const TableMetadata& metadata, SnapshotPtr snapshot, bool own_schema) {
  const bool is_current = snapshot == nullptr || snapshot->snapshot_id == metadata.current_snapshot_id;
  Schema schema =
      snapshot == nullptr || (is_current && !own_schema) ? metadata.current_schema() : metadata.schema_of(*snapshot);
  return {std::move(snapshot), std::move(schema)};
}

// The last log entry at or before the time. The log may be out of order by clock skew.
std::optional<std::int64_t> snapshot_as_of(const TableMetadata& metadata, std::int64_t timestamp_ms) {
  const SnapshotLogEntry* best = nullptr;
  for (const auto& entry : metadata.snapshot_log) {
    if (entry.timestamp_ms > timestamp_ms) continue;
    if (best == nullptr || entry.timestamp_ms >= best->timestamp_ms) best = &entry;
  }
  return best == nullptr ? std::nullopt : std::optional(best->snapshot_id);
}

}  // namespace

Result<SnapshotRequest> parse_snapshot_request(std::string_view json_text) {
  SnapshotRequest request;
  if (json_text.empty()) return request;
  const auto value = FLOE_TRY(parse_json(json_text).with_context("reading `at`"));
  if (value.is_null()) return request;
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "`at` is an object");
  const auto& object = value.get_object();
  if (const auto* id = object.if_contains("snapshot_id"); id != nullptr && !id->is_null()) {
    if (!id->is_string()) return fail(ErrorCode::kInvalidArgument, "`snapshot_id` is a text of decimal digits");
    request.snapshot_id = FLOE_TRY(parse_snapshot_id(to_view(id->get_string())));
  }
  request.timestamp_ms = get_int(object, "timestamp_ms");
  request.ref = get_string_or(object, "ref", "");
  request.own_schema = get_bool_or(object, "own_schema", false);
  request.later_version = get_bool_or(object, "later_version", false);
  return request;
}

Result<SnapshotChoice> choose_snapshot(const TableMetadata& metadata, const SnapshotRequest& request,
                                       std::string_view table) {
  if (request.snapshot_id.has_value()) {
    auto snapshot = metadata.snapshot(*request.snapshot_id);
    if (snapshot == nullptr) {
      return failf(ErrorCode::kNotFound, "table `{}` has no snapshot {}", table, *request.snapshot_id);
    }
    return with_schema(metadata, std::move(snapshot), request.own_schema);
  }
  if (request.timestamp_ms.has_value()) {
    const auto when = time::format_utc_millis(*request.timestamp_ms);
    const auto id = snapshot_as_of(metadata, *request.timestamp_ms);
    if (!id.has_value()) return failf(ErrorCode::kNotFound, "table `{}` had no snapshot at {}", table, when);
    auto snapshot = metadata.snapshot(*id);
    if (snapshot == nullptr) {
      return failf(ErrorCode::kNotFound, "the snapshot of table `{}` at {} has expired", table, when);
    }
    return with_schema(metadata, std::move(snapshot), request.own_schema);
  }
  if (!request.ref.empty() && request.ref != kMainBranch) {
    auto snapshot = metadata.ref_snapshot(request.ref);
    if (snapshot == nullptr)
      return failf(ErrorCode::kNotFound, "table `{}` has no branch or tag `{}`", table, request.ref);
    return with_schema(metadata, std::move(snapshot), request.own_schema);
  }
  return with_schema(metadata, metadata.current_snapshot(), request.own_schema);
}

}  // namespace floe::iceberg
