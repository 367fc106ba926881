// Selection methods: which members one criterion names, without its neighbours.
#pragma once

#include "select/criterion.hpp"
#include "select/graph_members.hpp"

#include "base/result.hpp"

namespace floe::dbt {

Result<MemberSet> members_named(const GraphMembers& members, const Criterion& criterion,
                                const std::string& root_package);

}  // namespace floe::dbt
