// Where the columns of models come from: what binding their SQL on empty tables told (run/shadow_tables.hpp).
#pragma once

#include "model/read_grants.hpp"

#include <cstdint>
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

// What compiled SQL told, by unique id.
struct TracedSql {
  ColumnLineage columns;
  std::map<std::string, warehouse::RefusedRead> refused = {};  // what nodes read without declaring it
};

// What is asked of compiled SQL: what it reads; columns too; and these also where dbt compiles in a process of its own.
enum class Tracing : std::uint8_t { kReads, kColumns, kColumnsWhateverItTakes };

}  // namespace floe::policy
