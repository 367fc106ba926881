#include "commit/committer.hpp"

#include "commit/conflicts.hpp"
#include "manifest/manifest_list.hpp"
#include "metadata/metadata_file.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/fail.hpp"
#include "base/io/environment.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

Error concurrent(const PendingWrite& write, std::string_view what) {
  return failf(ErrorCode::kConflict, "table `{}` changed while it was being written: {}", write.identifier.to_string(),
               what);
}

bool replaces(WriteMode mode) { return mode == WriteMode::kReplace || mode == WriteMode::kCreate; }

std::int64_t unused_snapshot_id(const TableMetadata& metadata, std::int64_t wanted) {
  while (wanted == 0 || metadata.snapshot(wanted) != nullptr)
    wanted = random_snapshot_id();
  return wanted;
}

std::string operation_of(const WriteRequest& request, const SummaryCounts& counts) {
  const auto removed = counts.removed_files + counts.removed_delete_files;
  if (removed == 0 && request.mode != WriteMode::kOverwritePartitions) return "append";
  return counts.added_files == 0 ? "delete" : "overwrite";
}

}  // namespace

Committer::Committer(TableStore& store, PendingWrite write, CommitFiles files)
    : store_(store), write_(std::move(write)), files_(std::move(files)), artifacts_(store) {}

Status Committer::prepare(const Session& session) {
  FileTarget target{write_.plan.change.schema, write_.plan.spec, write_.plan.sort_order, write_.plan.properties};
  described_ = FLOE_TRY(describe_files(store_, session, files_, target, &empty_));
  artifacts_.add_data_files(files_.added_uris());
  return check_rewritten_files(session);
}

// Rows of these files may stand in the added ones: damage that was copied would have a digest that fits it.
Status Committer::check_rewritten_files(const Session& session) {
  if (write_.request.mode != WriteMode::kOverwriteFiles) return ok();
  return parallel_for(session, files_.removed.size(), store_.options().threads,
                      [&](const Session& worker, std::size_t i) -> Status {
                        const auto checked = store_.check_data_file(worker, files_.removed[i], true);
                        if (checked) return ok();
                        if (checked.error().code == ErrorCode::kNotFound)
                          return concurrent(write_, fmt::format("`{}` is gone", files_.removed[i]));
                        return damaged_file_error(file_kind::kData, files_.removed[i], checked.error());
                      });
}

// The files carry the ids that begin_write gave out; they must mean the same in the table as it is now.
Status Committer::check_written_schema(const TablePlan& plan) const {
  const auto& written = write_.plan.change.schema;
  const auto& now = plan.change.schema;
  if (replaces(write_.request.mode)) {
    return now.same_columns(written) ? ok() : Status(concurrent(write_, "its columns are others now"));
  }
  const auto& before = branch_schema(*write_.base->metadata, write_.request.branch);
  for (const auto id : written.all_ids()) {
    const auto* ours = written.find(id);
    const auto* theirs = now.find(id);
    const bool was_there = before.find(id) != nullptr;
    if (theirs == nullptr && was_there) continue;  // dropped meanwhile: readers ignore it
    const bool is_same =
        theirs != nullptr && (was_there || theirs->name == ours->name) &&
        (ours->type.is_nested() ? ours->type.id() == theirs->type.id() : can_promote(ours->type, theirs->type));
    if (!is_same) return concurrent(write_, fmt::format("column `{}` is another now", written.column_name(id)));
  }
  for (const auto& field : now.fields()) {
    if (field.required && written.find(field.id) == nullptr) {
      return concurrent(write_, fmt::format("it requires column `{}` now", field.name));
    }
  }
  return ok();
}

Result<Committer::Ids> Committer::resolve_ids(const TableMetadata& intermediate) const {
  Ids ids;
  const auto& wanted = write_.plan;
  const auto spec = std::find_if(intermediate.specs.begin(), intermediate.specs.end(),
                                 [&](const auto& one) { return one.same_fields(wanted.spec); });
  if (spec == intermediate.specs.end()) return concurrent(write_, "its partitioning is another now");
  ids.spec = *spec;
  const auto order = std::find_if(intermediate.sort_orders.begin(), intermediate.sort_orders.end(),
                                  [&](const auto& one) { return one.same_fields(wanted.sort_order); });
  ids.sort_order_id = order == intermediate.sort_orders.end() ? 0 : order->order_id;
  ids.schema_id = intermediate.current_schema_id;
  if (write_.request.branch == kMainBranch) return ids;
  for (const auto& schema : intermediate.schemas) {
    if (schema.same_columns(wanted.change.schema)) ids.schema_id = schema.schema_id();
  }
  return ids;
}

