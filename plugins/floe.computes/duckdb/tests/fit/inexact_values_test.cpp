#include "file_request.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

TEST_CASE("times of declared columns lose no offset, and no format is guessed") {
  Compute compute;

  struct Case {
    const char* type;
    const char* text;
    bool is_inexact;
  };

  const std::vector<Case> cases = {
      {"TIMESTAMP", "2024-01-01T00:00:00+02:00", true},
      {"TIMESTAMP", "2024-01-01 00:00:00 UTC", true},
      {"TIMESTAMP", "2024-01-01 00:00:00", false},
      {"TIMESTAMP", "2024-01-01 00:00:00.1234567", true},
      {"DATE", "2024-01-01T00:00:00Z", true},
      {"DATE", "2024-01-01", false},
      {"TIME", "10:00:00+02", true},
      {"TIME", "10:00:00", false},
      {"TIMESTAMPTZ", "2024-01-01T00:00:00+02:00", false},
      {"TIMESTAMPTZ", "2024-01-01T00:00:00", false},
  };
  for (const Case& c : cases) {
    const json::object typed{{"columns", json::array{json::object{{"name", "v"}, {"sql_type", c.type}}}},
                             {"find_inexact", true}};
    for (const bool is_csv : {true, false}) {
      INFO(c.type << " " << c.text << (is_csv ? " csv" : " jsonl"));
      const std::string path = is_csv ? compute.put("t.csv", std::string("id,v\n1,") + c.text + "\n")
                                      : compute.put("t.jsonl", std::string("{\"v\":\"") + c.text + "\"}\n");
      const auto read = compute.read_files(request(is_csv ? "csv" : "jsonl", path, typed));
      FLOE_REQUIRE_OK(read);
      CHECK(!read->at("inexact").as_array().empty() == c.is_inexact);
    }
  }
  for (const char* type : {"DATE", "TIMESTAMPTZ"}) {
    INFO(type);
    const json::object typed{{"columns", json::array{json::object{{"name", "v"}, {"sql_type", type}}}},
                             {"find_inexact", true}};
    const auto guessed = compute.read_files(request("csv", compute.put("g.csv", "id,v\n1,02/03/2024\n"), typed));
    FLOE_REQUIRE_OK(guessed);
    CHECK(guessed->at("inexact").as_array().size() == 1);
  }
  const json::object nested{{"columns", json::array{json::object{{"name", "v"}, {"sql_type", "STRUCT(t TIMESTAMP)"}}}},
                            {"find_inexact", true}};
  const std::string path = compute.put("s.jsonl", "{\"v\":{\"t\":\"2024-01-01T00:00:00+02:00\"}}\n");
  const auto read = compute.read_files(request("jsonl", path, nested));
  FLOE_REQUIRE_OK(read);
  CHECK(read->at("inexact").as_array().size() == 1);
}
