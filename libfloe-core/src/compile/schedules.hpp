// The schedules of a product as a run needs them.
#pragma once

#include "config/product.hpp"
#include "model/compiled.hpp"

#include <string>
#include <vector>

namespace floe::compile {

// Each as a dbt selection; known once it is known where the dbt project lies. `root` is that of the product.
std::vector<Schedule> schedule_selections(const config::Product& product, const std::string& root,
                                          const std::optional<DbtProject>& dbt_project);

}  // namespace floe::compile
