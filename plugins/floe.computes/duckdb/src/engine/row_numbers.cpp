#include "engine/row_numbers.hpp"

#include "sql/sql_text.hpp"
#include "sql/unused_name.hpp"

namespace floe::duckdb_compute {
namespace {

constexpr std::string_view kRowNumber = "rowid";

std::string rename_sql(const std::string& table, const std::string& from, const std::string& to) {
  return "ALTER TABLE IF EXISTS " + quote_name(table) + " RENAME COLUMN " + quote_name(from) + " TO " + quote_name(to);
}

}  // namespace

RowNumbers::~RowNumbers() {
  if (!own_name_.empty()) runner_.run_always(rename_sql(table_, other_name_, own_name_));
}

Status RowNumbers::show(const std::vector<QueryColumn>& columns) {
  std::vector<std::string> names;
  std::string hiding;
  for (const QueryColumn& column : columns) {
    names.push_back(column.name);
    if (lower_name(column.name) == kRowNumber) hiding = column.name;
  }
  if (hiding.empty()) return ok();
  other_name_ = unused_name("floe_rowid", names);
  FLOE_TRY(runner_.run(rename_sql(table_, hiding, other_name_)));
  own_name_ = hiding;
  return ok();
}

std::string RowNumbers::name_of(const std::string& column) const {
  return !own_name_.empty() && lower_name(column) == kRowNumber ? other_name_ : column;
}

std::string RowNumbers::numbered(const std::vector<QueryColumn>& columns, const std::string& number) const {
  std::string list;
  for (const QueryColumn& column : columns)
    list += quote_name(name_of(column.name)) + " AS " + quote_name(column.name) + ", ";
  return "(SELECT " + list + quote_name(table_) + ".rowid AS " + quote_name(number) + " FROM " + quote_name(table_) +
         ")";
}

}  // namespace floe::duckdb_compute
