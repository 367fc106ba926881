#include "number_changes.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace floe::duckdb_compute {

std::optional<int> scale_of(const std::string& type) {
  static constexpr std::array<std::string_view, 10> kWhole{"TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT",  "HUGEINT",
                                                           "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"};
  if (std::find(kWhole.begin(), kWhole.end(), type) != kWhole.end()) return 0;
  const std::size_t comma = type.find(',');
  if (!type.starts_with("DECIMAL(") || comma == std::string::npos) return std::nullopt;
  return std::atoi(type.c_str() + comma + 1);
}

std::string decimal_changes(const std::string& text, const std::string& cast, int scale) {
  return "CASE WHEN regexp_full_match(" + text + ", '[+-]?[0-9]*[.]?[0-9]*') THEN length(rtrim(regexp_extract(" + text +
         ", '[.]([0-9]*)$', 1), '0')) > " + std::to_string(scale) + " ELSE CAST(" + cast +
         " AS DOUBLE) IS DISTINCT FROM TRY_CAST(" + text + " AS DOUBLE) END";
}

std::string float_changes(const std::string& text, const std::string& cast) {
  return "(regexp_full_match(" + text + ", '[+-]?[0-9]+') AND TRY_CAST(" + cast +
         " AS DECIMAL(38,0)) IS DISTINCT FROM TRY_CAST(" + text + " AS DECIMAL(38,0))) OR (isinf(" + cast +
         ") AND regexp_matches(" + text + ", '[0-9]'))";
}

}  // namespace floe::duckdb_compute
