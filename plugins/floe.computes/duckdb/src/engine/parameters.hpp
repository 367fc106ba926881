// Positional parameters of a query from one Arrow row.
#pragma once

#include "engine/runner.hpp"

#include "base/result.hpp"
#include "floe/arrow.hpp"

#include <duckdb.h>

namespace floe::duckdb_compute {

Status bind_parameters(Runner& runner, duckdb_prepared_statement prepared, ArrowStream parameters);

}  // namespace floe::duckdb_compute
