// The note beside the metadata files of a table that says which of them the catalog took last. A catalog that is there
// is never asked for it: it tells committed files from those of attempts that a crash left behind, when the catalog is
// gone.
#pragma once

#include "abi/storage_client.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

inline constexpr std::string_view kCommittedNote = "committed.txt";

// Where the note of a table is whose metadata file lies at `metadata_location`.
std::string committed_note_location(std::string_view metadata_location);

// After the catalog took `metadata_location`. Best effort: a note that is missing or old says less, never something
// wrong.
void note_committed(const Session& session, const StorageClient& storage, std::string_view metadata_location);

// `00004-<uuid>.metadata.json` of the content of a note; "" when it is none, as after a power failure.
std::string committed_file_name(std::string_view content);

}  // namespace floe::iceberg
