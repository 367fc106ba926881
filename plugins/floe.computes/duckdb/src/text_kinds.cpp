#include "text_kinds.hpp"

#include "sql_text.hpp"

#include <fmt/format.h>

namespace floe::duckdb_compute {
namespace {

// Of times and dates.
constexpr std::int64_t kPlain = 1;
constexpr std::int64_t kWithOffset = 2;
constexpr std::int64_t kOther = 4;  // any type but text would change it
// Of numbers.
constexpr std::int64_t kChanged = 1;  // a DOUBLE is another number
constexpr std::int64_t kNotWhole = 2;

// Years first, which no other order is mistaken for.
constexpr const char* kDate = "-?[0-9]{4,}[-/][0-9]{1,2}[-/][0-9]{1,2}";
constexpr const char* kTime = "([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]+)?)?";
constexpr const char* kOffset = "( ?([Zz]|UTC|[+-][0-9]{2}(:?[0-9]{2}){0,2})| [A-Za-z_]+/[A-Za-z0-9_/+-]+)";

std::string is_match(const std::string& text, const std::string& pattern) {
  return "regexp_full_match(" + text + ", " + quote_text(pattern) + ")";
}

// Most texts have the length of the pattern `usual`, and need no regular expression.
std::string time_bits(const std::string& text, const char* usual, const std::string& plain, const std::string& zoned) {
  const std::string trimmed = "trim(" + text + ")";
  const std::string with_offset = zoned.empty() ? "false" : is_match(trimmed, zoned);
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL WHEN {0} LIKE '{1}' THEN {2} WHEN {3} THEN {4} WHEN {5} THEN {2} "
      "WHEN {6} THEN {7} ELSE {4} END",
      text, usual, kPlain, is_finer_than_micros(trimmed), kOther, is_match(trimmed, plain), with_offset, kWithOffset);
}

std::string timestamp_bits(const FileRequest& request, const std::string& text) {
  if (reads_offset(request)) return fmt::format("CASE WHEN {} IS NOT NULL THEN {} END", text, kOther);
  const std::string plain = std::string(kDate) + "([T ]+" + kTime + ")?";
  return time_bits(text, "____-__-_____:__:__", plain, std::string(kDate) + "[T ]+" + kTime + kOffset);
}

// 0x1A is 26 to DuckDB.
std::string integer_bits(const std::string& text) {
  return fmt::format(
      "CASE WHEN contains({0}, 'x') OR contains({0}, 'X') OR contains({0}, 'b') OR contains({0}, 'B') "
      "THEN {1} END",
      text, kOther);
}

// Numbers of up to 15 digits stay what they are.
std::string double_bits(const std::string& text) {
  const std::string whole = is_match(text, "[+-]?[0-9]+");
  const std::string number = "TRY_CAST(" + text + " AS DOUBLE)";
  const std::string decimal = "TRY_CAST(" + text + " AS DECIMAL(38,0))";
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL "
      "WHEN length({0}) < 16 AND NOT contains(lower({0}), 'e') THEN CASE WHEN {1} THEN 0 ELSE {2} END "
      "ELSE CASE WHEN ({1} AND ({3} IS NULL OR TRY_CAST({4} AS DECIMAL(38,0)) IS DISTINCT FROM {3})) "
      "OR (isinf({4}) AND regexp_matches({0}, '[0-9]')) THEN {5} ELSE 0 END "
      "| CASE WHEN {1} AND {3} IS NOT NULL THEN 0 ELSE {2} END END",
      text, whole, kNotWhole, decimal, number, kChanged);
}

std::string plain_option(const FileRequest& request, const char* name) {
  const std::string value = option_or(request, name, "");
  return value.size() >= 2 ? value.substr(1, value.size() - 2) : std::string();
}

DuckType scalar(duckdb_type id) {
  DuckType type;
  type.id = id;
  return type;
}

DuckType whole_decimal() {
  DuckType type = scalar(DUCKDB_TYPE_DECIMAL);
  type.width = 38;
  return type;
}

}  // namespace

std::optional<std::string> kind_bits(const FileRequest& request, const DuckType& inferred, const std::string& text) {
  if (!inferred.alias.empty()) return std::nullopt;
  switch (inferred.id) {
    case DUCKDB_TYPE_DATE:
      if (has_option(request, "dateformat")) return std::nullopt;
      return time_bits(text, "____-__-__", kDate, "");
    case DUCKDB_TYPE_TIME:
      return time_bits(text, "", kTime, "");  // 24:00:00 has the usual length
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      if (has_option(request, "timestampformat") && !reads_offset(request)) return std::nullopt;
      return timestamp_bits(request, text);
    case DUCKDB_TYPE_UUID:
      return time_bits(text, "", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "");
    case DUCKDB_TYPE_BIGINT:
      return request.format == FileFormat::kCsv ? std::optional(integer_bits(text)) : std::nullopt;
    case DUCKDB_TYPE_DOUBLE:
      return double_bits("trim(" + number_text(request, text) + ")");
    default:
      return std::nullopt;
  }
}

std::optional<DuckType> kept_type(const DuckType& inferred, std::int64_t bits) {
  if (inferred.id == DUCKDB_TYPE_DOUBLE) {
    if ((bits & kChanged) == 0) return std::nullopt;
    return (bits & kNotWhole) == 0 ? whole_decimal() : scalar(DUCKDB_TYPE_VARCHAR);
  }
  if ((bits & kOther) != 0 || bits == (kPlain | kWithOffset)) return scalar(DUCKDB_TYPE_VARCHAR);
  if (bits == kWithOffset && inferred.id == DUCKDB_TYPE_TIMESTAMP) return scalar(DUCKDB_TYPE_TIMESTAMP_TZ);
  return std::nullopt;
}

std::string number_text(const FileRequest& request, const std::string& text) {
  if (request.format != FileFormat::kCsv) return text;
  const std::string thousands = plain_option(request, "thousands");
  const std::string decimal = plain_option(request, "decimal_separator");
  std::string number = text;
  if (!thousands.empty()) number = "replace(" + number + ", " + quote_text(thousands) + ", '')";
  if (!decimal.empty()) number = "replace(" + number + ", " + quote_text(decimal) + ", '.')";
  return number;
}

std::string says_offset(const std::string& text) {
  return "regexp_matches(" + text + ", " + quote_text(":[0-9]{1,2}([.][0-9]+)?" + std::string(kOffset) + "$") + ")";
}

std::string is_finer_than_micros(const std::string& text) {
  return "regexp_matches(" + text + ", '[.][0-9]{6}[0-9]*[1-9]')";
}

bool reads_offset(const FileRequest& request) {
  const std::string format = option_or(request, "timestampformat", "");
  return format.find("%z") != std::string::npos || format.find("%Z") != std::string::npos;
}

}  // namespace floe::duckdb_compute
