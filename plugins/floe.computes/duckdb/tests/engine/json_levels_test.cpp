#include "engine/json_levels.hpp"

#include "floe_test.hpp"

#include <string>

using floe::duckdb_compute::json_levels;
using floe::duckdb_compute::shallow_json;

TEST_CASE("levels of JSON are what is open at once, outside of strings") {
  struct Case {
    std::string text;
    int levels;
  };

  const auto c = GENERATE(values<Case>({{"", 0},
                                        {"1", 0},
                                        {"[]", 1},
                                        {"[[],[[]],{}]", 3},
                                        {R"({"a":{"b":[1]},"c":2})", 3},
                                        {R"("[[[")", 0},
                                        {R"(["[\"[", []])", 2},
                                        {R"(["\\", [[]]])", 3},
                                        {R"(["\)", 1},
                                        {"[\"open [[[", 1},
                                        {"]][[", 0},
                                        {std::string(100000, '['), 100000}}));
  INFO(c.text.substr(0, 40));
  CHECK(json_levels(c.text) == c.levels);
}

TEST_CASE("what lies too deep in JSON becomes null") {
  struct Case {
    std::string text;
    int levels;
    std::string shallow;
  };

  const auto c = GENERATE(values<Case>({{R"({"a":[1,{"b":"]}"}],"c":2})", 1, R"({"a":null,"c":2})"},
                                        {R"({"a":[1,{"b":"]}"}],"c":2})", 2, R"({"a":[1,null],"c":2})"},
                                        {R"({"a":[1,{"b":"]}"}],"c":2})", 3, R"({"a":[1,{"b":"]}"}],"c":2})"},
                                        {"[[],[],{}]", 1, "[null,null,null]"},
                                        {"[1]", 0, "null"},
                                        {"\"a\"", 0, "\"a\""},
                                        {"\"open", 0, "\"open"},
                                        {"", 1, ""}}));
  CHECK(shallow_json(c.text, c.levels) == c.shallow);
}
