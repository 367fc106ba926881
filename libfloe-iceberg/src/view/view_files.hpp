// The files of a view: its metadata, one file for each time it was replaced, and the note beside them.
#pragma once

#include "table/table_store.hpp"

#include <string>
#include <vector>

namespace floe::iceberg {

// Those in the folder of the current metadata file. Best effort: empty when the view or its folder cannot be read.
std::vector<std::string> view_files(TableStore& store, const Session& session, const Identifier& identifier);

}  // namespace floe::iceberg
