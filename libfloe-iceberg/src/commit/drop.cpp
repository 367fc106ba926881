// Dropping tables, and finding the files a table owns.
#include "commit/table_changes.hpp"
#include "metadata/committed_note.hpp"
#include "scan/file_scan.hpp"

#include "base/diagnostics/damaged_file.hpp"
#include "base/fail.hpp"
#include "base/json/json.hpp"

#include <mutex>
#include <set>

namespace floe::iceberg {

namespace {

// A damaged table can be dropped: what its damaged file alone names stays in storage.
Status leave_behind(const Session& session, const Identifier& identifier, const Error& error) {
  if (!is_damaged_file(error)) return error;
  log_warning(session,
              fmt::format("dropping `{}` without all of its files: {}", identifier.to_string(), error.to_string()));
  return ok();
}

// Everything any snapshot or log entry of the table refers to.
Result<std::set<std::string>> reachable_files(TableStore& store, const Session& session, const LoadedTable& table) {
  std::set<std::string> files;
  std::set<std::string> seen;
  ManifestList manifests;
  for (const auto& snapshot : table.metadata->snapshots) {
    if (!snapshot->manifest_list.empty()) files.insert(snapshot->manifest_list);
    const auto list = store.manifests_of(session, *snapshot);
    if (!list) FLOE_TRY(leave_behind(session, table.identifier, list.error()));
    if (!list) continue;
    for (const auto& manifest : **list) {
      if (seen.insert(manifest.manifest_path).second) manifests.push_back(manifest);
    }
  }
  std::mutex mutex;
  const auto collect = [&](const Session& worker, std::size_t i) -> Status {
    std::vector<std::string> found{manifests[i].manifest_path};
    const auto read = for_each_entry(store, worker, manifests[i], std::nullopt, true, [&](const ManifestEntry& entry) {
      found.push_back(entry.data_file.file_path);
      return ok();
    });
    if (!read) FLOE_TRY(leave_behind(worker, table.identifier, read.error()));
    const std::lock_guard lock(mutex);
    files.insert(found.begin(), found.end());
    return ok();
  };
  FLOE_TRY(parallel_for(session, manifests.size(), store.options().threads, collect));
  for (const auto& entry : table.metadata->metadata_log)
    files.insert(entry.metadata_file);
  files.insert(table.metadata_location);
  return files;
}

Result<std::set<std::string>> files_to_purge(TableStore& store, const Session& session, const LoadedTable& table) {
  if (!property_bool(table.metadata->properties, property::kGcEnabled, true)) {
    return failf(ErrorCode::kInvalidState,
                 "table `{}` has gc.enabled=false: its files may belong to others; drop it without purge",
                 table.identifier.to_string());
  }
  return reachable_files(store, session, table);
}

// Before the catalog forgets the table: a note that outlives it would say that the catalog lost it.
void remove_note(TableStore& store, const Session& session, const Identifier& identifier) {
  const auto pointer = store.catalog().load_table(session, identifier);
  if (!pointer.has_value()) return;
  const auto note = committed_note_location(pointer->metadata_location);
  store.storage().remove(session, {&note, 1});
}

}  // namespace

Status drop_table(TableStore& store, const Session& session, const Identifier& identifier,
                  std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the drop request"));
  const bool if_exists = get_bool_or(request, "if_exists", false);
  const bool purge = get_bool_or(request, "purge", false);
  std::set<std::string> files;
  if (purge) {
    const auto table = store.load_if_exists(session, identifier);
    if (!table) FLOE_TRY(leave_behind(session, identifier, table.error()));
    if (table && table->has_value()) files = FLOE_TRY(files_to_purge(store, session, **table));
  }
  remove_note(store, session, identifier);
  auto dropped = store.catalog().drop_table(session, identifier, purge);
  if (!dropped.has_value()) {
    if (if_exists && dropped.error().code == ErrorCode::kNotFound) return ok();
    return dropped;
  }
  const std::vector<std::string> uris(files.begin(), files.end());
  store.storage().remove(session, uris);
  return ok();
}

}  // namespace floe::iceberg
