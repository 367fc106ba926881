#include "macro/agate_csv.hpp"

#include "macro/csv_reader.hpp"
#include "value/datetime.hpp"
#include "value/operations.hpp"

#include "base/fail.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace floe::dbt {
namespace {

constexpr std::array<std::string_view, 19> kCurrencies = {"؋", "$", "ƒ", "៛", "¥", "₡", "₱", "£", "€", "¢",
                                                          "﷼", "₪", "₩", "₭", "₮", "₦", "฿", "₤", "₫"};

bool is_null(std::string_view cell) {
  const std::string_view trimmed = text::trim(cell);
  return trimmed.empty() || text::equals_ignore_case_ascii(trimmed, "null");
}

void strip(std::string* value, std::string_view symbol) {
  while (value->starts_with(symbol))
    value->erase(0, symbol.size());
  while (value->ends_with(symbol))
    value->erase(value->size() - symbol.size());
}

// What decimal.Decimal() takes: digits with underscores, a point, an exponent, infinities and NaN.
bool is_decimal_text(std::string_view number) {
  if (number.starts_with('+') || number.starts_with('-')) number.remove_prefix(1);
  const std::string lower = text::to_lower_ascii(number);
  if (lower == "inf" || lower == "infinity" || lower == "nan" || lower == "snan") return true;
  std::size_t at = 0;
  std::size_t digits = 0;
  const auto take_digits = [&] {
    for (; at < lower.size() && (std::isdigit(static_cast<unsigned char>(lower[at])) != 0 || lower[at] == '_'); ++at) {
      if (lower[at] != '_') ++digits;
    }
  };
  take_digits();
  if (at < lower.size() && lower[at] == '.') {
    ++at;
    take_digits();
  }
  if (digits == 0) return false;
  if (at < lower.size() && lower[at] == 'e') {
    ++at;
    if (at < lower.size() && (lower[at] == '+' || lower[at] == '-')) ++at;
    const std::size_t before = digits;
    take_digits();
    if (digits == before) return false;
  }
  return at == lower.size();
}

// agate's Number: the text given to Decimal, with the sign agate takes off itself put back.
std::optional<std::string> number_text(std::string_view cell) {
  std::string value(text::trim(cell));
  strip(&value, "%");
  bool negative = false;
  if (value.starts_with('-')) {
    negative = true;
    value.erase(0, 1);
  }
  for (std::string_view currency : kCurrencies)
    strip(&value, currency);
  std::erase(value, ',');
  const std::string trimmed(text::trim(value));
  if (!is_decimal_text(trimmed)) return std::nullopt;
  std::string plain = trimmed;
  std::erase(plain, '_');
  if (!negative) return plain;
  if (plain.starts_with('-')) return plain.substr(1);
  if (plain.starts_with('+')) plain.erase(0, 1);
  return "-" + plain;
}

// Digits as strptime takes them: at least one, at most `width`.
bool take_number(std::string_view text, std::size_t* at, std::size_t minimum, std::size_t width, int* out) {
  std::size_t count = 0;
  int value = 0;
  while (count < width && *at < text.size() && std::isdigit(static_cast<unsigned char>(text[*at])) != 0) {
    value = value * 10 + (text[*at] - '0');
    ++*at;
    ++count;
  }
  *out = value;
  return count >= minimum;
}

bool take_char(std::string_view text, std::size_t* at, char c) {
  if (*at >= text.size() || text[*at] != c) return false;
  ++*at;
  return true;
}

std::optional<std::int64_t> civil_days(int year, int month, int day) {
  if (year < 1 || month < 1 || month > 12 || day < 1) return std::nullopt;
  const std::int64_t days = time::days_from_civil({year, month, day});
  const time::CivilDate back = time::civil_from_days(days);
  if (back.month != month || back.day != day) return std::nullopt;
  return days;
}

// `%Y-%m-%d` from `*at` on.
std::optional<std::int64_t> take_date(std::string_view text, std::size_t* at) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!take_number(text, at, 4, 4, &year) || !take_char(text, at, '-') || !take_number(text, at, 1, 2, &month) ||
      !take_char(text, at, '-') || !take_number(text, at, 1, 2, &day)) {
    return std::nullopt;
  }
  return civil_days(year, month, day);
}

