// Whether a generic test can say anything of the column that it is on.
#pragma once

#include "base/json/json.hpp"

#include <string>
#include <string_view>

namespace floe::policy {

// Why a test of the manifest does not count for coverage; "" = it does. One of dbt's own by name that the project
// redefines may do nothing; `where` and `fail_calc` that name no column are the same for every row.
std::string without_effect(const json::object& test);

// The expression names nothing: no column, no function.
bool is_constant(std::string_view sql);

}  // namespace floe::policy
