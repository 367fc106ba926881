#include "schema/literal.hpp"

#include "support/fixture.hpp"

#include "base/text/text.hpp"

#include <limits>

using namespace floe;
using namespace floe::iceberg;
using testing::take;

namespace {

Literal literal(const char* type, const char* json_text) {
  return take(literal_from_json(take(parse_primitive_type(type)), take(parse_json(json_text))));
}

}  // namespace

TEST_CASE("single values have Java's binary and JSON forms") {
  const json::object shapes = testing::read_json_fixture("java/shapes.json");
  const json::object& values = shapes.at("single_values").as_object();
  REQUIRE(values.size() == 18);
  for (const auto& [name, value] : values) {
    const json::object& golden = value.as_object();
    CAPTURE(std::string(name));
    const Type type = take(parse_primitive_type(testing::text_member(golden, "type")));
    const Literal from_json = take(literal_from_json(type, golden.at("json")));
    CHECK(text::to_hex(literal_to_bytes(from_json)) == testing::text_member(golden, "binary"));
    CHECK(to_json(literal_to_json(from_json)) == to_json(golden.at("json")));
    const std::string bytes = *text::from_hex(testing::text_member(golden, "binary"));
    CHECK(take(literal_from_bytes(type, bytes)) == from_json);
  }
}

TEST_CASE("decimals take the minimal number of bytes") {
  struct Case {
    const char* text;
    const char* hex;
  };

  const Case cases[] = {{"0", "00"},
                        {"127", "7f"},
                        {"128", "0080"},
                        {"-128", "80"},
                        {"-129", "ff7f"},
                        {"255", "00ff"},
                        {"-1", "ff"},
                        {"32767", "7fff"},
                        {"-32768", "8000"},
                        {"1420", "058c"},
                        {"99999999999999999999999999999999999999", "4b3b4ca85a86c47a098a223fffffffff"},
                        {"-99999999999999999999999999999999999999", "b4c4b357a5793b85f675ddc000000001"}};
  for (const Case& test : cases) {
    CAPTURE(test.text);
    const auto unscaled = decimal_from_text(test.text, 0);
    REQUIRE(unscaled);
    CHECK(text::to_hex(decimal_to_bytes(*unscaled)) == test.hex);
    CHECK(*decimal_from_bytes(*text::from_hex(test.hex)) == *unscaled);
    CHECK(decimal_to_text(*unscaled, 0) == test.text);
  }
  CHECK(*decimal_from_bytes(std::string(17, '\0') + "\x05") == 5);
  CHECK_FALSE(decimal_from_bytes("").has_value());
  CHECK_FALSE(decimal_from_bytes("\x01" + std::string(16, '\0')).has_value());
  CHECK_FALSE(decimal_from_bytes(std::string(1, '\0') + "\x80" + std::string(15, '\0')).has_value());
}

TEST_CASE("decimal text keeps its scale") {
  CHECK(decimal_to_text(-5, 2) == "-0.05");
  CHECK(decimal_to_text(0, 3) == "0.000");
  CHECK(*decimal_from_text("1.5", 3) == 1500);
  CHECK(*decimal_from_text("1.500", 1) == 15);
  CHECK(*decimal_from_text("-.5", 1) == -5);
  for (const char* wrong : {"", "-", ".", "1.55", "1e3", "1..2", " 1", "999999999999999999999999999999999999999"}) {
    CAPTURE(wrong);
    CHECK_FALSE(decimal_from_text(wrong, 1).has_value());
  }
}

TEST_CASE("values written before a promotion are still read") {
  CHECK(take(literal_from_bytes(TypeId::kLong, std::string("\xfe\xff\xff\xff", 4))).as_long() == -2);
  CHECK(std::get<double>(take(literal_from_bytes(TypeId::kDouble, std::string("\0\0\xc0\x3f", 4))).value) == 1.5);
  CHECK(take(promote_literal(Literal::integer(7), TypeId::kLong)) == Literal::long_integer(7));
  CHECK(take(promote_literal(Literal::real(1.5F), TypeId::kDouble)) == Literal::double_real(1.5));
  CHECK_FALSE(promote_literal(Literal::long_integer(7), TypeId::kInt).has_value());
}

TEST_CASE("bytes of a wrong length are bad data") {
  struct Case {
    const char* type;
    std::size_t length;
  };

  const Case cases[] = {{"int", 8},           {"int", 0},     {"long", 7},     {"float", 8},
                        {"double", 5},        {"boolean", 0}, {"boolean", 2},  {"uuid", 15},
                        {"decimal(9, 2)", 0}, {"date", 3},    {"timestamp", 9}};
  for (const Case& test : cases) {
    CAPTURE(test.type, test.length);
    const Result<Literal> result =
        literal_from_bytes(take(parse_primitive_type(test.type)), std::string(test.length, 'x'));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::kData);
  }
}

