// verify: whether every file of a table still has the content that was written.
#pragma once

#include "table/table_store.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

// The result of `verify`. Reads every file that the table's snapshots and its metadata log refer to, once; with
// {"only_current": true} those of the current snapshot. Of a view it reads the current metadata file. A file whose name
// tells its content (base/io/content_name.hpp) is compared with it; of a file of another writer only what its manifest
// says is checked (it is there, has its size, its footer or container can be read), and it is listed under
// `files_without_digest`. Damage is part of the result, not an error; an error is a storage that does not answer, or
// kNotFound when there is no such table or view.
Result<std::string> verify_table(TableStore& store, const Session& session, const Identifier& identifier,
                                 std::string_view request);

}  // namespace floe::iceberg
