// What SQL may be made of before DuckDB reads it. Its parser and binder have limits of their own for most of what nests
// and cannot be interrupted: these are the shapes for which they take exponential or quadratic time, gigabytes, or all
// of the stack.
#pragma once

#include "base/result.hpp"

#include <string_view>

namespace floe::duckdb_compute {

// kUnsupported, with what to write instead.
Status check_sql(std::string_view sql);

}  // namespace floe::duckdb_compute
