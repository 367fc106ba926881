#include "commit/table_changes.hpp"

#include "commit/committer.hpp"
#include "commit/schema_edit.hpp"
#include "scan/file_scan.hpp"

#include "base/fail.hpp"
#include "base/io/environment.hpp"
#include "base/json/json.hpp"

namespace floe::iceberg {

namespace {

struct Attempted {
  Outcome outcome = Outcome::kDone;
  LoadedTable table;
};

Result<Attempted> attempt_updates(TableStore& store, const Session& session, const Identifier& identifier,
                                  const UpdatePlanner& plan, Artifacts* artifacts) {
  const auto base = FLOE_TRY(store.load(session, identifier));
  auto updates = FLOE_TRY(plan(*base.metadata));
  if (updates.empty()) return Attempted{Outcome::kDone, base};
  auto publication =
      FLOE_TRY(prepare_publication(store, session, identifier, &base, std::move(updates), now_unix_ms(), artifacts));
  const auto outcome = FLOE_TRY(publish(store, session, &publication));
  if (outcome == Outcome::kDone) remove_old_metadata(store, session, &base, *publication.metadata);
  return Attempted{outcome, {identifier, publication.location, publication.metadata}};
}

}  // namespace

Result<LoadedTable> commit_updates(TableStore& store, const Session& session, const Identifier& identifier,
                                   const UpdatePlanner& plan) {
  Artifacts artifacts(store);
  RetryPolicy policy(store.options(), {});
  const auto lock = store.commit_lock(identifier);
  for (int failures = 0;;) {
    {
      const std::lock_guard guard(*lock);
      auto attempted = attempt_updates(store, session, identifier, plan, &artifacts);
      if (!attempted.has_value()) {
        if (!is_commit_state_unknown(attempted.error())) artifacts.drop_all(session);
        return std::move(attempted).error();
      }
      if (attempted->outcome == Outcome::kDone) {
        artifacts.keep(session, {});
        return std::move(attempted->table);
      }
      artifacts.drop_attempt(session);
    }
    if (!policy.wait(session, ++failures)) break;
  }
  if (session.is_cancelled()) return fail(ErrorCode::kCancelled, "cancelled while waiting to commit again");
  return failf(ErrorCode::kConflict, "table `{}` was changed by others at each attempt to commit",
               identifier.to_string());
}

Result<LoadedTable> create_empty_table(TableStore& store, const Session& session, const Identifier& identifier,
                                       const WriteRequest& request) {
  Artifacts artifacts(store);
  auto plan = FLOE_TRY(plan_table(nullptr, identifier, request, store.options())
                           .with_context(fmt::format("creating table `{}`", identifier.to_string())));
  const auto publish_new = [&]() -> Result<LoadedTable> {
    auto publication = FLOE_TRY(
        prepare_publication(store, session, identifier, nullptr, std::move(plan.updates), now_unix_ms(), &artifacts));
    const auto outcome = FLOE_TRY(publish(store, session, &publication));
    if (outcome == Outcome::kConflict) {
      return failf(ErrorCode::kAlreadyExists, "table `{}` already exists", identifier.to_string());
    }
    return LoadedTable{identifier, publication.location, publication.metadata};
  };
  auto created = publish_new();
  if (created.has_value()) {
    artifacts.keep(session, {});
  } else if (!is_commit_state_unknown(created.error())) {
    artifacts.drop_all(session);
  }
  return created;
}

Result<LoadedTable> update_schema(TableStore& store, const Session& session, const Identifier& identifier,
                                  std::string_view changes) {
  const auto edits = FLOE_TRY(parse_schema_edits(changes));
  return commit_updates(store, session, identifier,
                        [&](const TableMetadata& metadata) -> Result<std::vector<TableUpdate>> {
                          FLOE_TRY(check_writable_version(metadata, identifier.to_string()));
                          return plan_schema_edits(metadata, edits);
                        });
}

namespace {

Result<std::vector<TableUpdate>> plan_properties(const TableMetadata& metadata, const json::object& request,
                                                 std::string_view table) {
  std::vector<TableUpdate> updates;
  update::SetProperties set;
  update::RemoveProperties removed;
  if (const auto* wanted = get_object(request, "updates")) {
    for (const auto& [key, value] : *wanted) {
      auto text = value.is_string() ? std::string(to_view(value.get_string())) : to_json(value);
      if (key == property::kFormatVersion) {
        if (text != "2") return failf(ErrorCode::kUnsupported, "tables of format version {} are not written", text);
        if (metadata.format_version == 1) updates.emplace_back(update::UpgradeFormatVersion{2});
        continue;
      }
      set.updates[std::string(key)] = std::move(text);
    }
  }
  if (const auto* wanted = get_array(request, "removals")) {
    for (const auto& key : *wanted) {
      if (!key.is_string()) return fail(ErrorCode::kInvalidArgument, "`removals` holds property names");
      removed.removals.emplace_back(to_view(key.get_string()));
    }
  }
  if (!set.updates.empty()) updates.emplace_back(std::move(set));
  if (!removed.removals.empty()) updates.emplace_back(std::move(removed));
  const bool upgrades = !updates.empty() && std::holds_alternative<update::UpgradeFormatVersion>(updates.front());
  if (!updates.empty() && !upgrades) FLOE_TRY(check_writable_version(metadata, table));
  return updates;
}

Result<SnapshotPtr> wanted_snapshot(const TableMetadata& metadata, const std::optional<std::string>& id,
                                    std::string_view table) {
  auto snapshot = metadata.current_snapshot();
  if (id.has_value()) {
    const auto number = FLOE_TRY(parse_snapshot_id(*id));
    snapshot = metadata.snapshot(number);
  }
  if (snapshot == nullptr) return failf(ErrorCode::kNotFound, "table `{}` has no such snapshot", table);
  return snapshot;
}

// Moves a branch forward to another ref, with the schema its snapshot was written with: the publish step of a branch.
Result<std::vector<TableUpdate>> plan_fast_forward(const TableMetadata& metadata, const std::string& name,
                                                   const std::string& to) {
  const auto target = metadata.ref_snapshot(to);
  if (target == nullptr) return failf(ErrorCode::kNotFound, "there is no branch or tag `{}`", to);
  const auto head = metadata.ref_snapshot(name);
  if (head != nullptr && !metadata.is_ancestor(head->snapshot_id, target->snapshot_id)) {
    return failf(ErrorCode::kConflict, "`{}` cannot be moved forward to `{}`: it has snapshots of its own", name, to);
  }
  std::vector<TableUpdate> updates;
  if (name == kMainBranch && target->schema_id.has_value() && *target->schema_id != metadata.current_schema_id) {
    updates.emplace_back(update::SetCurrentSchema{*target->schema_id});
  }
  SnapshotRef ref;
  if (const auto found = metadata.refs.find(name); found != metadata.refs.end()) ref = found->second;
  ref.snapshot_id = target->snapshot_id;
  updates.emplace_back(update::SetSnapshotRef{name, ref});
  return updates;
}

Result<std::vector<TableUpdate>> plan_ref(const TableMetadata& metadata, const json::object& request,
                                          std::string_view table) {
  FLOE_TRY(check_writable_version(metadata, table));
  const auto name = FLOE_TRY(require_string(request, "name"));
  if (const auto to = get_string(request, "fast_forward_to")) return plan_fast_forward(metadata, name, *to);
  const auto id = get_string(request, "snapshot_id");
  std::vector<TableUpdate> updates;
  if (!id.has_value()) {
    if (name == kMainBranch) return fail(ErrorCode::kInvalidArgument, "branch `main` cannot be removed");
    if (!metadata.refs.contains(name)) return failf(ErrorCode::kNotFound, "table `{}` has no ref `{}`", table, name);
    updates.emplace_back(update::RemoveSnapshotRef{name});
    return updates;
  }
  const auto snapshot = FLOE_TRY(wanted_snapshot(metadata, id, table));
  const auto type = get_string_or(request, "type", "branch");
  if (type != "branch" && type != "tag")
    return failf(ErrorCode::kInvalidArgument, "a ref is a `branch` or a `tag`, not `{}`", type);
  SnapshotRef ref;
  const auto found = metadata.refs.find(name);
  if (found != metadata.refs.end()) ref = found->second;
  ref.is_branch = type == "branch";
  ref.snapshot_id = snapshot->snapshot_id;
  if (found != metadata.refs.end() && found->second == ref) return updates;
  updates.emplace_back(update::SetSnapshotRef{name, ref});
  return updates;
}

}  // namespace

Result<LoadedTable> set_properties(TableStore& store, const Session& session, const Identifier& identifier,
                                   std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the properties to set"));
  return commit_updates(store, session, identifier, [&](const TableMetadata& metadata) {
    return plan_properties(metadata, request, identifier.to_string());
  });
}

Result<LoadedTable> create_branch(TableStore& store, const Session& session, const Identifier& identifier,
                                  std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the branch to create"));
  const auto name = FLOE_TRY(require_string(request, "name"));
  return commit_updates(
      store, session, identifier, [&](const TableMetadata& metadata) -> Result<std::vector<TableUpdate>> {
        FLOE_TRY(check_writable_version(metadata, identifier.to_string()));
        if (metadata.refs.contains(name)) {
          return failf(ErrorCode::kAlreadyExists, "table `{}` already has a ref `{}`", identifier.to_string(), name);
        }
        const auto snapshot =
            FLOE_TRY(wanted_snapshot(metadata, get_string(request, "snapshot_id"), identifier.to_string()));
        SnapshotRef ref;
        ref.snapshot_id = snapshot->snapshot_id;
        return std::vector<TableUpdate>{update::SetSnapshotRef{name, ref}};
      });
}

Result<LoadedTable> set_ref(TableStore& store, const Session& session, const Identifier& identifier,
                            std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the ref to set"));
  return commit_updates(store, session, identifier, [&](const TableMetadata& metadata) {
    return plan_ref(metadata, request, identifier.to_string());
  });
}

Result<std::string> truncate_table(TableStore& store, const Session& session, const Identifier& identifier,
                                   std::string_view request_text) {
  CommitFiles files;
  if (!request_text.empty()) files = FLOE_TRY(parse_commit_files(request_text));
  files.added.clear();
  files.removed.clear();
  FLOE_TRY(store.load(session, identifier));
  WriteRequest request;
  request.mode = WriteMode::kReplace;
  request.branch = kMainBranch;
  auto begun = FLOE_TRY(begin_write(store, session, identifier, std::move(request)));
  return run_commit(store, session, std::move(begun.write), std::move(files));
}

}  // namespace floe::iceberg
