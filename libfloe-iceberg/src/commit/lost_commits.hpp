// Refuses to commit on a catalog that lost what was committed before: a row of it is gone, or an older copy of it was
// restored. A new table, or a second line of versions, would hide the rows that the warehouse has.
#pragma once

#include "commit/publish.hpp"

namespace floe::iceberg {

// Before the pointer is moved. kDone: nothing is lost. kConflict: somebody else committed meanwhile. kInvalidState: the
// note beside the table names a committed version that the catalog does not know; nothing was changed.
Result<Outcome> check_lost_commits(TableStore& store, const Session& session, const Publication& publication);

}  // namespace floe::iceberg
