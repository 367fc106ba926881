#include "base/time/zone.hpp"

#include "floe_test.hpp"

#include "base/io/process.hpp"
#include "base/text/text.hpp"
#include "base/time/civil.hpp"
#include "base/time/tzif.hpp"

#include <random>

using namespace floe;  // NOLINT: a test of this namespace
using namespace floe::time;

namespace {

std::shared_ptr<const Zone> load(std::string_view name) {
  auto zone = Zone::load(name);
  FLOE_REQUIRE_OK(zone);
  return *zone;
}

std::int64_t seconds(std::string_view timestamp) { return *parse_timestamp_micros(timestamp) / 1'000'000; }

std::string show(const ZoneOffset& offset) {
  return offset.abbreviation + " " + std::to_string(offset.seconds_east) + (offset.is_daylight ? " dst" : "");
}

// A TZif block: version 1 when `wide` is false.
std::string big_endian(std::int64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i)
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i)));
  return bytes;
}

std::string block(char version, int time_size, const std::vector<std::int64_t>& moments) {
  std::string bytes = "TZif" + std::string(1, version) + std::string(15, '\0');
  for (const std::int64_t count : {0, 0, 0, static_cast<int>(moments.size()), 2, 8})
    bytes += big_endian(count, 4);
  for (const std::int64_t moment : moments)
    bytes += big_endian(moment, time_size);
  for (std::size_t i = 0; i < moments.size(); ++i)
    bytes.push_back(static_cast<char>((i + 1) % 2));
  bytes += big_endian(3600, 4) + std::string("\0\0", 2) + big_endian(7200, 4) + std::string("\1\4", 2);
  return bytes + std::string("STD\0DST\0", 8);
}

}  // namespace

TEST_CASE("offsets of known moments") {
  const auto berlin = load("Europe/Berlin");
  CHECK(berlin->name() == "Europe/Berlin");
  CHECK(show(berlin->at_utc(seconds("2026-01-15T12:00:00"))) == "CET 3600");
  CHECK(show(berlin->at_utc(seconds("2026-07-15T12:00:00"))) == "CEST 7200 dst");
  CHECK(show(berlin->at_utc(seconds("2026-03-29T00:59:59"))) == "CET 3600");
  CHECK(show(berlin->at_utc(seconds("2026-03-29T01:00:00"))) == "CEST 7200 dst");
  CHECK(show(berlin->at_utc(seconds("2100-07-15T12:00:00"))) == "CEST 7200 dst");
  CHECK(show(load("Australia/Sydney")->at_utc(seconds("2150-01-15T12:00:00"))) == "AEDT 39600 dst");
  CHECK(show(load("Asia/Kolkata")->at_utc(seconds("2050-01-01"))) == "IST 19800");
  CHECK(show(load("UTC")->at_utc(0)) == "UTC 0");
}

TEST_CASE("wall times to UTC, in folds and gaps as pytz reads them") {
  const auto berlin = load("Europe/Berlin");

  const struct {
    const char* local;
    bool daylight;
    const char* utc;
  } cases[] = {
      {"2026-01-15T12:00:00", false, "2026-01-15T11:00:00"}, {"2026-07-15T12:00:00", false, "2026-07-15T10:00:00"},
      {"2026-10-25T02:30:00", false, "2026-10-25T01:30:00"}, {"2026-10-25T02:30:00", true, "2026-10-25T00:30:00"},
      {"2026-10-25T01:59:59", false, "2026-10-24T23:59:59"}, {"2026-10-25T03:00:00", true, "2026-10-25T02:00:00"},
      {"2026-03-29T02:30:00", false, "2026-03-29T01:30:00"}, {"2026-03-29T02:30:00", true, "2026-03-29T00:30:00"},
      {"2090-10-29T02:30:00", false, "2090-10-29T01:30:00"}, {"2090-10-29T02:30:00", true, "2090-10-29T00:30:00"},
  };

  for (const auto& one : cases) {
    CAPTURE(one.local, one.daylight);
    CHECK(format_timestamp_micros(berlin->to_utc(seconds(one.local), one.daylight) * 1'000'000).substr(0, 19) ==
          one.utc);
  }
}

TEST_CASE("zones that are not there") {
  for (const char* name : {"", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime", "Europe", "tzdata.zi",
                           "Europe/Berlin\n", "localtime", "posixrules", "right/UTC"}) {
    CAPTURE(name);
    const auto zone = Zone::load(name);
    REQUIRE_FALSE(zone.has_value());
    CHECK(zone.error().code == ErrorCode::kNotFound);
    CHECK_THAT(zone.error().message, Catch::Contains("unknown time zone `" + std::string(name) + "`"));
  }
}

