// A query that has the columns of another and no rows: what stands for a table, or for an answer, that is only bound.
#pragma once

#include <string>
#include <vector>

namespace floe::warehouse {

struct TypedColumn {
  std::string name;
  std::string sql_type;  // "" = any: a NULL fits wherever it is used
};

// `select cast(null as INTEGER) as "id", null as "x" where false`. At least one column.
std::string empty_query(const std::vector<TypedColumn>& columns);

}  // namespace floe::warehouse
