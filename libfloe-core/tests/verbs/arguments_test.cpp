#include "verbs/arguments.hpp"

#include "floe_test.hpp"

namespace floe::run {
namespace {

Arguments sample() {
  return Arguments()
      .text("name", "name", "which one", true)
      .number("--limit", "limit", -1, "how many")
      .flag("-f,--force", "force", "at once")
      .words("--select", "select", "what")
      .mapping("--vars", "vars", "variables")
      .path("", "out", "where")
      .text("--format", "format", "as what")
      .among({"text", "dot"})
      .words("", "types", "of which kind")
      .among({"model", "seed"})
      .ignored({"--color"})
      .refused("--defer", "not here");
}

std::string checked(const char* request) {
  const auto answer = sample().check("demo", *parse_json_object(request));
  return answer ? to_json(*answer) : answer.error().message;
}

TEST_CASE("a request has the keys and kinds that the verb takes") {
  struct Case {
    const char* request;
    const char* said;
  };

  const std::vector<Case> cases = {
      {R"({"name":"a","limit":-1,"force":true,"select":["x"],"vars":{},"out":"p"})",
       R"({"name":"a","limit":-1,"force":true,"select":["x"],"vars":{},"out":"p"})"},
      {R"({"name":"a","select":"x"})", R"({"name":"a","select":["x"]})"},
      {R"({})", "`demo` needs `name`: which one"},
      {R"({"name":"a","limt":1})", "`demo` takes no `limt`; did you mean `limit`?"},
      {R"({"name":"a","zzzzzz":1})",
       "`demo` takes no `zzzzzz`; it takes `name`, `limit`, `force`, `select`, `vars`, `out`, `format`, `types`"},
      {R"({"name":1})", "`name` of `demo` must be a text"},
      {R"({"name":"a","limit":1.5})", "`limit` of `demo` must be a whole number"},
      {R"({"name":"a","limit":-2})", "`limit` of `demo` must be a number from -1 up"},
      {R"({"name":"a","force":1})", "`force` of `demo` must be true or false"},
      {R"({"name":"a","select":[1]})", "`select` of `demo` must be a list of texts"},
      {R"({"name":"a","vars":[]})", "`vars` of `demo` must be an object"},
      {R"({"name":"a","out":null})", "`out` of `demo` must be a path"},
      {R"({"name":""})", "`name` of `demo` must not be empty"},
      {R"({"name":"a","out":""})", "`out` of `demo` must not be empty"},
      {R"({"name":"a","out":"x\u0000y"})", "`out` of `demo` must be a path: it has a NUL"},
      {R"({"name":"a","format":"dto"})", "`format` of `demo` takes no `dto`; did you mean `dot`?"},
      {R"({"name":"a","types":["model","zz"]})", "`types` of `demo` takes no `zz`; it takes `model`, `seed`"},
      {R"({"name":"a","types":"seed"})", R"({"name":"a","types":["seed"]})"},
  };
  for (const Case& c : cases)
    CHECK(checked(c.request) == c.said);
}

TEST_CASE("the request as JSON Schema") {
  CHECK(
      to_json(sample().schema()) ==
      R"({"type":"object","properties":{"name":{"type":"string","minLength":1,"description":"which one","x-flags":"name"},)"
      R"("limit":{"type":"integer","description":"how many","minimum":-1,"x-flags":"--limit"},)"
      R"("force":{"type":"boolean","description":"at once","x-flags":"-f,--force"},)"
      R"("select":{"type":["array","string"],"items":{"type":"string"},"description":"what","x-flags":"--select"},)"
      R"("vars":{"type":"object","description":"variables","x-flags":"--vars"},)"
      R"("out":{"type":"string","minLength":1,"x-path":true,"description":"where"},)"
      R"("format":{"type":"string","minLength":1,"description":"as what","enum":["text","dot"],"x-flags":"--format"},)"
      R"("types":{"type":["array","string"],"items":{"type":"string","enum":["model","seed"]},)"
      R"("description":"of which kind"}},"additionalProperties":false,)"
      R"("required":["name"],"x-unused":[{"flags":"--color","why":""},{"flags":"--defer","why":"not here"}]})");
}

}  // namespace
}  // namespace floe::run
