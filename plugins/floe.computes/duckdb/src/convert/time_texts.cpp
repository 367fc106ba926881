#include "convert/time_texts.hpp"

#include "sql/sql_text.hpp"

#include <fmt/format.h>

namespace floe::duckdb_compute {
namespace {

struct TimeForm {
  const char* usual;  // LIKE: most texts have this form, and need no regular expression; empty for none
  std::string pattern;
  int digits;  // of a second
};

TimeForm form_of(const DuckType& type, bool has_local_moments) {
  const std::string date = kDatePattern;
  const std::string time = kTimePattern;
  const std::string offset = kOffsetPattern;
  switch (type.id) {
    case DUCKDB_TYPE_DATE:
      return {"____-__-__", date + "([T ]+" + time + ")?", kMicros};
    case DUCKDB_TYPE_TIME:
      return {"", time, kMicros};
    case DUCKDB_TYPE_TIME_NS:
      return {"", time, 9};
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      if (has_local_moments) return {"", date + "([T ]+" + time + "(" + offset + ")?)?", kMicros};
      return {"", date + "[T ]+" + time + offset, kMicros};
    case DUCKDB_TYPE_TIMESTAMP_S:
      return {"", date + "([T ]+" + time + ")?", 0};
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return {"", date + "([T ]+" + time + ")?", 3};
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return {"", date + "([T ]+" + time + ")?", 9};
    default:
      return {"", date + "([T ]+" + time + ")?", kMicros};
  }
}

}  // namespace

bool is_time_type(const DuckType& type) {
  switch (type.id) {
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIME_NS:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return true;
    default:
      return false;
  }
}

// No year 0, and none with a sign.
std::string has_form(const std::string& text, const char* usual) {
  return fmt::format("{0} LIKE '{1}' AND {0} >= '0001'", text, usual);
}

std::string matches(const std::string& text, const std::string& pattern) {
  return "regexp_full_match(" + text + ", " + quote_text(pattern) + ")";
}

std::string says_offset(const std::string& text) {
  return "regexp_matches(" + text + ", " + quote_text(":[0-9]{1,2}([.][0-9]+)?" + std::string(kOffsetPattern) + "$") +
         ")";
}

std::string is_finer_than(const std::string& text, int digits) {
  return fmt::format("regexp_matches({}, '[.][0-9]{{{}}}[0-9]*[1-9]')", text, digits);
}

std::string time_changes(const DuckType& type, const std::string& text, const std::string& cast,
                         bool has_local_moments) {
  const TimeForm form = form_of(type, has_local_moments);
  std::string changes = "NOT " + matches(text, form.pattern) + " OR " + is_finer_than(text, form.digits);
  if (type.id == DUCKDB_TYPE_DATE)
    changes += " OR CAST(" + cast + " AS TIMESTAMP) IS DISTINCT FROM TRY_CAST(" + text + " AS TIMESTAMP)";
  if (*form.usual == '\0') return changes;
  return fmt::format("CASE WHEN {} THEN false ELSE {} END", has_form(text, form.usual), changes);
}

}  // namespace floe::duckdb_compute
