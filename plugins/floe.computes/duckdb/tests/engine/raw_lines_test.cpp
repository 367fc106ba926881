#include "file_request.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

TEST_CASE("a line of JSON with a NUL byte is found") {
  Compute compute;
  const std::string content("{\"a\":1}\n\0\0{\"a\":2}\n{\"a\":3}\0x\n\n{\"a\":4}\n", 37);
  const std::string path = compute.put("nul.jsonl", content);
  const auto failed = compute.read_files(request("jsonl", path));
  REQUIRE_FALSE(failed);
  CHECK(findings(failed.error(), compute.directory) ==
        "nul.jsonl:2 the line is not a JSON object\nnul.jsonl:3 the line is not a JSON object\n");
  const auto split = compute.read_files(request("jsonl", path, {{"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(compute.rows("FROM " + table_of(*split)) == "{\"a\":1}\n{\"a\":4}");
}