TEST_CASE("version 1, and later versions with and without a rule") {
  const std::string first = block('\0', 4, {-1000, 1000});
  const auto old = Zone::parse("old", first);
  FLOE_REQUIRE_OK(old);
  CHECK(show((*old)->at_utc(-1001)) == "STD 3600");
  CHECK(show((*old)->at_utc(-1000)) == "DST 7200 dst");
  CHECK(show((*old)->at_utc(1000)) == "STD 3600");
  CHECK(show((*old)->at_utc(4'000'000'000)) == "STD 3600");

  const std::int64_t far = 5'000'000'000;
  const auto wide = Zone::parse("wide", block('2', 4, {}) + block('2', 8, {-far, far}) + "\n\n");
  FLOE_REQUIRE_OK(wide);
  CHECK(show((*wide)->at_utc(far - 1)) == "DST 7200 dst");
  CHECK(show((*wide)->at_utc(far)) == "STD 3600");

  const auto ruled =
      Zone::parse("ruled", block('3', 4, {}) + block('3', 8, {0}) + "\n<-02>2<-01>,M3.5.0/-1,M10.5.0/0\n");
  FLOE_REQUIRE_OK(ruled);
  CHECK(show((*ruled)->at_utc(seconds("2026-07-01"))) == "-01 -3600 dst");
  CHECK(show((*ruled)->at_utc(seconds("2026-03-29T00:59:59"))) == "-02 -7200");
  CHECK(show((*ruled)->at_utc(seconds("2026-03-29T01:00:00"))) == "-01 -3600 dst");
}

TEST_CASE("rules of POSIX") {
  const auto at = [](const char* rule, const char* utc) {
    const auto parsed = PosixRule::parse(rule);
    return parsed.has_value() ? show(parsed->at_utc(seconds(utc))) : std::string("none");
  };
  CHECK(at("EST5EDT", "2026-07-01") == "EDT -14400 dst");
  CHECK(at("EST5EDT,M3.2.0,M11.1.0", "2026-11-01T05:59:59") == "EDT -14400 dst");
  CHECK(at("EST5EDT,M3.2.0,M11.1.0", "2026-11-01T06:00:00") == "EST -18000");
  CHECK(at("XXX3EDT4,0/0,J365/23", "2026-12-31T23:00:00") == "EDT -14400 dst");
  CHECK(at("AAA-1BBB,J60,J300", "2024-02-29T12:00:00") == "AAA 3600");
  CHECK(at("AAA-1BBB,59,J300", "2024-02-29T12:00:00") == "BBB 7200 dst");
  CHECK(at("IST-5:30", "2026-01-01") == "IST 19800");
  for (const char* bad :
       {"", "AB1", "ABC", "ABC1DEF,M13.1.0,M1.1.0", "ABC1DEF,M3.2.0", "ABC1DEF,M3.2.0,M11.1.0x", "<ABC1", "ABC200"}) {
    CAPTURE(bad);
    CHECK_FALSE(PosixRule::parse(bad).has_value());
  }
}

TEST_CASE("damaged files are refused at every length and never read past the end") {
  const std::string good = block('2', 4, {5}) + block('2', 8, {-5, 5}) + "\nAAA1\n";
  REQUIRE(Zone::parse("good", good).has_value());
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto zone = Zone::parse("cut", std::string_view(good).substr(0, length));
    REQUIRE_FALSE(zone.has_value());
    CHECK(zone.error().code == ErrorCode::kData);
  }
  std::mt19937 random(1);  // NOLINT: a fixed seed, so that a failure repeats
  for (int i = 0; i < 20'000; ++i) {
    std::string bad = good;
    bad[random() % bad.size()] = static_cast<char>(random());
    const auto zone = Zone::parse("bad", bad);
    if (zone.has_value()) (*zone)->to_utc(static_cast<std::int32_t>(random()), false);
  }
  CHECK(Zone::parse("unordered", block('\0', 4, {5, 5})).error().message ==
        "damaged time zone data: transitions out of order");
}

TEST_CASE("all zones agree with the C library at random moments") {
  constexpr const char* kPython =
      "import os, sys, time, zoneinfo, random\n"
      "random.seed(20261121)\n"
      "names = [n for n in sorted(zoneinfo.available_timezones()) if os.path.isfile('/usr/share/zoneinfo/' + n)]\n"
      "for name in names:\n"
      "    if name in ('localtime', 'posixrules') or name.startswith(('right/', 'posix/')): continue\n"
      "    os.environ['TZ'] = name; time.tzset()\n"
      "    for _ in range(40):\n"
      "        t = random.randrange(-3000000000, 8000000000)\n"
      "        l = time.localtime(t)\n"
      "        print(name, t, l.tm_gmtoff, l.tm_isdst, l.tm_zone)\n";
  io::ProcessRequest request;
  request.command = {"python3", "-c", kPython};
  const auto result = io::run_process(request);
  FLOE_REQUIRE_OK(result);
  INFO(result->standard_error);
  REQUIRE(result->exit_code == 0);
  std::shared_ptr<const Zone> zone;
  std::size_t compared = 0;
  for (const std::string_view line : text::split(text::trim(result->standard_output), '\n')) {
    const std::vector<std::string> words = text::split_words(line);
    REQUIRE(words.size() == 5);
    if (!zone || zone->name() != words[0]) zone = load(words[0]);
    const ZoneOffset offset = zone->at_utc(std::stoll(words[1]));
    const std::string ours =
        std::to_string(offset.seconds_east) + (offset.is_daylight ? " 1 " : " 0 ") + offset.abbreviation;
    if (ours != words[2] + " " + words[3] + " " + words[4]) FAIL_CHECK(std::string(line) + " | " + ours);
    ++compared;
  }
  CHECK(compared > 10'000);
}
