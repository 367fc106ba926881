#include "commit/lost_commits.hpp"

#include "metadata/committed_note.hpp"
#include "metadata/metadata_file.hpp"
#include "recover/found_metadata.hpp"
#include "recover/known_tables.hpp"
#include "recover/warehouse_place.hpp"

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

Error older_catalog(const Publication& publication, std::string_view uri) {
  const auto name = publication.identifier.to_string();
  return failf(ErrorCode::kInvalidState,
               "the catalog has an older version of `{}` than the warehouse: `{}` was committed after `{}`; run "
               "`floe table register --scan` to bring the catalog forward, or `floe table register --replace {} {}` "
               "to go on from the older version",
               name, uri, file_of(*publication.expected), name, *publication.expected);
}

// What the note names, as far as it can be read.
struct Noted {
  std::string uri;
  std::optional<FoundMetadata> metadata;
};

// Nothing: the file is gone, as after a drop whose note was written late.
Result<std::optional<Noted>> read_noted(TableStore& store, const Session& session, const std::string& uri) {
  const auto content = store.storage().read(session, uri);
  if (!content.has_value()) {
    if (content.error().code == ErrorCode::kNotFound) return std::optional<Noted>();
    return content.error();
  }
  auto found = parse_found({uri, 0}, content->view());
  return std::optional(Noted{uri, found.has_value() ? std::optional(*std::move(found)) : std::nullopt});
}

// A note that a power failure damaged says that something was committed, and not what.
Result<std::optional<Noted>> find_other_version(TableStore& store, const Session& session, const std::string& ours) {
  const auto objects = store.storage().list(session, folder_of(ours));
  if (!objects.has_value()) {
    if (objects.error().code == ErrorCode::kUnsupported) return std::optional<Noted>();
    return objects.error();
  }
  const auto other = std::find_if(objects->begin(), objects->end(), [&](const ListedObject& object) {
    return is_metadata_file(object.uri) && object.uri != ours;
  });
  return other == objects->end() ? std::optional<Noted>() : std::optional(Noted{other->uri, std::nullopt});
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
                                           : read_noted(store, session, note));
  if (!noted.has_value()) return Outcome::kDone;
  const auto& metadata = noted->metadata;
  if (metadata.has_value() && metadata->kind == FoundKind::kView) return Outcome::kDone;
  if (!FLOE_TRY(is_unchanged(store, session, publication))) return Outcome::kConflict;
  if (metadata.has_value() && FLOE_TRY(is_known(store, session, *metadata))) return Outcome::kDone;
  return lost_table(publication.identifier, noted->uri);
}

// Another table may have the folder too, and its note.
bool is_of(const FoundMetadata& found, const TableMetadata& table) {
  return found.kind == FoundKind::kTable &&
         found.uuid == (table.table_uuid.empty() ? table.location : table.table_uuid);
}

Result<Outcome> check_next(TableStore& store, const Session& session, const Publication& publication,
                           const std::string& note) {
  // A file that another tool named without a number cannot be told to be older.
  const auto number = metadata_number(*publication.expected);
  if (number < 0 || metadata_number(note) <= number) return Outcome::kDone;
  const auto noted = FLOE_TRY(read_noted(store, session, note));
  const bool is_newer =
      noted.has_value() && noted->metadata.has_value() && is_of(*noted->metadata, *publication.metadata);
  if (!is_newer) return Outcome::kDone;
  if (!FLOE_TRY(is_unchanged(store, session, publication))) return Outcome::kConflict;
  return older_catalog(publication, note);
}

}  // namespace

Result<Outcome> check_lost_commits(TableStore& store, const Session& session, const Publication& publication) {
  const auto note = FLOE_TRY(read_committed_note(session, store.storage(), publication.location));
  if (!note.has_value()) return Outcome::kDone;
  return publication.expected.has_value() ? check_next(store, session, publication, *note)
                                          : check_new(store, session, publication, *note);
}

}  // namespace floe::iceberg
