#include "convert/number_changes.hpp"

#include <fmt/format.h>

namespace floe::duckdb_compute {
namespace {

// Digits behind the point of a number with an exponent: those of the mantissa, less the exponent, less the zeros that
// the mantissa ends in. `1500e-3` has 1.
std::string digits_with_exponent(const std::string& text) {
  const std::string mantissa = "regexp_extract(" + text + ", '^[+-]?([0-9.]*)', 1)";
  const std::string digits = "replace(" + mantissa + ", '.', '')";
  return fmt::format(
      "CASE WHEN ltrim({1}, '0') = '' THEN 0 ELSE length(regexp_extract({0}, '[.]([0-9]*)', 1)) - "
      "TRY_CAST(regexp_extract({0}, '[eE]([+-]?[0-9]+)$', 1) AS INTEGER) - (length({1}) - length(rtrim({1}, '0'))) END",
      text, digits);
}

}  // namespace

std::optional<int> scale_of(const DuckType& type) {
  switch (type.id) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_UHUGEINT:
      return 0;
    case DUCKDB_TYPE_DECIMAL:
      return type.scale;
    default:
      return std::nullopt;
  }
}

bool is_float(const DuckType& type) { return type.id == DUCKDB_TYPE_FLOAT || type.id == DUCKDB_TYPE_DOUBLE; }

bool is_number(const DuckType& type) { return is_float(type) || scale_of(type).has_value(); }

std::string decimal_changes(const std::string& text, int scale) {
  return fmt::format(
      "CASE WHEN regexp_full_match({0}, '[+-]?[0-9]*[.]?[0-9]*') "
      "THEN length(rtrim(regexp_extract({0}, '[.]([0-9]*)$', 1), '0')) > {1} "
      "WHEN regexp_full_match({0}, '[+-]?[0-9]*[.]?[0-9]*[eE][+-]?[0-9]+') THEN coalesce({2} > {1}, true) "
      "ELSE true END",
      text, scale, digits_with_exponent(text));
}

std::string float_changes(const std::string& text, const std::string& cast) {
  return fmt::format(
      "(regexp_full_match({0}, '[+-]?[0-9]+([.]0*)?') AND TRY_CAST({1} AS DECIMAL(38,0)) IS DISTINCT FROM "
      "TRY_CAST({0} AS DECIMAL(38,0))) OR (isinf({1}) AND regexp_matches({0}, '[0-9]')) OR contains({0}, '_')",
      text, cast);
}

}  // namespace floe::duckdb_compute