Removal Committer::removal() const {
  Removal removal;
  switch (write_.request.mode) {
    case WriteMode::kReplace:
      removal.kind = Removal::Kind::kAll;
      break;
    case WriteMode::kOverwriteFiles:
      removal.kind = files_.removed.empty() ? Removal::Kind::kNone : Removal::Kind::kFiles;
      removal.uris.insert(files_.removed.begin(), files_.removed.end());
      break;
    case WriteMode::kOverwritePartitions:
      removal.kind = described_.empty() ? Removal::Kind::kNone : Removal::Kind::kPartitions;
      for (const auto& file : described_)
        removal.partitions.insert(partition_key(file));
      break;
    default:
      break;
  }
  return removal;
}

Status Committer::validate(const Session& session, const SnapshotPtr& head) const {
  const auto mode = write_.request.mode;
  if (mode != WriteMode::kOverwriteFiles && mode != WriteMode::kOverwritePartitions) return ok();
  const ConflictWindow window{&*base_, write_.base_snapshot_id, head};
  if (head == nullptr || write_.base_snapshot_id == head->snapshot_id) return ok();
  FLOE_TRY(refuse_new_delete_files(store_, session, window));
  const auto& properties = base_->metadata->properties;
  if (mode == WriteMode::kOverwritePartitions) {
    const auto touched = removal().partitions;
    return refuse_new_data_files(store_, session, window, always_true(), &touched);
  }
  if (property_text(properties, "write.merge.isolation-level", "serializable") == "snapshot") return ok();
  const auto filter =
      FLOE_TRY(bind_filter_text(write_.request.filter, branch_schema(*base_->metadata, write_.request.branch)));
  return refuse_new_data_files(store_, session, window, filter, nullptr);
}

Status Committer::add_manifests(const ManifestContext& context, const Session& session, const Ids& ids) {
  const bool is_reusable =
      added_for_.has_value() && added_for_->schema_id == ids.schema_id && added_for_->spec == ids.spec &&
      added_for_->sort_order_id == ids.sort_order_id &&
      (added_manifests_.empty() || added_manifests_.front().added_snapshot_id == context.snapshot_id);
  if (is_reusable) return ok();
  for (auto& file : described_) {
    file.spec_id = ids.spec.spec_id;
    file.sort_order_id = ids.sort_order_id == 0 ? std::nullopt : std::optional(ids.sort_order_id);
  }
  added_manifests_ = FLOE_TRY(write_added_manifests(context, session, described_, ids.spec));
  added_for_ = ids;
  return ok();
}

Result<RemovalResult> Committer::remove_from(const ManifestContext& context, const Session& session,
                                             const Snapshot& head, const Removal& wanted) {
  const auto parent = FLOE_TRY(store_.manifests_of(session, head));
  return remove_files(context, session, *parent, wanted);
}

// A replaced table keeps no row: that its old files cannot be listed must not stop what mends it. The new snapshot has
// no entries for the files it takes out, only their number.
void Committer::note_replaced_unread(const Session& session, const Snapshot& head, const Error& error,
                                     SummaryCounts* counts) const {
  log_warning(session, fmt::format("replacing `{}` without the list of its old files: {}",
                                   write_.identifier.to_string(), error.to_string()));
  counts->remove_all(head);
}

