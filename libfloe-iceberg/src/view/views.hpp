// Views of a catalog: create or replace, load, drop, rename.
#pragma once

#include "table/table_store.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

// Payloads as floe.table_format/1 has them. kUnsupported where the catalog has no views.
Result<std::string> create_view(TableStore& store, const Session& session, const Identifier& identifier,
                                std::string_view request);
Result<std::string> load_view(TableStore& store, const Session& session, const Identifier& identifier);
Status drop_view(TableStore& store, const Session& session, const Identifier& identifier, std::string_view request);
Status rename_view(TableStore& store, const Session& session, const Identifier& from, const Identifier& to);

}  // namespace floe::iceberg
