// Makes the catalog name metadata files that lie in storage.
#pragma once

#include "table/table_store.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

// Payloads as floe.table_format/1 has them. All or none where the catalog has transactions.
Result<std::string> register_tables(TableStore& store, const Session& session, std::string_view request);

}  // namespace floe::iceberg
