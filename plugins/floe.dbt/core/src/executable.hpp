// Where dbt-core is.
#pragma once

#include "base/result.hpp"

#include <string>

namespace floe::dbt_core {

// `configured` when it is not empty; else `dbt` of $PATH, of $VIRTUAL_ENV, of $CONDA_PREFIX. kNotFound says where it
// was looked for and how to install it.
Result<std::string> find_executable(const std::string& configured);

}  // namespace floe::dbt_core
