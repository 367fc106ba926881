// The metadata files of a view: one for each time it was replaced.
#pragma once

#include "abi/table_store.hpp"

#include <string>
#include <vector>

namespace floe::iceberg {

// Those that lie where the current one lies. Best effort: empty when the view or its folder cannot be read.
std::vector<std::string> view_files(TableStore& store, const Session& session, const Identifier& identifier);

}  // namespace floe::iceberg
