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
        R"j([{"column":"s","sql_type":"STRUCT(b BIGINT)","table_type":"STRUCT(a BIGINT)","rows":1,"examples":[{"row":1,"value":"{\"b\":2}"}]}])j");
  }
}

TEST_CASE("texts that a type would change do not fit it") {
  Compute compute;

  struct Case {
    const char* table;
    const char* text;
    bool fits;
  };

  const std::vector<Case> cases = {
      {"BIGINT", "9007199254740993.5", false},
      {"BIGINT", "12.0", true},
      {"BIGINT", "1e3", true},
      {"BIGINT", "1.5e0", false},
      {"DECIMAL(20,2)", "12345678901234567.891", false},
      {"DECIMAL(20,2)", "12345678901234567.89", true},
      {"DECIMAL(20,2)", "1.100", true},
      {"DOUBLE", "1e400", false},
      {"DOUBLE", "9007199254740993", false},
      {"DOUBLE", "0.1", true},
      {"DOUBLE", "inf", true},
      {"TIME", "2024-01-01 10:00:00", false},
      {"TIME", "10:00:00", true},
  };
  for (const Case& c : cases) {
    INFO(c.table << " " << c.text);
    const json::object fit{{"columns", json::array{json::object{{"name", "v"}, {"sql_type", c.table}}}}};
    // The second row makes the column text.
    const std::string path = compute.put("t.csv", "v\n" + std::string(c.text) + "\nx\n");
    const auto read = compute.read_files(request("csv", path, {{"fit", fit}}));
    FLOE_REQUIRE_OK(read);
    const json::array& misfits = read->at("fit").as_object().at("misfits").as_array();
    CHECK(misfits.at(0).as_object().at("rows").as_int64() == (c.fits ? 1 : 2));
  }
}
