// The note beside the metadata files of a table that says which of them the catalog took last. It tells committed files
// from those of attempts that a crash left behind when the catalog is gone, and a commit that the catalog lost tables.
#pragma once

#include "host/storage_client.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace floe::iceberg {

inline constexpr std::string_view kCommittedNote = "committed.txt";

// Where the note of a table is whose metadata file lies at `metadata_location`.
std::string committed_note_location(std::string_view metadata_location);

// After the catalog took `metadata_location`. Best effort: a note that is missing or old says less, never something
// wrong.
void note_committed(const Session& session, const StorageClient& storage, std::string_view metadata_location);

// The file that the note beside `metadata_location` names; "" when the note says nothing usable; nothing when there is
// no note. An Error is a storage that fails.
Result<std::optional<std::string>> read_committed_note(const Session& session, const StorageClient& storage,
                                                       std::string_view metadata_location);

// `00004-<uuid>.metadata.json` of the content of a note; "" when it is none, as after a power failure.
std::string committed_file_name(std::string_view content);

}  // namespace floe::iceberg
