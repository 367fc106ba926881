// How DuckDB spells the names inside its types.
#pragma once

#include <string>
#include <string_view>

namespace floe::duckdb_compute {

// A struct member as DESCRIBE prints it: bare when it is a plain word and no keyword, else in double quotes.
std::string type_field_name(std::string_view name);

}  // namespace floe::duckdb_compute
