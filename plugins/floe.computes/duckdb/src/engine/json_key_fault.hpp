// What is wrong with the keys of a JSON text, in SQL.
#pragma once

#include "base/result.hpp"

#include <duckdb.h>

namespace floe::duckdb_compute {

// floe_json_key_fault(VARCHAR): a sentence such as "the key `a.b` occurs twice in its object", or NULL.
Status register_json_key_fault(duckdb_connection connection);

}  // namespace floe::duckdb_compute
