// How deep a JSON text nests, read from its bytes: for texts that are too deep to be parsed.
#pragma once

#include "base/result.hpp"

#include <duckdb.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace floe::duckdb_compute {

// The most lists and objects that are open at once; brackets in strings are none. The text need not be JSON.
std::int32_t json_levels(std::string_view text);

// The text with what is nested deeper than `levels` replaced by null: the outside of a text that is too deep to be
// parsed.
std::string shallow_json(std::string_view text, std::int32_t levels);

// floe_json_levels(VARCHAR), json_levels in SQL.
Status register_json_levels(duckdb_connection connection);

}  // namespace floe::duckdb_compute