std::optional<std::int64_t> date_days(std::string_view cell) {
  const std::string_view text = text::trim(cell);
  std::size_t at = 0;
  const auto days = take_date(text, &at);
  return days && at == text.size() ? days : std::nullopt;
}

// `%Y-%m-%d %H:%M:%S`
std::optional<std::int64_t> spaced_datetime(std::string_view text) {
  std::size_t at = 0;
  const auto days = take_date(text, &at);
  if (!days || at >= text.size() || std::isspace(static_cast<unsigned char>(text[at])) == 0) return std::nullopt;
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])) != 0)
    ++at;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!take_number(text, &at, 1, 2, &hour) || !take_char(text, &at, ':') || !take_number(text, &at, 1, 2, &minute) ||
      !take_char(text, &at, ':') || !take_number(text, &at, 1, 2, &second) || at != text.size() || hour > 23 ||
      minute > 59 || second > 61) {
    return std::nullopt;
  }
  if (second > 59) return std::nullopt;  // strptime takes 60 and 61, datetime does not
  return ((*days * 24 + hour) * 60 + minute) * 60'000'000 + second * std::int64_t{1'000'000};
}

struct Moment {
  std::int64_t micros = 0;
  bool has_zone = false;
  int offset_minutes = 0;
};

// `+hh`, `+hhmm`, `+hh:mm`, `Z` or nothing.
bool take_zone(std::string_view text, std::size_t* at, Moment* moment) {
  if (*at == text.size()) return true;
  if (take_char(text, at, 'Z')) {
    moment->has_zone = true;
    return *at == text.size();
  }
  const bool east = text[*at] == '+';
  if (!east && text[*at] != '-') return false;
  ++*at;
  int hours = 0;
  int minutes = 0;
  if (!take_number(text, at, 2, 2, &hours)) return false;
  if (*at < text.size()) {
    take_char(text, at, ':');
    if (!take_number(text, at, 2, 2, &minutes)) return false;
  }
  moment->has_zone = true;
  moment->offset_minutes = (east ? 1 : -1) * (hours * 60 + minutes);
  return *at == text.size();
}

// isodate.parse_datetime: calendar dates, extended or basic, `T`, a time of any precision, a zone.
std::optional<Moment> iso_datetime(std::string_view text) {
  std::size_t at = 0;
  int year = 0;
  int month = 0;
  int day = 0;
  if (!take_number(text, &at, 4, 4, &year)) return std::nullopt;
  const bool extended = take_char(text, &at, '-');
  if (!take_number(text, &at, 2, 2, &month) || (extended && !take_char(text, &at, '-')) ||
      !take_number(text, &at, 2, 2, &day) || !take_char(text, &at, 'T')) {
    return std::nullopt;
  }
  const auto days = civil_days(year, month, day);
  if (!days) return std::nullopt;
  int parts[3] = {0, 0, 0};
  int count = 0;
  while (count < 3 && at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
    if (!take_number(text, &at, 2, 2, &parts[count])) return std::nullopt;
    ++count;
    if (count < 3 && at < text.size() && text[at] == ':') ++at;
  }
  if (count == 0 || parts[0] > 24 || parts[1] > 59 || parts[2] > 60) return std::nullopt;
  std::int64_t unit = count == 1 ? 3'600'000'000 : count == 2 ? 60'000'000 : 1'000'000;
  std::int64_t micros = ((parts[0] * std::int64_t{60} + parts[1]) * 60 + parts[2]) * 1'000'000;
  if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
    ++at;
    std::int64_t scale = 10;
    const std::size_t first = at;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at) {
      if (scale <= unit) micros += unit / scale * (text[at] - '0');
      scale *= 10;
    }
    if (at == first) return std::nullopt;
  }
  Moment moment;
  if (!take_zone(text, &at, &moment)) return std::nullopt;
  moment.micros = *days * 86'400'000'000 + micros;
  return moment;
}

std::optional<Moment> any_datetime(std::string_view cell) {
  const std::string_view text = text::trim(cell);
  if (auto micros = spaced_datetime(text)) return Moment{*micros, false, 0};
  return iso_datetime(text);
}

