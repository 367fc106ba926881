#include "base/time/civil.hpp"

#include "floe_test.hpp"

using namespace floe::time;  // NOLINT: a test of this namespace

TEST_CASE("days and dates are inverse, for 800 years of days and at the ends") {
  CivilDate expected{1601, 1, 1};
  for (std::int64_t days = days_from_civil(expected); days < days_from_civil({2401, 1, 1}); ++days) {
    const CivilDate date = civil_from_days(days);
    if (date.year != expected.year || date.month != expected.month || date.day != expected.day) FAIL(format_date(days));
    if (days_from_civil(date) != days) FAIL(format_date(days));
    ++expected.day;
    if (!is_valid_date(expected)) expected = {expected.year, expected.month + 1, 1};
    if (!is_valid_date(expected)) expected = {expected.year + 1, 1, 1};
  }
  CHECK(days_from_civil({1970, 1, 1}) == 0);
  CHECK(days_from_civil({2000, 2, 29}) == 11016);
  CHECK(days_from_civil({1, 1, 1}) == -719162);
  CHECK(civil_from_days(-719163).year == 0);
  CHECK(days_from_civil(civil_from_days(INT32_MAX)) == INT32_MAX);
  CHECK(days_from_civil(civil_from_days(INT32_MIN)) == INT32_MIN);
}

TEST_CASE("text of dates and times") {
  CHECK(format_date(0) == "1970-01-01");
  CHECK(format_date(-1) == "1969-12-31");
  CHECK(format_date(days_from_civil({12345, 6, 7})) == "+12345-06-07");
  CHECK(format_date(days_from_civil({-5, 1, 1})) == "-0005-01-01");
  CHECK(format_time_micros(3'723'000'004) == "01:02:03.000004");
  CHECK(format_timestamp_micros(-1) == "1969-12-31T23:59:59.999999");
  CHECK(format_timestamptz_micros(0) == "1970-01-01T00:00:00.000000+00:00");
  CHECK(format_utc_millis(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(format_utc_millis(1'763'700'000'004) == "2025-11-21T04:40:00.004Z");
}

TEST_CASE("dates and times are read strictly") {
  CHECK(parse_date("2026-11-21") == days_from_civil({2026, 11, 21}));
  CHECK(parse_date("+12345-06-07") == days_from_civil({12345, 6, 7}));
  CHECK(parse_date("-0005-01-01") == days_from_civil({-5, 1, 1}));
  for (const char* bad :
       {"", "2026-11", "2026-13-01", "2026-02-29", "2026-1-1", "2026-11-21x", "20261121", "-", "26-01-01"}) {
    CAPTURE(bad);
    CHECK(parse_date(bad) == std::nullopt);
  }
  CHECK(parse_time_micros("01:02:03.5") == 3'723'500'000);
  CHECK(parse_time_micros("01:02") == 3'720'000'000);
  CHECK(parse_time_micros("00:00:00.123456789") == 123'456);
  for (const char* bad : {"24:00:00", "01:60:00", "01:00:60", "1:00", "01:00:00.", "01:00:00.1234567890", "01"}) {
    CAPTURE(bad);
    CHECK(parse_time_micros(bad) == std::nullopt);
  }
}

TEST_CASE("timestamps, with and without a zone") {
  const struct {
    const char* text;
    std::optional<std::int64_t> micros;
    bool zone;
  } cases[] = {
      {"1970-01-01T00:00:01", 1'000'000, false},
      {"1970-01-01 00:00:01.5", 1'500'000, false},
      {"1970-01-01T00:00:01Z", 1'000'000, true},
      {"1970-01-01T01:00:00+01:00", 0, true},
      {"1970-01-01T01:00:00+0100", 0, true},
      {"1970-01-01T01:00:00+01", 0, true},
      {"1969-12-31T19:00:00-05:00", 0, true},
      {"1970-01-02", 86'400'000'000, false},
      {"1970-01-01T00:00:00.123456789Z", 123'456, true},
      {"1970-01-01X00:00:00", std::nullopt, false},
      {"1970-01-01T00:00:00+", std::nullopt, false},
      {"1970-01-01T00:00:00+01:0", std::nullopt, false},
      {"1970-01-01T00:00:00 ", std::nullopt, false},
      {"9999999-01-01T00:00:00", std::nullopt, false},
  };

  for (const auto& one : cases) {
    CAPTURE(one.text);
    bool zone = true;
    CHECK(parse_timestamp_micros(one.text, &zone) == one.micros);
    if (one.micros.has_value()) CHECK(zone == one.zone);
  }
}
