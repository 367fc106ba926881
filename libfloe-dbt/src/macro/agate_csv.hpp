// CSV files as agate reads them for dbt: column types inferred from all values, tested in dbt's order.
#pragma once

#include "macro/table.hpp"

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace floe::dbt {

struct CsvOptions {
  char delimiter = ',';
  std::vector<std::string> text_columns;  // these are not inferred
};

// A TableObject. kData names the line of a row that is wider than the header.
Result<Value> read_agate_csv(std::string_view text, const CsvOptions& options);

struct CsvColumn {
  std::string name;
  AgateType type = AgateType::kText;
  std::string sql_type;  // what dbt creates the column with: integer, float8, boolean, date, timestamp ..., text
};

// The columns of a seed without building its table.
Result<std::vector<CsvColumn>> infer_csv_columns(std::string_view text, const CsvOptions& options);

// adapter.convert_type(table, index).
std::string agate_sql_type(const TableObject& table, std::size_t column);

}  // namespace floe::dbt