Result<ManifestList> Committer::build_manifests(const ManifestContext& context, const Session& session,
                                                const SnapshotPtr& head, SummaryCounts* counts) {
  ManifestList manifests = added_manifests_;
  for (const auto& file : described_)
    counts->add(file);
  if (head == nullptr) return manifests;
  const auto wanted = removal();
  auto removed = remove_from(context, session, *head, wanted);
  if (!removed && write_.request.mode == WriteMode::kReplace && is_damaged_file(removed.error())) {
    note_replaced_unread(session, *head, removed.error(), counts);
    return manifests;
  }
  auto kept = FLOE_TRY(std::move(removed));
  for (const auto& uri : wanted.uris) {
    if (!kept.found.contains(uri)) return concurrent(write_, fmt::format("file `{}` is no longer part of it", uri));
  }
  counts->merge(kept.counts);
  manifests.insert(manifests.end(), std::make_move_iterator(kept.manifests.begin()),
                   std::make_move_iterator(kept.manifests.end()));
  if (write_.request.mode == WriteMode::kReplace) return manifests;
  return merge_manifests(context, session, std::move(manifests));
}

Properties Committer::build_summary(const SummaryCounts& counts, const Snapshot* parent) const {
  auto summary = summarize(counts, parent);
  if (write_.request.mode == WriteMode::kOverwritePartitions) summary["replace-partitions"] = "true";
  const auto& options = store_.options();
  summary["engine-name"] = options.engine_name;
  if (!options.engine_version.empty()) summary["engine-version"] = options.engine_version;
  for (const auto& [key, value] : write_.request.summary)
    summary[key] = value;
  for (const auto& [key, value] : files_.summary)
    summary[key] = value;
  if (!write_.request.idempotency_key.empty()) summary[kIdempotencyKey] = write_.request.idempotency_key;
  summary.erase("operation");
  return summary;
}

Result<SnapshotPtr> Committer::build_snapshot(const Session& session, const TableMetadata& intermediate, const Ids& ids,
                                              const SnapshotPtr& head) {
  snapshot_id_ = unused_snapshot_id(intermediate, snapshot_id_);
  artifacts_.set_directory(metadata_directory(intermediate.location, intermediate.properties));
  ManifestContext context{&store_, &intermediate, intermediate.schema(ids.schema_id), snapshot_id_, &artifacts_};
  FLOE_TRY(add_manifests(context, session, ids));
  SummaryCounts counts;
  const auto manifests = FLOE_TRY(build_manifests(context, session, head, &counts));

  ManifestListWriteOptions list;
  list.snapshot_id = snapshot_id_;
  if (head != nullptr) list.parent_snapshot_id = head->snapshot_id;
  list.sequence_number = intermediate.last_sequence_number + 1;
  const auto bytes = FLOE_TRY(write_manifest_list(list, manifests));
  const auto location = FLOE_TRY(artifacts_.put_list(session, bytes, snapshot_id_, attempts_));
  auto stored = std::make_shared<ManifestList>();
  used_manifests_.clear();
  for (const auto& manifest : manifests) {
    stored->push_back(FLOE_TRY(assign_sequence_number(list, manifest)));
    used_manifests_.push_back(manifest.manifest_path);
  }
  store_.remember_manifests(location, std::move(stored));

  Snapshot snapshot;
  snapshot.snapshot_id = snapshot_id_;
  snapshot.parent_snapshot_id = list.parent_snapshot_id;
  snapshot.sequence_number = list.sequence_number;
  // Never before what the table already says: clocks of several machines differ.
  snapshot.timestamp_ms = std::max(now_unix_ms(), base_.has_value() ? base_->metadata->last_updated_ms : 0);
  snapshot.operation = operation_of(write_.request, counts);
  snapshot.summary = build_summary(counts, head.get());
  snapshot.manifest_list = location;
  snapshot.schema_id = ids.schema_id;
  return make_snapshot(std::move(snapshot));
}

bool Committer::changes_nothing() const {
  return !replaces(write_.request.mode) && described_.empty() && files_.removed.empty();
}

std::optional<Publication> Committer::take_done(const Session& session, const Snapshot& done) {
  // Somebody else finished this very step while we were at it; our files are superfluous.
  store_.storage().remove(session, files_.added_uris());
  artifacts_.drop_all(session);
  result_json_ = commit_result_json(done, base_->metadata_location, 0);
  return std::nullopt;
}

