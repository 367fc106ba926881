#include "json_depth.h"

#include "compute_fixture.hpp"

#include <fmt/format.h>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += text;
  return all;
}

std::string lists(int levels) { return repeated("[", levels) + repeated("]", levels); }

std::string objects(int levels) { return repeated("{\"a\":", levels) + "1" + repeated("}", levels); }

// A list of lists, flat but for the last one.
std::string broad(int levels) { return "[" + repeated("[[]],", 300) + lists(levels - 1) + "]"; }

// What DuckDB 1.5.5 walks by recursion: each of them ends the process at 100,000 levels without the guard.
constexpr const char* kRecursive[] = {
    "json_structure('{0}')",
    "json_transform('[]', '{0}')",
    "from_json_strict('[]', '{0}')",
    "json_merge_patch('{0}', '{0}')",
    "json_contains('{0}', '1')",
    "json_contains('{0}', '{0}')",
    "'{0}'::JSON::VARIANT",
    "'{0}'::JSON::VARIANT::JSON",
    "(SELECT count(*) FROM json_tree('{0}'))",
    "(SELECT count(*) FROM json_each('{0}'))",
    "json_extract('{0}', '$..a')",
    "json_pretty('{0}')",
    "'{0}'::JSON",
};

}  // namespace

TEST_CASE("JSON beyond the limit is malformed to every function of DuckDB") {
  Compute compute;
  for (const char* expression : kRecursive) {
    for (const std::string& text : {lists(257), lists(100000), objects(257), objects(100000), broad(257)}) {
      INFO(expression << " of " << text.size() << " bytes");
      const auto answer = compute.text_in(
          compute.session, "SELECT CAST(" + fmt::format(fmt::runtime(expression), text) + " AS VARCHAR)");
      REQUIRE_FALSE(answer);
      CHECK_THAT(answer.error().message, Catch::Contains("it nests too deep"));
    }
  }
}

TEST_CASE("JSON up to the limit is what it was") {
  Compute compute;
  for (const std::string& text : {lists(256), objects(256), broad(256), std::string("1"), lists(1)}) {
    INFO(text);
    CHECK(compute.rows("SELECT json_valid('" + text + "') AS v") == R"({"v":true})");
    CHECK(compute.rows("SELECT ('" + text + "'::JSON)::VARCHAR = '" + text + "' AS v") == R"({"v":true})");
  }
  const std::string brackets = repeated("[", 1000);
  CHECK(compute.rows("SELECT json_valid('{\"" + brackets + "\": \"\\\"" + brackets + "\"}') AS v") == R"({"v":true})");
  CHECK(compute.rows("SELECT try_cast('" + lists(257) + "' AS JSON) AS v") == R"({"v":null})");
}

TEST_CASE("files of JSON that nests too deep are an error") {
  Compute compute;
  for (const int levels : {257, 1000, 50000}) {
    const std::string path = compute.put("deep.jsonl", "{\"a\":1}\n{\"a\":" + lists(levels) + "}\n");
    for (const char* reader : {"read_json('{}')", "read_ndjson('{}')", "read_json('{}', maximum_depth = 10)",
                               "read_json('{}', columns = {{'a': 'JSON'}})", "read_json_objects('{}')"}) {
      INFO(reader << ", " << levels << " levels");
      const auto answer = compute.text_in(
          compute.session, "SELECT count(COLUMNS(*))::VARCHAR FROM " + fmt::format(fmt::runtime(reader), path));
      REQUIRE_FALSE(answer);
      CHECK_THAT(answer.error().message, Catch::Contains("it nests too deep"));
    }
  }
}

// The limit is the process's and never rises: last in its file, and still above what other tests need.
TEST_CASE("the limit can be lowered") {
  Compute compute;
  CHECK(floe_duckdb_json_depth() == 256);
  floe_duckdb_lower_json_depth(0);
  floe_duckdb_lower_json_depth(1000);
  CHECK(floe_duckdb_json_depth() == 256);
  floe_duckdb_lower_json_depth(255);
  CHECK(floe_duckdb_json_depth() == 255);
  CHECK(compute.rows("SELECT json_valid('" + lists(255) + "') AS a, json_valid('" + lists(256) + "') AS b") ==
        R"({"a":true,"b":false})");
}
