// In which order selected nodes run, and which wait for which.
#pragma once

#include "model/manifest.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace floe::dbt {

struct ScheduledNode {
  Node* node = nullptr;
  std::vector<std::uint32_t> dependents;  // numbers of nodes that wait for this one
  std::uint32_t waits_for = 0;            // how many
  std::uint32_t weight = 0;               // longest chain of nodes behind it: the critical path goes first
};

// `selected`: unique ids. Dependencies through unselected nodes count. `tests_block`: nodes wait for the tests of
// their inputs, as `dbt build` does. Ephemeral models are left out: they run inside others.
std::vector<ScheduledNode> make_schedule(const Manifest& manifest, const std::vector<std::string_view>& selected,
                                         bool tests_block);

}  // namespace floe::dbt
