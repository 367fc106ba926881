#include "convert/text_kinds.hpp"

#include "convert/number_changes.hpp"
#include "convert/time_texts.hpp"
#include "sql/sql_text.hpp"

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

// Most texts have the length of the pattern `usual`, and need no regular expression.
std::string time_bits(const std::string& text, const char* usual, const std::string& plain, const std::string& zoned) {
  const std::string trimmed = "trim(" + text + ")";
  const std::string with_offset = zoned.empty() ? "false" : matches(trimmed, zoned);
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL WHEN {1} THEN {2} WHEN {3} THEN {4} WHEN {5} THEN {2} "
      "WHEN {6} THEN {7} ELSE {4} END",
      text, has_form(text, usual), kPlain, is_finer_than(trimmed, kMicros), kOther, matches(trimmed, plain),
      with_offset, kWithOffset);
}

std::string timestamp_bits(const FileRequest& request, const std::string& text) {
  if (reads_offset(request)) return fmt::format("CASE WHEN {} IS NOT NULL THEN {} END", text, kOther);
  const std::string plain = std::string(kDatePattern) + "([T ]+" + kTimePattern + ")?";
  return time_bits(text, "____-__-_____:__:__", plain,
                   std::string(kDatePattern) + "[T ]+" + kTimePattern + kOffsetPattern);
}

// Of a column that is TIMESTAMPTZ beside an option that gives a format: DuckDB reads none by it, and times without an
// offset as UTC.
std::string moment_bits(const FileRequest& request, const std::string& text) {
  return fmt::format("CASE WHEN {0} IS NULL THEN NULL WHEN ({1}) = {2} THEN {2} ELSE {3} END", text,
                     timestamp_bits(request, text), kWithOffset, kOther);
}

// A format with `%n` reads nanoseconds, and DuckDB rounds them to a TIMESTAMP.
std::string nanosecond_bits(const std::string& text, const std::string& format) {
  const std::string parsed = "try_strptime(trim(" + text + "), " + format + ")";
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL WHEN CAST(CAST({1} AS TIMESTAMP) AS TIMESTAMP_NS) IS DISTINCT FROM "
      "CAST({1} AS TIMESTAMP_NS) THEN {2} ELSE {3} END",
      text, parsed, kOther, kPlain);
}

std::optional<std::string> bits_of_timestamp(const FileRequest& request, const DuckType& inferred,
                                             const std::string& text) {
  const std::string format = time_format(request, inferred);
  if (format.empty() || reads_offset(request)) return timestamp_bits(request, text);
  if (inferred.id == DUCKDB_TYPE_TIMESTAMP_TZ) return moment_bits(request, text);
  return format.find("%n") == std::string::npos ? std::nullopt : std::optional(nanosecond_bits(text, format));
}

// A code and no number. Of 007 DuckDB knows it, of -007 it does not.
std::string has_signed_zeros(const std::string& text) {
  return fmt::format("((contains({0}, '-0') OR contains({0}, '+0')) AND {1})", text,
                     matches("trim(" + text + ")", "[+-]0[0-9].*"));
}

// 0x1A is 26 to DuckDB.
std::string integer_bits(const std::string& text) {
  return fmt::format(
      "CASE WHEN contains({0}, 'x') OR contains({0}, 'X') OR contains({0}, 'b') OR contains({0}, 'B') OR {2} "
      "THEN {1} END",
      text, kOther, has_signed_zeros(text));
}

// Numbers of up to 15 digits stay what they are.
std::string double_bits(const std::string& text) {
  const std::string whole = matches(text, "[+-]?[0-9]+");
  const std::string decimal = "TRY_CAST(" + text + " AS DECIMAL(38,0))";
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL WHEN {6} THEN {5} | {2} "
      "WHEN length({0}) < 16 AND NOT contains(lower({0}), 'e') THEN CASE WHEN {1} THEN 0 ELSE {2} END "
      "ELSE CASE WHEN ({1} AND {3} IS NULL) OR {4} THEN {5} ELSE 0 END "
      "| CASE WHEN {1} AND {3} IS NOT NULL THEN 0 ELSE {2} END END",
      text, whole, kNotWhole, decimal, float_changes(text, "TRY_CAST(" + text + " AS DOUBLE)"), kChanged,
      has_signed_zeros(text));
}

// Of an option of one character; a quote is written twice in SQL.
std::string plain_option(const FileRequest& request, const char* name) {
  const std::string value = option_or(request, name, "");
  if (value == "''''") return "'";
  return value.size() >= 2 ? value.substr(1, value.size() - 2) : std::string();
}

