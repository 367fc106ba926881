#include "base/json/json.hpp"

#include "floe_test.hpp"

#include "base/json/max_depth.hpp"

using namespace floe;  // NOLINT: a test of this namespace

namespace {

std::string round_trip(std::string_view text) {
  const auto value = parse_json(text);
  return value.has_value() ? to_json(*value) : "error: " + value.error().message;
}

}  // namespace

TEST_CASE("JSON is read and written") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"null", "null"},
      {" [1, -2, 9223372036854775807, 18446744073709551615] ", "[1,-2,9223372036854775807,18446744073709551615]"},
      {"1.0", "1.0"},
      {"1e2", "100.0"},
      {"-0.0", "-0.0"},
      {"123456789012345678901234567890", "1.2345678901234568e+29"},
      {"1e-400", "0.0"},
      {"4.35", "4.35"},
      {"0.1", "0.1"},
      {"2.2250738585072011e-308", "2.225073858507201e-308"},
      {"8.41e21", "8.41e+21"},
      {R"({"b":1,"a":{"d":[],"c":{}}})", R"({"b":1,"a":{"d":[],"c":{}}})"},
      {R"("\u00e9\n\u0001\"\\\/\ud83d\ude00")", "\"\xC3\xA9\\n\\u0001\\\"\\\\/\xF0\x9F\x98\x80\""},
      {R"({"a":1,"a":2})", R"({"a":2})"},
      {"", "error: JSON line 1 column 1: the text ends too early"},
      {"[1,\n 2,\n  x]", "error: JSON line 3 column 3: syntax error"},
      {"{} {}", "error: JSON line 1 column 4: more text after the document"},
      {"[1", "error: JSON line 1 column 3: the text ends too early"},
      {"1e999", "error: JSON line 1 column 6: number does not fit a double"},
      {"[1,]", "error: JSON line 1 column 4: syntax error"},
      {"NaN", "error: JSON line 1 column 1: syntax error"},
  };
  for (const auto& [text, expected] : cases)
    CHECK(round_trip(text) == expected);
}

TEST_CASE("JSON nesting has a limit") {
  CHECK(parse_json(std::string(256, '[') + std::string(256, ']')).has_value());
  const auto deep = parse_json(std::string(100'000, '['));
  REQUIRE_FALSE(deep.has_value());
  CHECK(deep.error().code == ErrorCode::kData);
  CHECK_THAT(deep.error().message, Catch::Contains("nested deeper than 256 levels"));
  CHECK(parse_json(std::string(4000, '[') + std::string(4000, ']'), 4000).has_value());
  const auto deeper = parse_json(std::string(4001, '['), 4000);
  REQUIRE_FALSE(deeper.has_value());
  CHECK_THAT(deeper.error().message, Catch::Contains("nested deeper than 4000 levels"));
}

TEST_CASE("invalid UTF-8 in JSON is an error") { CHECK_FALSE(parse_json("\"\xFF\"").has_value()); }

TEST_CASE("control characters are escaped, also those of Unicode that JSON may have as they are") {
  const json::value text(std::string("\x1b \x7f \xc2\x9b \xc2\xa0 \xc3\xa9"));
  CHECK(to_json(text) == "\"\\u001b \\u007f \\u009b \xc2\xa0 \xc3\xa9\"");
  CHECK(parse_json(to_json(text)).value_or(nullptr) == text);
  CHECK(to_canonical_json(text) == "\"\\u001b \x7f \xc2\x9b \xc2\xa0 \xc3\xa9\"");
}

TEST_CASE("canonical JSON sorts keys by code point at every level") {
  const auto value = parse_json(R"({"b":1,"A":{"z":0,"é":2,"a":[{"y":1,"x":2}]},"a":1.50})");
  FLOE_REQUIRE_OK(value);
  CHECK(to_canonical_json(*value) == R"({"A":{"a":[{"x":2,"y":1}],"z":0,"é":2},"a":1.5,"b":1})");
}

TEST_CASE("pretty JSON") {
  const auto value = parse_json(R"({"b":[1,{"c":null}],"a":{},"e":[]})");
  FLOE_REQUIRE_OK(value);
  CHECK(to_pretty_json(*value) == R"({
  "b": [
    1,
    {
      "c": null
    }
  ],
  "a": {},
  "e": []
}
)");
  CHECK(to_pretty_json(*value, true).substr(0, 13) == "{\n  \"a\": {},\n");
}

TEST_CASE("numbers that JSON cannot say become null") {
  json::array array;
  array.emplace_back(std::numeric_limits<double>::infinity());
  array.emplace_back(std::numeric_limits<double>::quiet_NaN());
  array.emplace_back(1e-7);
  CHECK(to_json(array) == "[null,null,1e-07]");
}

TEST_CASE("members are typed") {
  const auto object =
      parse_json_object(R"({"s":"x","i":7,"b":true,"o":{"k":1},"a":[1],"d":1.5,"n":null,"u":18446744073709551615})");
  FLOE_REQUIRE_OK(object);
  CHECK(*require_string(*object, "s") == "x");
  CHECK(*require_int(*object, "i") == 7);
  CHECK(*require_bool(*object, "b"));
  CHECK((*require_object(*object, "o"))->size() == 1);
  CHECK((*require_array(*object, "a"))->size() == 1);
  CHECK(require_string(*object, "i").error().message == "key `i` is not a string");
  CHECK(require_int(*object, "u").error().message == "key `u` is not an integer of 64 bits");
  CHECK(require_int(*object, "d").error().message == "key `d` is not an integer of 64 bits");
  CHECK(require_object(*object, "zz").error().message == "key `zz` is missing");
  CHECK(require_array(*object, "zz").error().code == ErrorCode::kData);
  CHECK(get_string(*object, "n") == std::nullopt);
  CHECK(get_string_or(*object, "i", "f") == "f");
  CHECK(get_int(*object, "i") == 7);
  CHECK(get_int(*object, "d") == std::nullopt);
  CHECK(get_double(*object, "i") == 7.0);
  CHECK(get_double(*object, "d") == 1.5);
  CHECK(get_bool_or(*object, "s", true));
  CHECK(get_object(*object, "a") == nullptr);
  CHECK(get_array(*object, "a") != nullptr);
  CHECK(parse_json_object("[]").error().message == "expected a JSON object at the top, found an array");
}
