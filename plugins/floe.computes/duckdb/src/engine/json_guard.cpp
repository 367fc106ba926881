#include "engine/json_guard.hpp"

#include "engine/duckdb_api.hpp"
#include "json_depth.h"

#include <string>

namespace floe::duckdb_compute {

Status start_json_guard(duckdb_connection connection, std::uint32_t levels) {
  floe_duckdb_lower_json_depth(levels);
  const std::size_t deep = floe_duckdb_json_depth() + 1;
  const std::string sql = "SELECT json_valid('" + std::string(deep, '[') + std::string(deep, ']') + "')";
  duckdb_result result{};
  const duckdb_state state = duckdb_query(connection, sql.c_str(), &result);
  Rows rows(result);
  if (state == DuckDBSuccess && !rows.boolean(0, 0)) return ok();
  return fail(ErrorCode::kInvalidState,
              "this process loaded another libduckdb.so before floe's, which floe cannot protect from deep JSON; "
              "load floe first");
}

}  // namespace floe::duckdb_compute
