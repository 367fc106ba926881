// The files of a view: its metadata, one file for each time it was replaced, and the note beside them.
#pragma once

#include "metadata/view_metadata.hpp"
#include "table/table_store.hpp"

#include <string>
#include <vector>

namespace floe::iceberg {

// The content of a view's metadata file, compared with its name.
Result<ViewMetadata> read_view_metadata(const Session& session, const StorageClient& storage,
                                        std::string_view location);

// Those in the folder of the current metadata file. Best effort: none when the catalog does not answer,
// only the note when the view or its folder cannot be read.
std::vector<std::string> view_files(TableStore& store, const Session& session, const Identifier& identifier);

}  // namespace floe::iceberg