namespace {

Status check_same_table(const PendingWrite& write, const std::optional<LoadedTable>& now) {
  if (write.base.has_value() && !now.has_value()) return concurrent(write, "it was dropped");
  if (write.base.has_value() && now->metadata->table_uuid != write.base->metadata->table_uuid) {
    return concurrent(write, "it was dropped and created again");
  }
  if (now.has_value() && write.request.mode == WriteMode::kCreate) {
    return failf(ErrorCode::kAlreadyExists, "table `{}` already exists", write.identifier.to_string());
  }
  if (now.has_value() && !write.base.has_value() && now->metadata->location != write.plan.location) {
    return concurrent(write, "somebody else created it elsewhere");
  }
  return ok();
}

}  // namespace

// `table`: as it is after the other updates of this attempt.
Status Committer::add_snapshot(const Session& session, const TableMetadata& table, std::vector<TableUpdate>& updates) {
  const auto ids = FLOE_TRY(resolve_ids(table));
  auto head = table.ref_snapshot(write_.request.branch);
  if (head == nullptr) head = table.current_snapshot();  // a branch begins where main is
  if (base_.has_value()) FLOE_TRY(validate(session, head));
  snapshot_ = FLOE_TRY(build_snapshot(session, table, ids, head));
  updates.emplace_back(update::AddSnapshot{snapshot_});
  SnapshotRef ref;
  const auto existing = table.refs.find(write_.request.branch);
  if (existing != table.refs.end()) ref = existing->second;
  ref.snapshot_id = snapshot_->snapshot_id;
  updates.emplace_back(update::SetSnapshotRef{write_.request.branch, ref});
  return ok();
}

Result<std::optional<Publication>> Committer::attempt(const Session& session) {
  ++attempts_;
  base_ = FLOE_TRY(store_.load_if_exists(session, write_.identifier));
  const auto* base = base_.has_value() ? &*base_ : nullptr;
  if (base != nullptr) {
    if (const auto done = find_done(*base->metadata, write_.request.branch, write_.request.idempotency_key)) {
      return take_done(session, *done);
    }
  }
  FLOE_TRY(check_same_table(write_, base_));
  auto plan = write_.plan;
  const bool is_rebased =
      base != nullptr && (!write_.base.has_value() || base->metadata_location != write_.base->metadata_location);
  if (is_rebased) {
    FLOE_TRY(check_writable_version(*base->metadata, write_.identifier.to_string()));
    plan = FLOE_TRY(plan_table(base, write_.identifier, write_.request, store_.options()));
    FLOE_TRY(check_written_schema(plan));
  }
  if (changes_nothing() && plan.updates.empty()) {
    result_json_ = R"({"snapshot_id":null,"parent_snapshot_id":null,"sequence_number":null,"metadata_location":null,)"
                   R"("operation":null,"added_files":0,"added_rows":0,"removed_files":0,"deleted_rows":0,)"
                   R"("added_bytes":0,"total_rows":null,"attempts":0})";
    return std::optional<Publication>();
  }
  const auto now = now_unix_ms();
  auto updates = std::move(plan.updates);
  snapshot_ = nullptr;
  if (!changes_nothing()) {
    const auto intermediate =
        FLOE_TRY(apply_updates(base == nullptr ? nullptr : base->metadata.get(), updates, {now, ""}));
    FLOE_TRY(add_snapshot(session, *intermediate, updates));
  }
  auto publication =
      FLOE_TRY(prepare_publication(store_, session, write_.identifier, base, std::move(updates), now, &artifacts_));
  return std::optional<Publication>(std::move(publication));
}

void Committer::discard_attempt(const Session& session) { artifacts_.drop_attempt(session); }

void Committer::finish(const Session& session, const Publication& publication) {
  artifacts_.keep(session, used_manifests_);
  store_.storage().remove(session, empty_);
  remove_old_metadata(store_, session, base_.has_value() ? &*base_ : nullptr, *publication.metadata);
  if (snapshot_ != nullptr) {
    result_json_ = commit_result_json(*snapshot_, publication.location, attempts_);
    return;
  }
  JsonText out;
  out.begin_object().key("snapshot_id").null().key("metadata_location").text(publication.location);
  out.key("added_files").number(0).key("added_rows").number(0).key("attempts").number(attempts_).end_object();
  result_json_ = std::move(out).take();
}

void Committer::clean_up(const Session& session, const Error& error) {
  if (is_commit_state_unknown(error)) return;
  artifacts_.drop_all(session);
  store_.storage().remove(session, files_.added_uris());
}

}  // namespace floe::iceberg