TEST_CASE("literals are ordered by type") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<Literal>> ascending = {
      {Literal::boolean(false), Literal::boolean(true)},
      {Literal::long_integer(INT64_MIN), Literal::long_integer(-1), Literal::long_integer(0),
       Literal::long_integer(INT64_MAX)},
      {Literal::double_real(-infinity), Literal::double_real(-1), Literal::double_real(-0.0), Literal::double_real(0.0),
       Literal::double_real(1), Literal::double_real(infinity), Literal::double_real(nan)},
      {Literal::real(-1), Literal::real(-0.0F), Literal::real(0.0F),
       Literal::real(std::numeric_limits<float>::quiet_NaN())},
      {literal("decimal(38, 2)", "\"-999.99\""), literal("decimal(38, 2)", "\"0.00\""),
       literal("decimal(38, 2)", "\"0.01\"")},
      // U+FFFD sorts before an emoji by bytes, after it by UTF-16 unit.
      {Literal::string(""), Literal::string("a"), Literal::string("ab"), Literal::string("b"), Literal::string("é"),
       Literal::string("\xef\xbf\xbd"), Literal::string("😀")},
      {literal("binary", "\"00\""), literal("binary", "\"7F\""), literal("binary", "\"80\""),
       literal("binary", "\"FF00\"")},
      {literal("uuid", "\"00000000-0000-0000-0000-000000000001\""),
       literal("uuid", "\"ffffffff-0000-0000-0000-000000000000\"")},
  };
  for (const auto& values : ascending) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (std::size_t j = 0; j < values.size(); ++j) {
        CAPTURE(i, j, literal_to_text(values[i]), literal_to_text(values[j]));
        CHECK(compare(values[i], values[j]) == (i <=> j));
      }
    }
  }
}

TEST_CASE("JSON values of the wrong kind say what is accepted") {
  struct Case {
    const char* type;
    const char* json_text;
    const char* message;
  };

  const Case cases[] = {
      {"int", "2147483648", "2147483648 is no value of type `int`: expected a 32-bit integer"},
      {"long", "1.5", "1.5 is no value of type `long`: expected an integer"},
      {"date", "\"2026-13-01\"", "\"2026-13-01\" is no value of type `date`: expected \"YYYY-MM-DD\""},
      {"timestamptz", "\"2026-01-01T00:00:00\"",
       "\"2026-01-01T00:00:00\" is no value of type `timestamptz`: expected \"YYYY-MM-DDTHH:MM:SS.ffffff+00:00\""},
      {"timestamp", "\"2026-01-01T00:00:00+00:00\"",
       "\"2026-01-01T00:00:00+00:00\" is no value of type `timestamp`: expected \"YYYY-MM-DDTHH:MM:SS.ffffff\" without "
       "a zone"},
      {"decimal(4, 2)", "\"100.00\"",
       "\"100.00\" is no value of type `decimal(4, 2)`: expected a string such as \"14.20\" that fits"},
      {"fixed[2]", "\"00\"", "\"00\" is no value of type `fixed[2]`: expected 4 hex digits"},
      {"string", "1", "1 is no value of type `string`: expected a string"},
      {"boolean", "null", "null is no value of type `boolean`: expected true or false"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.type, test.json_text);
    const auto result = literal_from_json(take(parse_primitive_type(test.type)), take(parse_json(test.json_text)));
    CHECK((result.has_value() ? "" : result.error().to_string()) == test.message);
  }
  CHECK_FALSE(take(optional_literal_from_json(TypeId::kInt, take(parse_json("null")))).has_value());
}

TEST_CASE("hex is read in both cases, timestamps with any fraction") {
  CHECK(literal("binary", "\"00c8\"") == literal("binary", "\"00C8\""));
  CHECK(literal("timestamp", "\"1969-12-31T23:59:59.9\"").as_long() == -100000);
  CHECK(literal("timestamp_ns", "\"1969-12-31T23:59:59.999999999\"").as_long() == -1);
  CHECK(to_json(literal_to_json(literal("timestamp_ns", "\"2026-01-01T00:00:00.000000001\""))) ==
        "\"2026-01-01T00:00:00.000000001\"");
  CHECK(to_json(literal_to_json(Literal::real(0.1F))) == "0.1");
  CHECK(to_json(literal_to_json(Literal::double_real(std::numeric_limits<double>::quiet_NaN()))) == R"("NaN")");
}
