#include "recover/found_tables.hpp"

#include "metadata/metadata_file.hpp"
#include "recover/found_json.hpp"

#include "base/fail.hpp"
#include "base/json/json.hpp"
#include "base/text/text.hpp"

#include <algorithm>
#include <atomic>
#include <map>

namespace floe::iceberg {

namespace {

// All versions of one table or view that may be its newest.
struct Candidate {
  std::vector<Version> versions;
  std::optional<FoundMetadata> committed;
  std::int64_t noted_ms = 0;
};

// A table may have changed its folder: the uuid tells.
std::vector<Candidate> by_uuid(const std::vector<FolderContents>& folders) {
  std::map<std::string, Candidate> found;
  for (const auto& folder : folders) {
    for (const auto& version : folder.versions)
      found[version.metadata.uuid].versions.push_back(version);
    if (!folder.committed.has_value()) continue;
    auto& candidate = found[folder.committed->uuid];
    const bool is_later = !candidate.committed.has_value() || candidate.committed->number < folder.committed->number;
    if (is_later) candidate.committed = folder.committed;
    candidate.noted_ms = std::max(candidate.noted_ms, folder.noted_ms);
  }
  std::vector<Candidate> out;
  for (auto& [uuid, candidate] : found) {
    if (!candidate.versions.empty()) out.push_back(std::move(candidate));
  }
  return out;
}

std::vector<FoundMetadata> metadata_of(std::vector<Version> versions, bool (*wanted)(const Version&)) {
  std::vector<FoundMetadata> out;
  for (auto& version : versions) {
    if (wanted(version)) out.push_back(std::move(version.metadata));
  }
  return out;
}

bool is_usable(const Version& version) { return version.is_at_home && version.is_readable; }

bool is_at_home(const Version& version) { return version.is_at_home; }

FoundTable unusable(FoundState state, std::vector<FoundMetadata> versions, std::string reason) {
  FoundTable table;
  table.state = state;
  table.head = choose_head(std::move(versions), {});
  table.reason = std::move(reason);
  return table;
}

// A noted version whose files are missing is no version to go on from.
std::optional<FoundMetadata> usable_note(const Candidate& candidate) {
  const bool is_broken = candidate.committed.has_value() &&
                         std::any_of(candidate.versions.begin(), candidate.versions.end(), [&](const Version& one) {
                           return !is_usable(one) && one.metadata.uri == candidate.committed->uri;
                         });
  return is_broken ? std::nullopt : candidate.committed;
}

FoundTable table_of(const Candidate& candidate, const KnownTable* known, const WarehousePlace& place) {
  auto usable = metadata_of(candidate.versions, is_usable);
  auto at_home = metadata_of(candidate.versions, is_at_home);
  FoundTable table;
  if (!usable.empty()) {
    table.head =
        choose_head(std::move(usable), {usable_note(candidate), known == nullptr ? std::nullopt : known->metadata});
    table.name = place.name_of(table.head.metadata.location);
    if (table.name.has_value()) return table;
    table.state = FoundState::kUnnamed;
    table.reason = "its folder does not say a namespace and a name";
  } else if (at_home.empty()) {
    auto all = metadata_of(candidate.versions, [](const Version&) { return true; });
    table = unusable(FoundState::kElsewhere, std::move(all), "");
    table.reason = fmt::format("its files are in `{}`", table.head.metadata.location);
  } else {
    const bool has_files = std::any_of(candidate.versions.begin(), candidate.versions.end(),
                                       [](const Version& one) { return one.is_at_home && one.has_any_files; });
    table = unusable(has_files ? FoundState::kBroken : FoundState::kDropped, std::move(at_home), "");
    table.reason = has_files ? fmt::format("`{}` is missing", table.head.metadata.current_files.front())
                             : "the files of all its snapshots are gone";
  }
  table.name = place.name_of(table.head.metadata.location);
  return table;
}

// When it was written last: a table that is known to be committed was, at the latest, when that was noted.
std::int64_t latest_sign(const FoundTable& table, std::int64_t noted_ms) {
  return std::max(table.head.metadata.last_updated_ms, noted_ms);
}

// Of several tables and views in one folder one is the table of that name.
struct Lodger {
  FoundTable* table;
  std::int64_t sign;
};

void settle_folder(std::vector<Lodger> lodgers) {
  const auto newest = std::max_element(lodgers.begin(), lodgers.end(),
                                       [](const Lodger& left, const Lodger& right) { return left.sign < right.sign; });
  for (const auto& lodger : lodgers) {
    if (lodger.table == newest->table) continue;
    lodger.table->state = FoundState::kOther;
    lodger.table->reason =
        fmt::format("a newer {} lies in the same folder", kind_name(newest->table->head.metadata.kind));
  }
}

void settle_folders(std::vector<FoundTable>* tables, const std::vector<std::int64_t>& noted_ms,
                    const WarehousePlace& place) {
  std::map<std::string, std::vector<Lodger>> by_location;
  for (std::size_t i = 0; i < tables->size(); ++i) {
    auto& table = (*tables)[i];
    if (table.state != FoundState::kNew) continue;
    by_location[place.resolve(table.head.metadata.location)].push_back({&table, latest_sign(table, noted_ms[i])});
  }
  for (auto& [location, lodgers] : by_location)
    settle_folder(std::move(lodgers));
}

// Whether another version than the catalog's is the newest, or may be.
bool is_behind(const FoundTable& table, const KnownTable& known) {
  return !table.head.alternatives.empty() || table.head.metadata.file_name() != file_of(known.metadata_location);
}

class CatalogIndex {
 public:
  CatalogIndex(const std::vector<KnownTable>& known, const WarehousePlace& place) {
    for (const auto& one : known) {
      by_name_[one.identifier.to_json()] = &one;
      if (one.uuid.empty()) continue;
      by_uuid_[one.uuid] = &one;
      by_location_[place.resolve(one.location)] = &one;
    }
  }

