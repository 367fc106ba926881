// A project whose dbt_project.yml lies elsewhere, as dbt-core wants it: one folder.
#pragma once

#include "command_line.hpp"

#include "base/result.hpp"

namespace floe::dbt_core {

// Makes a folder beside the target path in which dbt_project.yml is a copy and all else of the project is linked, and
// has the invocation run there. Does nothing for a project that has its own. kUnsupported where models lie outside of
// the project: no link leads there.
Status link_project(Invocation* invocation);

}  // namespace floe::dbt_core
