#include "base/transform/transform.hpp"

#include "floe_test.hpp"

#include "base/text/text.hpp"
#include "base/time/civil.hpp"

using namespace floe;  // NOLINT: a test of this namespace
using namespace floe::transform;

TEST_CASE("hashes are those of the Iceberg spec and of iceberg-core") {
  CHECK(hash_long(34) == 2017239379);
  CHECK(hash_long(time::days_from_civil({2017, 11, 16})) == -653330422);
  CHECK(hash_long(*time::parse_time_micros("22:31:08")) == -662762989);
  CHECK(hash_long(*time::parse_timestamp_micros("2017-11-16T22:31:08")) == -2047944441);
  CHECK(hash_long(*time::parse_timestamp_micros("2017-11-16T22:31:08.000001")) == -1207196810);
  CHECK(hash_long(*time::parse_timestamp_micros("2017-11-16T14:31:08-08:00")) == -2047944441);
  CHECK(hash_decimal(*text::from_hex("058c")) == -500754589);
  CHECK(hash_bytes("iceberg") == 1210000089);
  CHECK(hash_bytes(*text::from_hex("f79c3e09677c4bbda4793f349cb785e7")) == 1488055340);
  CHECK(hash_bytes(std::string_view("\x00\x01\x02\x03", 4)) == -188683207);
  CHECK(hash_long(1) == 1392991556);
  CHECK(murmur3_32("") == 0);
}

TEST_CASE("a bucket is never negative") {
  CHECK(bucket_of(hash_long(34), 16) == 2017239379 % 16);
  CHECK(bucket_of(-653330422, 100) == (-653330422 & 0x7fffffff) % 100);
  CHECK(bucket_of(-1, 7) == 0x7fffffff % 7);
}

TEST_CASE("truncate") {
  const struct {
    std::int64_t value;
    std::int32_t width;
    std::int64_t expected;
  } cases[] = {{1, 10, 0},
               {-1, 10, -10},
               {0, 10, 0},
               {-10, 10, -10},
               {19, 10, 10},
               {1065, 50, 1050},
               {-5, 1, -5},
               {INT64_MAX, 10, INT64_MAX - 7},
               {INT64_MIN, 10, INT64_MAX - 1}};

  for (const auto& one : cases)
    CHECK(truncate_long(one.value, one.width) == one.expected);
  CHECK(truncate_string("iceberg", 3) == "ice");
  CHECK(truncate_string("ic", 3) == "ic");
  CHECK(truncate_string("\xC3\xA9\xF0\x9F\x98\x80x", 2) == "\xC3\xA9\xF0\x9F\x98\x80");
  CHECK(truncate_bytes(std::string_view("\x00\x01\x02", 3), 2) == std::string("\x00\x01", 2));
}

TEST_CASE("time transforms round down, before 1970 too") {
  const struct {
    const char* timestamp;
    std::int32_t years;
    std::int32_t months;
    std::int64_t days;
    std::int64_t hours;
  } cases[] = {
      {"1970-01-01T00:00:00", 0, 0, 0, 0},
      {"1969-12-31T23:59:59.999999", -1, -1, -1, -1},
      {"2017-11-16T22:31:08", 47, 574, 17486, 419686},
      {"1969-01-01T00:00:00", -1, -12, -365, -8760},
      {"1968-12-31T23:00:00", -2, -13, -366, -8761},
  };

  for (const auto& one : cases) {
    CAPTURE(one.timestamp);
    const std::int64_t micros = *time::parse_timestamp_micros(one.timestamp);
    const std::int64_t days = days_from_micros(micros);
    CHECK(days == one.days);
    CHECK(hours_from_micros(micros) == one.hours);
    CHECK(years_from_days(days) == one.years);
    CHECK(months_from_days(days) == one.months);
  }
}

TEST_CASE("transforms are parsed, unknown ones kept") {
  const struct {
    const char* text;
    Kind kind;
    std::int32_t parameter;
  } cases[] = {{"identity", Kind::kIdentity, 0}, {"bucket[16]", Kind::kBucket, 16}, {"truncate[4]", Kind::kTruncate, 4},
               {"year", Kind::kYear, 0},         {"month", Kind::kMonth, 0},        {"day", Kind::kDay, 0},
               {"hour", Kind::kHour, 0},         {"void", Kind::kVoid, 0},          {"zorder[2]", Kind::kUnknown, 0},
               {"bucket", Kind::kUnknown, 0},    {"Bucket[3]", Kind::kBucket, 3}};

  for (const auto& one : cases) {
    const auto parsed = parse(one.text);
    FLOE_REQUIRE_OK(parsed);
    CHECK(parsed->kind == one.kind);
    CHECK(parsed->parameter == one.parameter);
    CHECK(parsed->text == one.text);
  }
  for (const char* bad : {"bucket[0]", "bucket[-1]", "truncate[]", "truncate[x]", "bucket[99999999999]", ""}) {
    CAPTURE(bad);
    REQUIRE_FALSE(parse(bad).has_value());
    CHECK(parse(bad).error().code == ErrorCode::kInvalidArgument);
  }
}
