#include "metadata/update.hpp"

#include "base/fail.hpp"

#include <algorithm>
#include <unordered_set>

namespace floe::iceberg {

namespace {

class MetadataBuilder {
 public:
  MetadataBuilder(const TableMetadata* base, const ApplyOptions& options)
      : options_(options), next_(std::make_shared<TableMetadata>()) {
    if (base != nullptr) {
      *next_ = *base;
    } else {
      next_->sort_orders.emplace_back();  // order 0 is always there
    }
    previous_updated_ms_ = next_->last_updated_ms;
    logged_before_ = next_->snapshot_log.size();
  }

  Status operator()(const update::AssignUuid& change) {
    next_->table_uuid = change.uuid;
    return ok();
  }

  Status operator()(const update::UpgradeFormatVersion& change) {
    if (change.version < next_->format_version) {
      return failf(ErrorCode::kInvalidArgument, "a table of format version {} cannot go back to {}",
                   next_->format_version, change.version);
    }
    if (change.version > kWritableFormatVersion) {
      return failf(ErrorCode::kUnsupported, "tables of format version {} are not written", change.version);
    }
    next_->format_version = change.version;
    return ok();
  }

  Status operator()(const update::AddSchema& change) {
    FLOE_TRY(check_writable(change.schema.root()));
    next_->last_column_id = std::max(next_->last_column_id, change.schema.highest_field_id());
    std::int32_t next_id = 0;
    for (const auto& schema : next_->schemas) {
      if (schema.same_columns(change.schema)) {
        added_schema_ = schema.schema_id();
        return ok();
      }
      next_id = std::max(next_id, schema.schema_id() + 1);
    }
    next_->schemas.push_back(change.schema.with_schema_id(next_id));
    added_schema_ = next_id;
    return ok();
  }

  Status operator()(const update::SetCurrentSchema& change) {
    const auto id = change.schema_id == kLastAdded ? added_schema_ : change.schema_id;
    if (!id.has_value() || next_->schema(*id) == nullptr) {
      return failf(ErrorCode::kInvalidArgument, "schema {} does not exist", id.value_or(kLastAdded));
    }
    next_->current_schema_id = *id;
    return ok();
  }

  Status operator()(const update::AddSpec& change) {
    std::int32_t next_id = 0;
    for (const auto& spec : next_->specs) {
      if (spec.same_fields(change.spec)) {
        added_spec_ = spec.spec_id;
        return ok();
      }
      next_id = std::max(next_id, spec.spec_id + 1);
    }
    FLOE_TRY(check_partition_spec(change.spec, last_schema()));
    next_->specs.push_back(change.spec);
    next_->specs.back().spec_id = next_id;
    next_->last_partition_id = std::max(next_->last_partition_id, change.spec.last_field_id());
    added_spec_ = next_id;
    return ok();
  }

  Status operator()(const update::SetDefaultSpec& change) {
    const auto id = change.spec_id == kLastAdded ? added_spec_ : change.spec_id;
    if (!id.has_value() || next_->spec(*id) == nullptr) {
      return failf(ErrorCode::kInvalidArgument, "partition spec {} does not exist", id.value_or(kLastAdded));
    }
    next_->default_spec_id = *id;
    return ok();
  }

  Status operator()(const update::AddSortOrder& change) {
    if (!change.order.is_sorted()) {
      added_order_ = 0;
      return ok();
    }
    std::int32_t next_id = 1;
    for (const auto& order : next_->sort_orders) {
      if (order.same_fields(change.order)) {
        added_order_ = order.order_id;
        return ok();
      }
      next_id = std::max(next_id, order.order_id + 1);
    }
    FLOE_TRY(check_sort_order(change.order, last_schema()));
    next_->sort_orders.push_back(change.order);
    next_->sort_orders.back().order_id = next_id;
    added_order_ = next_id;
    return ok();
  }

  Status operator()(const update::SetDefaultSortOrder& change) {
    const auto id = change.order_id == kLastAdded ? added_order_ : change.order_id;
    const bool is_known = std::any_of(next_->sort_orders.begin(), next_->sort_orders.end(),
                                      [&](const auto& order) { return id == order.order_id; });
    if (!is_known) return failf(ErrorCode::kInvalidArgument, "sort order {} does not exist", id.value_or(kLastAdded));
    next_->default_sort_order_id = *id;
    return ok();
  }

  Status operator()(const update::AddSnapshot& change) {
    const auto& snapshot = *change.snapshot;
    if (next_->snapshot(snapshot.snapshot_id) != nullptr) {
      return failf(ErrorCode::kInvalidState, "snapshot {} is already there", snapshot.snapshot_id);
    }
    if (next_->format_version > 1 && snapshot.sequence_number <= next_->last_sequence_number &&
        snapshot.parent_snapshot_id.has_value()) {
      return failf(ErrorCode::kInvalidState, "sequence number {} is not above the table's {}", snapshot.sequence_number,
                   next_->last_sequence_number);
    }
    next_->last_sequence_number = std::max(next_->last_sequence_number, snapshot.sequence_number);
    next_->snapshots.push_back(change.snapshot);
    added_snapshots_.insert(snapshot.snapshot_id);
    updated_ms_ = std::max(updated_ms_.value_or(0), snapshot.timestamp_ms);
    return ok();
  }

