// How deep JSON may nest, and that DuckDB keeps to it (guard/json_depth.h).
#pragma once

#include "base/result.hpp"

#include <duckdb.h>

#include <cstdint>
#include <string_view>

namespace floe::duckdb_compute {

// Lowers the limit of the process. kInvalidState when this libduckdb.so does not ask the guard: it was loaded before
// the plugin.
Status start_json_guard(duckdb_connection connection, std::uint32_t levels);

}  // namespace floe::duckdb_compute
