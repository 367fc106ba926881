#include "file_request.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

TEST_CASE("a moment does not fit a column of local times, nor the other way round") {
  Compute compute;

  struct Case {
    const char* table;
    const char* texts;
    int misfits;
  };

  const std::vector<Case> cases = {
      {"TIMESTAMP", "2024-01-01T00:00:00+02:00\n", 1},
      {"TIMESTAMP", "2024-01-01T00:00:00+02:00\n2024-01-01T00:00:00\n", 1},
      {"TIMESTAMP", "2024-01-01\n", 0},
      {"TIMESTAMP WITH TIME ZONE", "2024-01-01T00:00:00+02:00\n", 0},
      {"TIMESTAMP WITH TIME ZONE", "2024-01-01T00:00:00+02:00\n2024-01-01T00:00:00\n", 1},
      {"TIMESTAMP WITH TIME ZONE", "2024-01-01T00:00:00\n", 1},
      {"TIMESTAMP WITH TIME ZONE", "2024-01-01\n", 1},
      {"DATE", "2024-01-01T00:00:00Z\n", 1},
  };
  for (const Case& c : cases) {
    INFO(c.table << " " << c.texts);
    const json::object fit{{"columns", json::array{json::object{{"name", "v"}, {"sql_type", c.table}}}}};
    const std::string path = compute.put("z.csv", "v\n" + std::string(c.texts));
    const auto read = compute.read_files(request("csv", path, {{"fit", fit}}));
    FLOE_REQUIRE_OK(read);
    const json::array& misfits = read->at("fit").as_object().at("misfits").as_array();
    CHECK((misfits.empty() ? 0 : misfits[0].as_object().at("rows").as_int64()) == c.misfits);
  }
}

TEST_CASE("a struct that shares no member with the table's does not fit, and is kept as it is") {
  Compute compute;
  const std::string path = compute.put("s.jsonl", "{\"s\":{\"b\":2}}\n{\"s\":null}\n");

  struct Case {
    bool exact;
    const char* rows;
  };

  for (const Case& c : {Case{false, "{\"s\":{\"b\":2}}\n{\"s\":null}"}, Case{true, "{\"s\":null}"}}) {
    const json::object fit{{"columns", json::array{json::object{{"name", "s"}, {"sql_type", "STRUCT(a BIGINT)"}}}},
                           {"exact", c.exact}};
    const auto read = compute.read_files(request("jsonl", path, {{"fit", fit}}));
    FLOE_REQUIRE_OK(read);
    CHECK(compute.rows("FROM " + table_of(*read)) == c.rows);
    CHECK(
        to_json(read->at("fit").as_object().at("misfits")) ==
        R"j([{"column":"s","sql_type":"STRUCT(b BIGINT)","table_type":"STRUCT(a BIGINT)","rows":1,"examples":[{"row":1,"value":"{'b': 2}"}]}])j");
  }
}
