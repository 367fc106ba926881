#include "json_keys.h"

#include "compute_fixture.hpp"

#include <fmt/format.h>

#include <array>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

std::string fault_of(const std::string& text, std::size_t capacity = 200) {
  std::string message(capacity, '?');
  message.resize(floe_duckdb_json_key_fault(text.data(), text.size(), message.data(), message.size()));
  return message;
}

// An object of `count` keys, each another.
std::string wide(int count, const std::string& last) {
  std::string text = "{";
  for (int i = 0; i < count; ++i)
    text += fmt::format("\"k{}\":{{\"x\":1}},", i);
  return text + last + "}";
}

}  // namespace

TEST_CASE("keys whose values DuckDB would lose have a path") {
  struct Case {
    std::string text;
    std::string fault;
  };

  const std::vector<Case> cases = {
      {R"({"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}], "A": 5})", ""},
      {R"({"a": 1, "a": 2})", "the key `a` occurs twice in its object"},
      {R"({"a": {"x": 1, "x": 2}})", "the key `a.x` occurs twice in its object"},
      {R"({"b": {"x": 1}, "a": [[1], [0, {"x": {"é": 1, "\u00e9": 2}}]]})",
       "the key `a[][].x.é` occurs twice in its object"},
      {R"([{"": 1, "": 2}])", "the key `[].` occurs twice in its object"},
      {R"({"x": {"a\u0000b": 1}})", "the key `x.a\\u0000b` has a NUL character"},
      {R"({"n": NaN, "big": 123456789012345678901234567890, "a": 1, "a": 2,})",
       "the key `a` occurs twice in its object"},
      {wide(15, R"("k15": 1)"), ""},
      {wide(15, R"("k7": 1)"), "the key `k7` occurs twice in its object"},
      {wide(500, R"("k500": {"x": 1, "y": 2})"), ""},
      {wide(500, R"("k500": {"x": 1, "x": 2})"), "the key `k500.x` occurs twice in its object"},
      {wide(500, R"("k77": 1)"), "the key `k77` occurs twice in its object"},
      {"[1, {}, []]", ""},
      {"1", ""},
      {"", ""},
      {R"({"a": 1, "a": 2)", ""},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(fault_of(c.text) == c.fault);
  }
  CHECK(fault_of(R"({"é": 1, "é": 2})", 10) == "the key `");
  CHECK(fault_of(R"({"é": 1, "é": 2})", 11) == "the key `é");
}

TEST_CASE("files with keys whose values would be lost are an error, texts in SQL are not") {
  Compute compute;
  constexpr std::array kLost{R"({"a":{"x":1,"x":2}})", R"({"a":[{"x":1,"\u0078":2}]})", R"({"a":{"x\u0000":1,"x":2}})",
                             R"({"a\u0000b":1,"a":2})"};
  for (const char* line : kLost) {
    const std::string path = compute.put("lost.jsonl", fmt::format("{{\"a\":{{\"x\":1}}}}\n{}\n", line));
    for (const char* reader : {"read_json('{}')", "read_ndjson('{}')", "read_json('{}', columns = {{'a': 'JSON'}})"}) {
      INFO(reader << " " << line);
      const auto answer = compute.text_in(
          compute.session, "SELECT count(COLUMNS(*))::VARCHAR FROM " + fmt::format(fmt::runtime(reader), path));
      REQUIRE_FALSE(answer);
      CHECK_THAT(answer.error().message, Catch::Contains(": a key "));
    }
    CHECK(compute.rows(fmt::format("SELECT json_valid('{0}') AND CAST('{0}'::JSON AS VARCHAR) = '{0}' AS v", line)) ==
          R"({"v":true})");
  }
}