  [[nodiscard]] const KnownTable* find_uuid(const std::string& uuid) const { return find(by_uuid_, uuid); }

  void compare(FoundTable* table, const WarehousePlace& place) const {
    const auto& head = table->head.metadata;
    if (const auto* known = find(by_uuid_, head.uuid)) return compare_known(table, *known);
    if (table->state != FoundState::kNew) return;
    const auto* known = find(by_name_, table->name->identifier.to_json());
    if (known != nullptr && may_be_version_of(*known, head)) {
      compare_damaged(table, *known);
    } else if (known != nullptr) {
      table->state = FoundState::kTaken;
      table->reason = fmt::format("the catalog has another {} of this name", kind_name(known->kind));
    } else if (const auto* lodger = find(by_location_, place.resolve(head.location))) {
      table->state = FoundState::kOther;
      table->reason = fmt::format("`{}` of the catalog lies in the same folder", lodger->identifier.to_string());
    }
  }

 private:
  using Index = std::map<std::string, const KnownTable*>;

  static const KnownTable* find(const Index& index, const std::string& key) {
    const auto found = index.find(key);
    return found == index.end() ? nullptr : found->second;
  }

  // The catalog names a file that cannot be read: going back to an older one is for a person to decide.
  static void compare_damaged(FoundTable* table, const KnownTable& known) {
    table->state = FoundState::kBehind;
    table->reason = fmt::format("the catalog has `{}`, which cannot be read", file_of(known.metadata_location));
    table->newer_unreadable.push_back(
        {known.metadata_location, metadata_number(known.metadata_location), known.problem});
  }

  static void compare_known(FoundTable* table, const KnownTable& known) {
    table->name = WarehousePlace::Name{known.identifier, true};
    const bool is_usable =
        table->state == FoundState::kNew || table->state == FoundState::kOther || table->state == FoundState::kUnnamed;
    const bool behind = is_usable && is_behind(*table, known);
    table->state = behind ? FoundState::kBehind : FoundState::kRegistered;
    if (!behind) table->head.alternatives.clear();
    table->reason = behind ? fmt::format("the catalog has `{}`", file_of(known.metadata_location)) : "";
  }

