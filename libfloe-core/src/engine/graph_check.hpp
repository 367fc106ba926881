// A dbt runtime that parses a project again may come to another graph than the one that was judged.
#pragma once

#include "model/compiled.hpp"
#include "plugin/host.hpp"

#include "base/json/json.hpp"
#include "base/result.hpp"
#include "floe/client/dbt.hpp"

namespace floe::run {

// For a runtime that keeps no graphs: parses the project as `request` (of floe.dbt/1 invoke) will, before anything
// runs. FLOE-E0783 names what is not as it was judged.
Status check_parsed_again(const DbtClient& dbt, const HostCall& call, const json::object& request,
                          const compile::Compiled& compiled);

}  // namespace floe::run
