#include "warehouse/empty_query.hpp"

#include "model/relation.hpp"

namespace floe::warehouse {

std::string empty_query(const std::vector<TypedColumn>& columns) {
  std::string sql;
  for (const TypedColumn& column : columns) {
    sql += sql.empty() ? "select " : ", ";
    sql += column.sql_type.empty() ? "null" : "cast(null as " + column.sql_type + ")";
    sql += " as " + quoted_name(column.name);
  }
  return sql + " where false";
}

}  // namespace floe::warehouse
