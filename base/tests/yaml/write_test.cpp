#include "base/yaml/write.hpp"

#include "floe_test.hpp"

#include "base/yaml/node.hpp"
#include "base/yaml/to_json.hpp"

namespace {

floe::json::value parsed(const std::string& text) { return *floe::parse_json(text); }

}  // namespace

TEST_CASE("data is written as YAML that people read") {
  CHECK(floe::yaml::write_yaml(parsed(R"({"name":"shop","empty":{},"none":[],"list":[1,{"a":null}],"yes":true,
      "text":"no","1e3":2.5,"script":"one\ntwo\n"})")) ==
        "name: \"shop\"\n"
        "empty: {}\n"
        "none: []\n"
        "list:\n"
        "- 1\n"
        "- a: null\n"
        "\"yes\": true\n"
        "text: \"no\"\n"
        "\"1e3\": 2.5\n"
        "script: |\n"
        "  one\n"
        "  two\n");
}

TEST_CASE("what is written reads back") {
  for (const char* text :
       {R"({"a":"#","b":": ","c":"\u0001\u2028","d":" lead","e":"tail \n","f":"\n\n","g":"é🙂","h":"a\r\nb"})",
        R"({"":"","~":"~","<<":1,"=":2,"0x1F":3,"null":4,"-":5,"a b":6,"2020-01-01":7})",
        R"(["1","1.0","",null,-3,1e300])", R"("text")", R"({})"}) {
    INFO(text);
    const floe::json::value value = parsed(text);
    floe::DiagnosticSink sink;
    const auto node = floe::yaml::parse(floe::yaml::write_yaml(value), {.file = "out.yaml"}, sink);
    REQUIRE_FALSE(sink.has_errors());
    CHECK(floe::to_json(floe::yaml::to_json_value(*node)) == floe::to_json(value));
  }
}