std::optional<bool> boolean(std::string_view cell) {
  std::string value(cell);
  std::erase(value, ',');
  const std::string_view trimmed = text::trim(value);
  if (text::equals_ignore_case_ascii(trimmed, "true")) return true;
  if (text::equals_ignore_case_ascii(trimmed, "false")) return false;
  return std::nullopt;
}

// Which types a column may still have, in the order of preference.
struct Hypotheses {
  bool forced_text = false;
  bool any_row = false;
  bool number = true, date = true, spaced = true, iso = true, boolean = true;
  int whole_places = 1;
  int decimal_places = 0;
  std::string beyond_double = {};  // the first number that would be infinite

  void see(std::string_view cell) {
    if (forced_text) return;
    any_row = true;  // agate's Integer takes no text at all
    if (is_null(cell)) return;
    if (number) see_number(cell);
    if (date && !date_days(cell)) date = false;
    if (spaced && !spaced_datetime(text::trim(cell))) spaced = false;
    if (iso && !iso_datetime(text::trim(cell))) iso = false;
    if (boolean && !dbt::boolean(cell)) boolean = false;
  }

  void see_number(std::string_view cell) {
    const auto digits = number_text(cell);
    if (!digits) {
      number = false;
      return;
    }
    count_places(*digits);
    const bool is_written = digits->find_first_of("0123456789") != std::string::npos;  // not as `Infinity`
    if (beyond_double.empty() && is_written && std::isinf(std::strtod(digits->c_str(), nullptr))) beyond_double = cell;
  }

  // Places after the point once trailing zeros are gone.
  void count_places(std::string_view digits) {
    if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || std::isalpha(static_cast<unsigned char>(digits[0])) != 0) return;  // Infinity, NaN
    long exponent = 0;
    if (const std::size_t e = digits.find_first_of("eE"); e != std::string_view::npos) {
      exponent = std::strtol(std::string(digits.substr(e + 1)).c_str(), nullptr, 10);
      digits = digits.substr(0, e);
    }
    std::string significant;
    bool after_point = false;
    for (char c : digits) {
      if (c == '.') {
        after_point = true;
        continue;
      }
      significant += c;
      if (after_point) --exponent;
    }
    significant.erase(0, std::min(significant.find_first_not_of('0'), significant.size()));
    while (!significant.empty() && significant.back() == '0') {
      significant.pop_back();
      ++exponent;
    }
    if (significant.empty()) return;
    const long places = -exponent;
    whole_places = std::max(whole_places, static_cast<int>(static_cast<long>(significant.size()) - places));
    decimal_places = std::max(decimal_places, static_cast<int>(places));
  }

  [[nodiscard]] AgateType type() const {
    if (forced_text) return AgateType::kText;
    if (!any_row) return AgateType::kInteger;
    if (number) return AgateType::kNumber;
    if (date) return AgateType::kDate;
    if (spaced || iso) return AgateType::kDateTime;
    if (boolean) return AgateType::kBoolean;
    return AgateType::kText;
  }

  [[nodiscard]] std::string sql_type() const {
    switch (type()) {
      case AgateType::kInteger:
        return "integer";
      case AgateType::kNumber:
        return std::min(decimal_places, 28 - whole_places) != 0 ? "float8" : "integer";  // as dbt: below 0, too
      case AgateType::kDate:
        return "date";
      case AgateType::kDateTime:
        return "timestamp without time zone";
      case AgateType::kBoolean:
        return "boolean";
      case AgateType::kText:
        return "text";
    }
    return "text";
  }
};

std::string letter_name(std::size_t index) {
  const char letter = static_cast<char>('a' + index % 26);
  return std::string(index / 26 + 1, letter);
}

// Missing names become letters, repeated ones get a number.
std::vector<std::string> header_names(const std::vector<std::string>& header) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::string base = header[i].empty() ? letter_name(i) : header[i];
    std::string name = base;
    for (int n = 2; std::find(names.begin(), names.end(), name) != names.end(); ++n)
      name = fmt::format("{}_{}", base, n);
    names.push_back(std::move(name));
  }
  return names;
}

