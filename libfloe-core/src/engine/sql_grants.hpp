// What SQL of a project may reach (docs/adr/0047-a-sandbox-for-sql.md), as `sql` of compute/session_options.
#pragma once

#include "model/compiled.hpp"

#include "base/json/json.hpp"

namespace floe::run {

// It reads the project, and writes `exports/` of it where no platform is in force.
json::object sql_grants(const compile::Compiled& compiled);

// While a compile looks at queries: no file, and nothing that changes anything. floe itself reads the `seeds`, which
// are files.
json::object sql_grants_of_compile(const compile::Compiled& compiled, const std::vector<std::string>& seeds);

}  // namespace floe::run
