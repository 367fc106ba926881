#include "base/json/schema.hpp"

#include "floe_test.hpp"

#include <fstream>
#include <sstream>

using namespace floe;  // NOLINT: a test of this namespace

namespace {

// Also read by tests/peers/test_json_schema.py, which asks another implementation for the verdicts.
json::array load_cases() {
  std::ifstream file(std::string(FLOE_TEST_DATA) + "/json_schema_cases.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto cases = parse_json(text.str());
  FLOE_REQUIRE_OK(cases);
  return cases->as_array();
}

// `path message`; `path? message` when the key is what is wrong.
std::string as_text(const SchemaProblem& problem) {
  if (problem.path.empty()) return problem.message;
  return dotted_path(problem.path) + (problem.is_key ? "? " : " ") + problem.message;
}

std::string refusal(std::string_view text) {
  const auto schema = JsonSchema::parse(text);
  return schema.has_value() ? "accepted" : schema.error().message;
}

TEST_CASE("instances are valid or the problems say where and what is accepted") {
  for (const json::value& item : load_cases()) {
    const std::string text = to_json(item.at("schema"));
    INFO(text);
    const auto schema = JsonSchema::parse(text);
    FLOE_REQUIRE_OK(schema);
    for (const json::value& one : item.at("cases").as_array()) {
      INFO(to_json(one));
      std::vector<std::string> found;
      for (const SchemaProblem& problem : schema->problems(one.at("instance")))
        found.push_back(as_text(problem));
      std::vector<std::string> expected;
      if (const json::array* problems = get_array(one.as_object(), "problems")) {
        for (const json::value& problem : *problems)
          expected.emplace_back(to_view(problem.as_string()));
      }
      CHECK(found == expected);
    }
  }
}

TEST_CASE("a schema that cannot be evaluated is refused with the place") {
  CHECK(refusal("[1]") == "the document is no schema: an object, true or false");
  CHECK(refusal(R"({"properties":{"a":1}})") == "`/properties/a` is no schema: an object, true or false");
  CHECK(refusal(R"({"items":[{"type":"string"}]})") == "`/items` is no schema: an object, true or false");
  CHECK(refusal(R"({"type":"text"})") == "`/type` has the wrong form");
  CHECK(refusal(R"({"minLength":-1})") == "`/minLength` has the wrong form");
  CHECK(refusal(R"({"allOf":[]})") == "`/allOf` has the wrong form");
  CHECK(refusal(R"({"pattern":"("})") ==
        "`/pattern` has a pattern that floe does not take, `(`: missing closing parenthesis");
  CHECK(refusal(R"({"patternProperties":{"[":{}}})") ==
        "`/patternProperties/[` has a pattern that floe does not take, `[`: missing terminating ] for character class");
  CHECK(refusal(R"({"$ref":"#/$defs/none"})") == "`/$ref` refers to nothing: `#/$defs/none`");
  CHECK(refusal(R"({"if":{"$ref":"other.json"}})") == "`/if/$ref` refers to another document: `other.json`");
  CHECK(refusal("{") == "JSON line 1 column 2: the text ends too early");
}

TEST_CASE("what cannot be decided is refused, not skipped") {
  const auto endless = JsonSchema::parse(R"({"$ref":"#"})");
  FLOE_REQUIRE_OK(endless);
  const auto problems = endless->problems(1);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].message == "is described by a schema that refers to itself without end");

  const auto hostile = JsonSchema::parse(R"({"pattern":"^(a+)+$"})");
  FLOE_REQUIRE_OK(hostile);
  CHECK(hostile->problems(json::value(std::string(400, 'a'))).empty());
  CHECK(hostile->problems(json::value(std::string(400, 'a') + "!")).size() == 1);

  const auto pattern = JsonSchema::parse(R"({"pattern":"^(a|b)*$"})");
  FLOE_REQUIRE_OK(pattern);
  const auto too_long = pattern->problems(json::value(std::string(100'000, 'a')));
  REQUIRE(too_long.size() == 1);
  CHECK(too_long[0].message == "is too long: a text with a pattern has at most 500 bytes");
}

}  // namespace