Value typed(std::string_view cell, AgateType type) {
  if (is_null(cell)) return {};
  switch (type) {
    case AgateType::kNumber:
      return make_decimal(*number_text(cell));
    case AgateType::kDate:
      return make_date(*date_days(cell));
    case AgateType::kDateTime: {
      const auto moment = any_datetime(cell);
      if (!moment->has_zone) return make_datetime(moment->micros);
      return make_utc_datetime(moment->micros - moment->offset_minutes * std::int64_t{60'000'000});
    }
    case AgateType::kBoolean:
      return Value(*boolean(cell));
    case AgateType::kInteger:
    case AgateType::kText:
      break;
  }
  return Value(cell);
}

struct Scan {
  std::vector<std::string> names;
  std::vector<Hypotheses> hypotheses;
};

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

Result<Scan> scan(std::string_view text, const CsvOptions& options) {
  if (auto invalid = text::find_invalid_utf8(text)) {
    return failf(ErrorCode::kData, "byte {} is not UTF-8", *invalid + 1);
  }
  CsvReader reader(text, options.delimiter);
  std::vector<std::string> record;
  Scan result;
  if (!reader.next(&record)) return failf(ErrorCode::kData, "the file is empty: a seed needs a header line");
  result.names = header_names(record);
  result.hypotheses.resize(result.names.size());
  for (std::size_t i = 0; i < result.names.size(); ++i) {
    const auto& forced = options.text_columns;
    result.hypotheses[i].forced_text = std::find(forced.begin(), forced.end(), result.names[i]) != forced.end();
  }
  while (reader.next(&record)) {
    if (record.size() > result.names.size()) {
      return failf(ErrorCode::kData, "line {} has {} values, the header has {}", reader.line(), record.size(),
                   result.names.size());
    }
    for (std::size_t i = 0; i < record.size(); ++i)
      result.hypotheses[i].see(record[i]);
  }
  return result;
}

}  // namespace

Result<Value> read_agate_csv(std::string_view raw, const CsvOptions& options) {
  const std::string_view text = without_mark(raw);
  const Scan found = FLOE_TRY(scan(text, options));
  std::vector<AgateType> types;
  types.reserve(found.hypotheses.size());
  for (const Hypotheses& hypotheses : found.hypotheses)
    types.push_back(hypotheses.type());
  CsvReader reader(text, options.delimiter);
  std::vector<std::string> record;
  reader.next(&record);
  std::vector<std::vector<Value>> rows;
  while (reader.next(&record)) {
    std::vector<Value> row;
    row.reserve(types.size());
    for (std::size_t i = 0; i < types.size(); ++i)
      row.push_back(i < record.size() ? typed(record[i], types[i]) : Value());
    rows.push_back(std::move(row));
  }
  return make_table(found.names, std::move(types), std::move(rows));
}

Result<std::vector<CsvColumn>> infer_csv_columns(std::string_view raw, const CsvOptions& options) {
  const Scan found = FLOE_TRY(scan(without_mark(raw), options));
  std::vector<CsvColumn> columns;
  columns.reserve(found.names.size());
  for (std::size_t i = 0; i < found.names.size(); ++i) {
    const Hypotheses& column = found.hypotheses[i];
    columns.push_back({found.names[i], column.type(), column.sql_type()});
    if (column.beyond_double.empty() || columns.back().sql_type != "float8") continue;
    return failf(ErrorCode::kData,
                 "column `{}` has `{}`, which is beyond DOUBLE; `column_types: {{{}: varchar}}` keeps it",
                 found.names[i], column.beyond_double, found.names[i]);
  }
  return columns;
}

std::string agate_sql_type(const TableObject& table, std::size_t column) {
  Hypotheses hypotheses;
  switch (table.column_types[column]) {
    case AgateType::kInteger:
      return "integer";
    case AgateType::kDate:
      return "date";
    case AgateType::kDateTime:
      return "timestamp without time zone";
    case AgateType::kBoolean:
      return "boolean";
    case AgateType::kText:
      return "text";
    case AgateType::kNumber:
      break;
  }
  hypotheses.any_row = true;
  for (const auto& row : table.rows) {
    if (!row[column].is_none()) hypotheses.count_places(to_str(row[column]));
  }
  return hypotheses.sql_type();
}

}  // namespace floe::dbt
