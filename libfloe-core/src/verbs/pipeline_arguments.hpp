// Arguments that several verbs have.
#pragma once

#include "verbs/arguments.hpp"

namespace floe::run {

Arguments locked_argument();
Arguments vars_argument();
Arguments target_argument();
// dbt's node selection.
Arguments selection_arguments();
// Of verbs that execute nodes: selection, and how.
Arguments execution_arguments();

}  // namespace floe::run
