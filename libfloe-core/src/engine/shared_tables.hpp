// One table under several names of the catalog, as when its rows were swapped or written by hand: a write to one name
// would change the other, or begin a second line of versions in its folder.
#pragma once

#include "engine/opened_platform.hpp"

#include "base/result.hpp"

namespace floe::run {

// FLOE-E0504 when the catalog says that tables share a folder and they are one. Catalogs that do not say it pass.
Status check_tables_not_shared(const OpenedPlatform& platform, floe_call* call);

}  // namespace floe::run
