// Snapshots and refs of a table.
#pragma once

#include "metadata/properties.hpp"

#include "base/result.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

inline constexpr std::string_view kMainBranch = "main";

struct Snapshot {
  std::int64_t snapshot_id = 0;
  std::optional<std::int64_t> parent_snapshot_id;
  std::int64_t sequence_number = 0;
  std::int64_t timestamp_ms = 0;
  std::string operation;  // empty: not recorded (old v1)
  Properties summary;     // without `operation`
  std::string manifest_list;
  std::vector<std::string> manifests;  // v1 tables without a manifest list
  std::optional<std::int32_t> schema_id;
  // The snapshot as it stands in the metadata file. Made once, because every later commit writes it again.
  std::string json;

  [[nodiscard]] std::optional<std::string> summary_value(std::string_view key) const;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

// Fills `json` (Java's key order).
SnapshotPtr make_snapshot(Snapshot snapshot);
Result<SnapshotPtr> snapshot_from_json(const boost::json::object& object);

struct SnapshotRef {
  std::int64_t snapshot_id = 0;
  bool is_branch = true;
  std::optional<std::int64_t> min_snapshots_to_keep;  // branches only
  std::optional<std::int64_t> max_snapshot_age_ms;    // branches only
  std::optional<std::int64_t> max_ref_age_ms;

  friend bool operator==(const SnapshotRef&, const SnapshotRef&) = default;
};

Result<SnapshotRef> snapshot_ref_from_json(const boost::json::object& object);
boost::json::object snapshot_ref_to_json(const SnapshotRef& ref);

// 63 random bits, as Java draws them.
std::int64_t random_snapshot_id();
// Snapshot ids cross the ABI as decimal text.
Result<std::int64_t> parse_snapshot_id(std::string_view text);

}  // namespace floe::iceberg
