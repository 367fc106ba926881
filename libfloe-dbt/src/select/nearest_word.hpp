// What somebody meant by a word of a selection that names nothing.
#pragma once

#include "select/criterion.hpp"
#include "select/graph_members.hpp"

#include <string>

namespace floe::dbt {

// The word with a name, tag, source or path in it that the project has; "" when none is near.
std::string nearest_word(const GraphMembers& members, const Criterion& criterion);

}  // namespace floe::dbt
