#include "commit/lost_commits.hpp"

#include "metadata/committed_note.hpp"
#include "recover/known_tables.hpp"
#include "recover/later_commit.hpp"
#include "recover/warehouse_place.hpp"

#include "base/diagnostics/older_version.hpp"
#include "base/fail.hpp"

#include <algorithm>

namespace floe::iceberg {

namespace {

Error lost_table(const Identifier& identifier, std::string_view uri) {
  return failf(ErrorCode::kInvalidState,
               "the catalog does not know `{}`, but its folder holds the committed version `{}`: a new table would "
               "start from nothing; run `floe table register --scan` to register what the warehouse holds, or remove "
               "the folder of a table that another program dropped",
               identifier.to_string(), uri);
}

Error older_catalog(const Publication& publication, const std::string& later) {
  return diagnostics_error(ErrorCode::kInvalidState,
                           older_version_finding(publication.identifier.to_string(), *publication.expected, later));
}

// A note that a power failure damaged says that something was committed, and not what.
Result<std::optional<NotedVersion>> find_other_version(TableStore& store, const Session& session,
                                                       const std::string& ours) {
  const auto objects = store.storage().list(session, folder_of(ours));
  if (!objects.has_value()) {
    if (objects.error().code == ErrorCode::kUnsupported) return std::optional<NotedVersion>();
    return objects.error();
  }
  const auto other = std::find_if(objects->begin(), objects->end(), [&](const ListedObject& object) {
    return is_metadata_file(object.uri) && object.uri != ours;
  });
  return other == objects->end() ? std::optional<NotedVersion>()
                                 : std::optional(NotedVersion{other->uri, std::nullopt});
}

// Whether the pointer is where the publication expects it. Asked for after the note was read: a note is written after
// the pointer was moved, so a pointer that is behind it now went back.
Result<bool> is_unchanged(TableStore& store, const Session& session, const Publication& publication) {
  const auto table = FLOE_TRY(store.load_if_exists(session, publication.identifier));
  return (table.has_value() ? std::optional(table->metadata_location) : std::nullopt) == publication.expected;
}

// A table that was renamed keeps its folder.
Result<bool> is_known(TableStore& store, const Session& session, const FoundMetadata& metadata) {
  const auto known = FLOE_TRY(known_tables(store, session));
  return std::any_of(known.begin(), known.end(), [&](const KnownTable& one) { return one.uuid == metadata.uuid; });
}

Result<Outcome> check_new(TableStore& store, const Session& session, const Publication& publication,
                          const std::string& note) {
  const auto noted = FLOE_TRY(note.empty() ? find_other_version(store, session, publication.location)
                                           : read_noted_version(store, session, note));
  if (!noted.has_value()) return Outcome::kDone;
  const auto& metadata = noted->metadata;
  if (metadata.has_value() && metadata->kind == FoundKind::kView) return Outcome::kDone;
  if (!FLOE_TRY(is_unchanged(store, session, publication))) return Outcome::kConflict;
  if (metadata.has_value() && FLOE_TRY(is_known(store, session, *metadata))) return Outcome::kDone;
  return lost_table(publication.identifier, noted->uri);
}

Result<Outcome> check_next(TableStore& store, const Session& session, const Publication& publication) {
  const NamedVersion named = named_version({publication.identifier, *publication.expected, publication.metadata});
  const auto later = FLOE_TRY(find_later_commit(store, session, named));
  if (!later.has_value()) return Outcome::kDone;
  if (!FLOE_TRY(is_unchanged(store, session, publication))) return Outcome::kConflict;
  return older_catalog(publication, *later);
}

}  // namespace

Result<Outcome> check_lost_commits(TableStore& store, const Session& session, const Publication& publication) {
  if (publication.expected.has_value()) return check_next(store, session, publication);
  const auto note = FLOE_TRY(read_committed_note(session, store.storage(), publication.location));
  return note.has_value() ? check_new(store, session, publication, *note) : Result<Outcome>(Outcome::kDone);
}

}  // namespace floe::iceberg