// Whether a text writes its number with the separators that the request names, thousands in groups of three digits:
// DuckDB drops those of 10.12.20.24 too, and takes a point for a decimal one beside any other. Empty where it names
// none.
std::string has_own_separators(const FileRequest& request, const std::string& text) {
  if (request.format != FileFormat::kCsv) return {};
  const std::string thousands = plain_option(request, "thousands");
  const std::string named = plain_option(request, "decimal_separator");
  const std::string decimal = named.empty() ? "." : named;
  const auto has_no = [&](const std::string& one) { return "NOT contains(" + text + ", " + quote_text(one) + ")"; };
  std::string plain = decimal == "." ? "" : has_no(".");
  if (thousands.empty()) return plain;
  if (thousands != "." || plain.empty()) plain += (plain.empty() ? "" : " AND ") + has_no(thousands);
  const std::string grouped =
      fmt::format("[+-]?[0-9]{{1,3}}(\\Q{}\\E[0-9]{{3}})+(\\Q{}\\E[0-9]*)?([eE][+-]?[0-9]+)?", thousands, decimal);
  return "(" + plain + " OR " + matches(text, grouped) + ")";
}

// `bits` of the texts that are numbers with these separators; the others stay texts.
std::string separated_bits(const FileRequest& request, const std::string& text, const std::string& bits) {
  const std::string own = has_own_separators(request, "trim(" + text + ")");
  if (own.empty()) return bits;
  return fmt::format("CASE WHEN {0} IS NULL THEN NULL WHEN NOT {1} THEN {2} ELSE {3} END", text, own,
                     kChanged | kNotWhole | kOther, bits);
}

DuckType whole_decimal() {
  DuckType type = scalar_type(DUCKDB_TYPE_DECIMAL);
  type.width = 38;
  return type;
}

}  // namespace

std::optional<std::string> kind_bits(const FileRequest& request, const DuckType& inferred, const std::string& text) {
  if (is_json(inferred))
    return fmt::format("CASE WHEN {0} LIKE '\"%' THEN {1} WHEN {0} <> 'null' THEN {2} END", text, kOther, kPlain);
  if (!inferred.alias.empty()) return std::nullopt;
  switch (inferred.id) {
    case DUCKDB_TYPE_DATE:
      if (has_option(request, "dateformat")) return std::nullopt;
      return time_bits(text, "____-__-__", kDatePattern, "");
    case DUCKDB_TYPE_TIME:
      return time_bits(text, "", kTimePattern, "");  // 24:00:00 has the usual length
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return bits_of_timestamp(request, inferred, text);
    case DUCKDB_TYPE_UUID:
      return time_bits(text, "", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "");
    case DUCKDB_TYPE_BIGINT:
      if (request.format != FileFormat::kCsv) return std::nullopt;
      return separated_bits(request, text, integer_bits(text));
    case DUCKDB_TYPE_DOUBLE:
      return separated_bits(request, text, double_bits("trim(" + number_text(request, text) + ")"));
    default:
      return std::nullopt;
  }
}

std::optional<DuckType> kept_type(const DuckType& inferred, std::int64_t bits) {
  // Without a text all is as it is in JSON. Without a value the first one may still be a text, which JSON would quote.
  if (is_json(inferred)) return bits == kPlain ? std::nullopt : std::optional(scalar_type(DUCKDB_TYPE_VARCHAR));
  if (inferred.id == DUCKDB_TYPE_DOUBLE) {
    if ((bits & kChanged) == 0) return std::nullopt;
    return (bits & kNotWhole) == 0 ? whole_decimal() : scalar_type(DUCKDB_TYPE_VARCHAR);
  }
  if ((bits & kOther) != 0 || bits == (kPlain | kWithOffset)) return scalar_type(DUCKDB_TYPE_VARCHAR);
  if (bits == kWithOffset && inferred.id == DUCKDB_TYPE_TIMESTAMP) return scalar_type(DUCKDB_TYPE_TIMESTAMP_TZ);
  return std::nullopt;
}

std::string number_text(const FileRequest& request, const std::string& text) {
  if (request.format != FileFormat::kCsv) return text;
  const std::string thousands = plain_option(request, "thousands");
  const std::string decimal = plain_option(request, "decimal_separator");
  std::string number = text;
  if (!thousands.empty()) number = "replace(" + number + ", " + quote_text(thousands) + ", '')";
  if (!decimal.empty()) number = "replace(" + number + ", " + quote_text(decimal) + ", '.')";
  const std::string own = has_own_separators(request, "trim(" + text + ")");
  return own.empty() ? number : "CASE WHEN " + own + " THEN " + number + " END";
}

bool names_separators(const FileRequest& request) {
  return request.format == FileFormat::kCsv &&
         (has_option(request, "thousands") || has_option(request, "decimal_separator"));
}

std::string time_format(const FileRequest& request, const DuckType& type) {
  if (type.id == DUCKDB_TYPE_TIME || type.id == DUCKDB_TYPE_TIME_NS) return {};
  const std::string format = option_or(request, type.id == DUCKDB_TYPE_DATE ? "dateformat" : "timestampformat", "");
  const bool is_own = lower_name(format) == "'auto'" || lower_name(format) == "'iso'";
  return is_own ? std::string() : format;
}

bool reads_offset(const FileRequest& request) {
  const std::string format = option_or(request, "timestampformat", "");
  return format.find("%z") != std::string::npos || format.find("%Z") != std::string::npos;
}

}  // namespace floe::duckdb_compute
