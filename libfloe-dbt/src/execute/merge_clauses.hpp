// The configs of dbt's merge strategy as the clauses of floe.host.warehouse/1 write.
#pragma once

#include "value/value.hpp"

#include "base/json/json.hpp"

namespace floe::dbt {

struct MergeConfig {
  Value update_columns;
  Value exclude_columns;
  Value update_condition;
  Value insert_condition;
  Value update_set_expressions;
  Value clauses;  // merge_clauses, or None
};

// `columns`: names of the query. Raises (value/exception.hpp) when configs contradict each other.
json::array merge_clauses(const MergeConfig& config, const std::vector<std::string>& columns);

}  // namespace floe::dbt