  Status operator()(const update::SetSnapshotRef& change) {
    const auto snapshot = next_->snapshot(change.ref.snapshot_id);
    if (snapshot == nullptr) {
      return failf(ErrorCode::kNotFound, "snapshot {} of ref `{}` does not exist", change.ref.snapshot_id, change.name);
    }
    if (change.name == kMainBranch) {
      if (!change.ref.is_branch) return fail(ErrorCode::kInvalidArgument, "`main` is a branch and cannot be a tag");
      if (next_->current_snapshot_id != snapshot->snapshot_id) {
        const bool is_new = added_snapshots_.contains(snapshot->snapshot_id);
        next_->snapshot_log.push_back({is_new ? snapshot->timestamp_ms : options_.now_ms, snapshot->snapshot_id});
      }
      next_->current_snapshot_id = snapshot->snapshot_id;
    }
    next_->refs[change.name] = change.ref;
    return ok();
  }

  Status operator()(const update::RemoveSnapshotRef& change) {
    next_->refs.erase(change.name);
    if (change.name == kMainBranch) next_->current_snapshot_id.reset();
    return ok();
  }

  Status operator()(const update::RemoveSnapshots& change) {
    const std::unordered_set<std::int64_t> gone(change.snapshot_ids.begin(), change.snapshot_ids.end());
    for (const auto& [name, ref] : next_->refs) {
      if (gone.contains(ref.snapshot_id)) {
        return failf(ErrorCode::kInvalidState, "snapshot {} is held by ref `{}`", ref.snapshot_id, name);
      }
    }
    std::erase_if(next_->snapshots, [&](const auto& s) { return gone.contains(s->snapshot_id); });
    std::erase_if(next_->statistics, [&](const auto& s) { return gone.contains(s.snapshot_id); });
    std::erase_if(next_->partition_statistics, [&](const auto& s) { return gone.contains(s.snapshot_id); });
    // A log with a hole would answer "as of" wrongly: everything before an expired entry goes as well.
    auto& log = next_->snapshot_log;
    const auto last_gone =
        std::find_if(log.rbegin(), log.rend(), [&](const auto& e) { return gone.contains(e.snapshot_id); });
    log.erase(log.begin(), last_gone.base());
    logged_before_ = std::min(logged_before_, log.size());
    return ok();
  }

  Status operator()(const update::SetLocation& change) {
    next_->location = change.location;
    while (next_->location.size() > 1 && next_->location.ends_with('/'))
      next_->location.pop_back();
    return ok();
  }

  Status operator()(const update::SetProperties& change) {
    for (const auto& [key, value] : change.updates)
      next_->properties[key] = value;
    return ok();
  }

  Status operator()(const update::RemoveProperties& change) {
    for (const auto& key : change.removals)
      next_->properties.erase(key);
    return ok();
  }

  Result<TableMetadataPtr> finish() {
    if (next_->schemas.empty()) return fail(ErrorCode::kInvalidArgument, "a table needs a schema");
    if (next_->specs.empty()) return fail(ErrorCode::kInvalidArgument, "a table needs a partition spec");
    if (next_->table_uuid.empty() && next_->format_version > 1)
      return fail(ErrorCode::kInvalidArgument, "a table needs a uuid");
    next_->last_updated_ms = updated_ms_.value_or(options_.now_ms);
    drop_superseded_log_entries();
    if (!options_.base_location.empty()) {
      next_->metadata_log.push_back({previous_updated_ms_, options_.base_location});
      const auto limit =
          std::max<std::int64_t>(1, property_int(next_->properties, property::kMetadataVersionsMax, 100));
      auto& log = next_->metadata_log;
      if (std::cmp_greater(log.size(), limit)) log.erase(log.begin(), log.end() - limit);
    }
    return TableMetadataPtr(std::move(next_));
  }

 private:
  // The schema new specs and orders are checked against: they come in one list with the schema they belong to.
  const Schema& last_schema() const {
    return added_schema_.has_value() ? *next_->schema(*added_schema_) : next_->current_schema();
  }

  // A snapshot that was added and replaced again within these updates was never current for a reader.
  void drop_superseded_log_entries() {
    auto& log = next_->snapshot_log;
    const auto current = next_->current_snapshot_id;
    const auto from = log.begin() + static_cast<std::ptrdiff_t>(logged_before_);
    log.erase(std::remove_if(from, log.end(),
                             [&](const auto& entry) {
                               return added_snapshots_.contains(entry.snapshot_id) && entry.snapshot_id != current;
                             }),
              log.end());
  }

  const ApplyOptions& options_;
  std::shared_ptr<TableMetadata> next_;
  std::int64_t previous_updated_ms_ = 0;
  std::size_t logged_before_ = 0;
  std::optional<std::int32_t> added_schema_;
  std::optional<std::int32_t> added_spec_;
  std::optional<std::int32_t> added_order_;
  std::unordered_set<std::int64_t> added_snapshots_;
  std::optional<std::int64_t> updated_ms_;
};

}  // namespace

Result<TableMetadataPtr> apply_updates(const TableMetadata* base, const std::vector<TableUpdate>& updates,
                                       const ApplyOptions& options) {
  MetadataBuilder builder(base, options);
  for (const auto& change : updates)
    FLOE_TRY(std::visit(builder, change));
  return builder.finish();
}

}  // namespace floe::iceberg
