#include "file_request.hpp"

#include <fmt/format.h>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

json::value declared(const char* type) {
  if (*type == '\0') return nullptr;
  return json::array{json::object{{"name", "v"}, {"sql_type", type}}};
}

std::string problem(int line, const char* key, const char* first) {
  return fmt::format("k.jsonl:{} the key `{}` is `{}` in line 1; all lines spell a key alike\n", line, key, first);
}

}  // namespace

TEST_CASE("keys of JSON lines that differ in case only are malformed rows, by line") {
  struct Case {
    const char* type;  // declared for `v`; empty: inferred
    const char* lines;
    std::string found;  // empty: loaded
  };

  const std::vector<Case> cases = {
      {"", R"({"v":1}|{"V":2})", problem(2, "V", "v")},
      {"", R"({"v":1}|{"v":1,"V":2})", problem(2, "V", "v")},
      {"", R"({"v":1}|{"v_1":2})", ""},
      {"", R"({"v":{"c":1}}|{"v":{"C":2}}|{"v":{"c":3}})", problem(2, "v.C", "v.c")},
      {"", R"({"v":[{"a b":[{"x":1}]}]}|{"v":[{"a b":[{"x":1},{"X":2}]}]})", problem(2, "v[].a b[].X", "v[].a b[].x")},
      {"", R"({"v":{"c":1}}|{"v":{"C":"x"}})", problem(2, "v.C", "v.c")},
      {"BIGINT", R"({"v":1}|{"V":2}|{"v":3})", problem(2, "V", "v")},
      {"BIGINT", R"({"V":1}|{"V":2})", ""},
      {"BIGINT", R"({"v":1,"w":1}|{"v":2,"W":2})", ""},
      {"STRUCT(c BIGINT)", R"({"v":{"c":1}}|{"v":{"C":2}})", problem(2, "v.C", "v.c")},
      {"STRUCT(c BIGINT)[]", R"({"v":[{"c":1}]}|{"v":[{"c":1},{"C":2}]})", problem(2, "v[].C", "v[].c")},
      {"MAP(VARCHAR, BIGINT)", R"({"v":{"c":1}}|{"v":{"C":2,"c":3}})", ""},
      {"JSON", R"({"v":{"c":1}}|{"v":{"C":2,"c":3}})", ""},
      {"", R"({"v":1}|{"":2})", "k.jsonl:2 a key is empty, so it cannot name a column\n"},
      {"BIGINT", R"({"v":1}|{"v":1,"":2})", "k.jsonl:2 a key is empty, so it cannot name a column\n"},
      {"", R"({"v":1}|{"C0":2})", ""},
      {"JSON", R"({"v":{"":1}})", ""},
  };
  Compute compute;
  for (const Case& c : cases) {
    INFO(c.type << " " << c.lines);
    std::string lines = c.lines;
    std::replace(lines.begin(), lines.end(), '|', '\n');
    const std::string path = compute.put("k.jsonl", lines + "\n");
    const auto read = compute.read_files(request("jsonl", path, {{"columns", declared(c.type)}}));
    CHECK((read ? "" : findings(read.error(), compute.directory)) == c.found);
    const auto split =
        compute.read_files(request("jsonl", path, {{"columns", declared(c.type)}, {"on_error", "rejects"}}));
    FLOE_REQUIRE_OK(split);
    CHECK(split->at("rejects").as_object().at("rows").as_int64() == (c.found.empty() ? 0 : 1));
  }
}

TEST_CASE("a key is spelled alike in all files of a source") {
  Compute compute;
  compute.put("a.jsonl", "{\"v\":1}\n");
  const std::string second = compute.put("b.jsonl", "{\"id\":1}\n{\"V\":2}\n");
  json::object both = request("jsonl", second, {{"columns", nullptr}});
  both["paths"] = json::array{compute.directory + "/a.jsonl", second};
  const auto read = compute.read_files(both);
  REQUIRE_FALSE(read);
  CHECK(findings(read.error(), compute.directory) ==
        "b.jsonl:2 the key `V` is `v` in line 1 of `a.jsonl`; all lines spell a key alike\n");
}
