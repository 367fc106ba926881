// verify: whether every file of a table still has the content that was written.
#pragma once

#include "table/table_store.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

// The result of `verify`. Reads every file that the table's snapshots refer to, once. A file whose name tells its
// content (base/io/content_name.hpp) is compared with it; of a file of another writer only what its manifest says is
// checked (it is there, has its size, its footer or container can be read), and it counts as `without_digest`. Damage
// is part of the result, not an error; an error is a storage that does not answer.
Result<std::string> verify_table(TableStore& store, const Session& session, const Identifier& identifier);

}  // namespace floe::iceberg
