// Namespaces and the names in them.
#pragma once

#include "table/table_store.hpp"

#include <string>
#include <string_view>

namespace floe::iceberg {

Result<std::string> list_namespaces(TableStore& store, const Session& session);  // all, nested ones too
Status create_namespace(TableStore& store, const Session& session, std::string_view levels);
Status drop_namespace(TableStore& store, const Session& session, std::string_view levels);
Result<std::string> list_names(TableStore& store, const Session& session, std::string_view request);

}  // namespace floe::iceberg
