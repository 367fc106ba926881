// Whether a generic test can say anything of the column that it is on.
#pragma once

#include "base/json/json.hpp"

#include <set>
#include <string>
#include <string_view>

namespace floe::policy {

// Unique ids of macros that the project or its packages put in the place of those that dbt's own tests are made of.
using TestMacros = std::set<std::string>;

// From a dbt manifest: its `macros`, or `macro_ids` of the brief form.
TestMacros read_test_macros(const json::object& manifest);

// Why a test of the manifest does not count for coverage; "" = it does. One of dbt's own by name that the project
// redefines may do nothing; `where` and `fail_calc` that name no column are the same for every row.
std::string without_effect(const json::object& test, const TestMacros& macros);

// The expression names nothing: no column, no function.
bool is_constant(std::string_view sql);

}  // namespace floe::policy