  Index by_name_;
  Index by_uuid_;
  Index by_location_;
};

// Unreadable files that may have been newer than the head of their folder's table.
void add_unreadable(const std::vector<FolderContents>& folders, FoundTables* found) {
  for (const auto& folder : folders) {
    for (const auto& file : folder.unreadable)
      found->unreadable.push_back(file);
  }
  for (auto& table : found->tables) {
    for (const auto& file : found->unreadable) {
      const bool is_near = folder_of(file.uri) == folder_of(table.head.metadata.uri);
      const bool is_there = std::any_of(table.newer_unreadable.begin(), table.newer_unreadable.end(),
                                        [&](const UnreadableFile& one) { return one.uri == file.uri; });
      if (is_near && !is_there && file.number >= table.head.metadata.number) table.newer_unreadable.push_back(file);
    }
  }
}

std::string sort_key(const FoundTable& table) {
  return table.name.has_value() ? table.name->identifier.to_string() : std::string();
}

Result<std::vector<FolderContents>> read_folders(TableStore& store, const Session& session, const WarehousePlace& place,
                                                 const std::vector<MetadataFolder>& folders) {
  std::vector<FolderContents> contents(folders.size());
  std::atomic<std::size_t> done{0};
  const auto read_one = [&](const Session& worker, std::size_t i) -> Status {
    if (worker.is_cancelled()) return fail(ErrorCode::kCancelled, "cancelled");
    contents[i] = FLOE_TRY(read_folder(store, worker, place, folders[i]));
    report_progress(worker, ++done, folders.size(), "reading table metadata");
    return ok();
  };
  FLOE_TRY(parallel_for(session, folders.size(), store.options().threads, read_one));
  return contents;
}

}  // namespace

Result<FoundTables> find_tables(TableStore& store, const Session& session, const WarehousePlace& place) {
  report_progress(session, 0, 0, "listing the warehouse");
  auto objects = FLOE_TRY(store.storage().list(session, place.root()));
  const auto folders = metadata_folders(std::move(objects));
  FoundTables found;
  if (folders.empty()) return found;
  for (const auto& folder : folders)
    found.files += folder.files.size();
  const auto contents = FLOE_TRY(read_folders(store, session, place, folders));
  const auto known = FLOE_TRY(known_tables(store, session));
  const CatalogIndex index(known, place);
  std::vector<std::int64_t> noted_ms;
  for (const auto& candidate : by_uuid(contents)) {
    found.tables.push_back(table_of(candidate, index.find_uuid(candidate.versions.front().metadata.uuid), place));
    noted_ms.push_back(candidate.noted_ms);
  }
  settle_folders(&found.tables, noted_ms, place);
  for (auto& table : found.tables)
    index.compare(&table, place);
  add_unreadable(contents, &found);
  std::sort(found.tables.begin(), found.tables.end(), [](const FoundTable& left, const FoundTable& right) {
    return std::pair(sort_key(left), left.head.metadata.uri) < std::pair(sort_key(right), right.head.metadata.uri);
  });
  return found;
}

Result<std::string> find_tables(TableStore& store, const Session& session, std::string_view request_text) {
  const auto request = FLOE_TRY(parse_json_object(request_text).with_context("reading the request"));
  std::vector<std::string> aliases;
  if (const auto* listed = get_array(request, "aliases")) {
    for (const auto& alias : *listed) {
      if (!alias.is_string()) return fail(ErrorCode::kInvalidArgument, "`aliases` are texts");
      aliases.emplace_back(to_view(alias.get_string()));
    }
  }
  const auto root = get_string_or(request, "root", store.options().warehouse);
  if (root.empty()) return fail(ErrorCode::kInvalidConfig, "no `warehouse` says where tables lie");
  const auto found = FLOE_TRY(find_tables(store, session, WarehousePlace(root, aliases)));
  return found_to_json(found);
}

}  // namespace floe::iceberg
