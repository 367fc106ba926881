// Where the columns of models come from: what binding their SQL on empty tables told (run/shadow_tables.hpp).
#pragma once

#include <map>
#include <string>
#include <vector>

namespace floe::policy {

struct ColumnOrigin {
  std::string node;  // unique id
  std::string column;
  std::string type;     // DIRECT, INDIRECT: as compute/analysis says
  std::string subtype;  // IDENTITY ...
};

struct TracedColumn {
  std::string name;
  std::string sql_type;
  std::vector<ColumnOrigin> origins;
  bool is_exact = true;  // false: any column that the model reads may go into it
};

struct TracedModel {
  std::vector<TracedColumn> columns;
  std::vector<std::string> unresolved;  // what keeps columns from being exact
  std::string problem;                  // why nothing is known of its columns; "" = they are
  std::vector<ColumnOrigin> rows = {};  // what decides which rows there are, and in which order
};

using ColumnLineage = std::map<std::string, TracedModel, std::less<>>;  // by unique id

}  // namespace floe::policy
