// floe/json.h agrees with the parser of base on what is JSON.
#include "floe_test.hpp"

#include "base/json/json.hpp"
#include "floe/json.h"

#include <string>
#include <vector>

namespace floe {
namespace {

const std::vector<std::string> kTexts = {
    "{}",
    "[]",
    " { } ",
    "{\"a\":1}",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{a:1}",
    "[1,2",
    "[1,,2]",
    "[1 2]",
    "\"text\"",
    "\"cut",
    "\"\\u00e9\\n\"",
    "\"\\x\"",
    "\"\\u12g4\"",
    "\"\n\"",
    "\"\xC3\xA9\"",
    "\"\xC3\"",
    "\"\xC0\xAF\"",
    "\"\xED\xA0\x80\"",
    "\"\xF4\x90\x80\x80\"",
    "\"\xF0\x9F\x92\xA7\"",
    "\"\xFF\"",
    "0",
    "-0",
    "01",
    "-",
    "1.",
    "1.5e+3",
    "1e",
    ".5",
    "+1",
    "true",
    "false",
    "null",
    "nul",
    "true false",
    "",
    " ",
    "[[[[{\"a\":[]}]]]]",
    "{\"a\":{\"b\":[1,\"x\",null]}}",
    "NaN",
    std::string(200, '[') + std::string(200, ']'),
    std::string("{\"a\":\"x\0y\"}", 11),
};

std::string kind_of(const json::value& value) {
  if (value.is_object()) return "{";
  if (value.is_array()) return "[";
  if (value.is_string()) return "\"";
  if (value.is_bool()) return "t";
  return value.is_null() ? "n" : "0";
}

TEST_CASE("floe_json_kind says what base says") {
  for (const std::string& text : kTexts) {
    CAPTURE(text);
    const auto parsed = parse_json(text);
    const char kind = floe_json_kind(text.data(), text.size());
    CHECK((kind == 0 ? "no JSON" : std::string(1, kind)) == (parsed.has_value() ? kind_of(*parsed) : "no JSON"));
  }
}

TEST_CASE("floe_json_member finds the value of a member") {
  const std::string text = R"( {"first" : {"x": [1, 2]}, "second":"a\"b" , "third" : -1.5 } )";
  const auto member = [&](const char* name) {
    std::size_t length = 0;
    const char* value = floe_json_member(text.data(), text.size(), name, &length);
    return value == nullptr ? std::string("none") : std::string(value, length);
  };
  CHECK(std::vector<std::string>{member("first"), member("second"), member("third"), member("x"), member("")} ==
        std::vector<std::string>{R"({"x": [1, 2]})", R"("a\"b")", "-1.5", "none", "none"});
}

TEST_CASE("floe_json_is_empty_object takes an object without members") {
  const auto is_empty = [](const std::string& text) {
    return floe_json_is_empty_object(text.data(), text.size()) != 0;
  };
  CHECK((is_empty("{}") && is_empty(" { } ")));
  CHECK_FALSE((is_empty("") || is_empty("[]") || is_empty("{\"a\":1}") || is_empty("{") || is_empty("{}}")));
}

TEST_CASE("floe_is_utf8 takes the empty text and refuses half a character") {
  CHECK(floe_is_utf8("", 0) == 1);
  CHECK(floe_is_utf8("caf\xC3\xA9", 5) == 1);
  CHECK(floe_is_utf8("caf\xC3", 4) == 0);
}

}  // namespace
}  // namespace floe
