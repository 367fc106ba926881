#include "verbs/request.hpp"

#include "floe_test.hpp"
#include "verbs/verb_table.hpp"

#include <vector>

namespace floe::run {
namespace {

std::string read(const char* verb, std::string_view text) {
  const auto request = read_request(*find_verb(verb), text);
  return request ? to_json(*request)
                 : std::string(error_code_name(request.error().code)) + ": " + request.error().message;
}

TEST_CASE("a request means one thing, or it is refused") {
  struct Case {
    const char* text;
    const char* said;
  };

  const std::vector<Case> cases = {
      {"", "{}"},
      {R"({"vars": {"a": 9223372036854775807, "b": -9223372036854775808, "c": 1e30, "d": "123456789012345678901\"2"}})",
       R"({"vars":{"a":9223372036854775807,"b":-9223372036854775808,"c":1e+30,"d":"123456789012345678901\"2"}})"},
      {R"({"vars": {"a": [9223372036854775808]}})",
       "invalid_argument: the request of `run` has the number 9223372036854775808, which does not fit into 64 bits; "
       "write it as a text"},
      {"{", "invalid_argument: the request of `run` is no JSON object: JSON line 1 column 2: the text ends too early"},
      {"[]",
       "invalid_argument: the request of `run` is no JSON object: expected a JSON object at the top, found an array"},
      {"{\"schedule\": \"\xff\"}",
       "invalid_argument: the request of `run` is no JSON object: JSON line 1 column 15: syntax error"},
      {R"({"target": "a", "target": "b"})", "invalid_argument: the request of `run` has `target` twice"},
      {R"({"schedule": ""})", "invalid_argument: `schedule` of `run` must not be empty"},
      {R"({"indirect_selection": "eagr"})",
       "invalid_argument: `indirect_selection` of `run` takes no `eagr`; did you mean `eager`?"},
      {R"({"indirect_selection": "zzz"})",
       "invalid_argument: `indirect_selection` of `run` takes no `zzz`; it takes `eager`, `cautious`, `buildable`, "
       "`empty`"},
  };
  for (const Case& c : cases)
    CHECK(read("run", c.text) == c.said);
}

TEST_CASE("a verb of a group has the scope of the group and no other") {
  CHECK(read("enterprise show", "") == R"({"scope":"enterprise"})");
  CHECK(read("enterprise show", R"({"scope": "enterprise"})") == R"({"scope":"enterprise"})");
  CHECK(read("enterprise show", R"({"scope": "domain"})") ==
        "invalid_argument: `scope` of `enterprise show` is \"enterprise\"");
  CHECK(read("enterprise show", R"({"scope": null})") ==
        "invalid_argument: `scope` of `enterprise show` must be a text");
  CHECK(read("platform show", R"({"scope": "banana"})") ==
        "invalid_argument: `scope` of `platform show` takes no `banana`; it takes `enterprise`, `domain`");
}

}  // namespace
}  // namespace floe::run
