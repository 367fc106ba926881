// Iceberg's partition transforms as scalar functions of DuckDB, over base/transform.
#pragma once

#include "base/result.hpp"

#include <duckdb.h>

#include <string>

namespace floe::duckdb_compute {

// floe_bucket(count, value), floe_truncate(width, value), floe_year(value), floe_month, floe_day (days since 1970),
// floe_hour. NULL in, NULL out.
Status register_transform_functions(duckdb_connection connection);

// `name`(width, value) for DECIMAL(precision, scale), which keeps its type.
Status register_decimal_truncate(duckdb_connection connection, const std::string& name, int precision, int scale);

}  // namespace floe::duckdb_compute
