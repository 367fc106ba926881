// The object behind floe_table_format_v1, and its table.
#pragma once

#include "abi/pending_writes.hpp"
#include "table/table_store.hpp"

#include "floe/interfaces/table_format.h"

namespace floe::iceberg {

struct OpenTables {
  TableStore store;
  PendingWrites writes;
};

const floe_table_format_v1& table_format_v1();

}  // namespace floe::iceberg
