// Types of seed columns: tests/data/agate_columns.json has what agate with dbt's testers says of each.
#include "macro/agate_csv.hpp"

#include "floe_test.hpp"
#include "macro/csv_reader.hpp"

#include "base/json/json.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <sstream>

TEST_CASE("column types are agate's") {
  std::ifstream file(std::string(FLOE_TEST_DATA) + "/agate_columns.json");
  std::stringstream text;
  text << file.rdbuf();
  auto cases = floe::parse_json(text.str());
  FLOE_REQUIRE_OK(cases);
  REQUIRE(cases->as_array().size() > 50);
  for (const boost::json::value& each : cases->as_array()) {
    const auto& parts = each.as_array();
    const std::string name(parts[0].as_string());
    CAPTURE(name);
    auto columns = floe::dbt::infer_csv_columns(std::string(parts[1].as_string()), {});
    FLOE_REQUIRE_OK(columns);
    REQUIRE(columns->size() == 2);
    CHECK(floe::dbt::agate_type_name((*columns)[0].type) == std::string_view(parts[2].as_string()));
    CHECK((*columns)[0].sql_type == std::string_view(parts[3].as_string()));
  }
}

TEST_CASE("columns with a declared type are not inferred") {
  auto columns = floe::dbt::infer_csv_columns("a,b\n1,2\n", {.delimiter = ',', .text_columns = {"b"}});
  FLOE_REQUIRE_OK(columns);
  CHECK((*columns)[0].type == floe::dbt::AgateType::kNumber);
  CHECK((*columns)[1].type == floe::dbt::AgateType::kText);
}

TEST_CASE("headers without a name or with the same one are renamed as agate does") {
  auto columns = floe::dbt::infer_csv_columns("a,,a,a\n1,2,3,4\n", {});
  FLOE_REQUIRE_OK(columns);
  std::vector<std::string> names;
  for (const auto& column : *columns)
    names.push_back(column.name);
  CHECK(names == std::vector<std::string>{"a", "b", "a_2", "a_3"});
}

TEST_CASE("a number that a DOUBLE has not is refused, unless its column is text") {
  const auto columns = floe::dbt::infer_csv_columns("v\n0.5\n1e400\n", {});
  REQUIRE(!columns);
  CHECK(columns.error().message ==
        "column `v` has `1e400`, which is beyond DOUBLE; `column_types: {v: varchar}` keeps it");
  CHECK(floe::dbt::infer_csv_columns("v\n0.5\n1e400\n", {.delimiter = ',', .text_columns = {"v"}}).has_value());
  CHECK(floe::dbt::infer_csv_columns("v\n0.5\nInfinity\n", {}).has_value());
}

TEST_CASE("a row that is too wide names its line") {
  auto columns = floe::dbt::infer_csv_columns("a,b\n1,2\n1,2,3\n", {});
  REQUIRE(!columns);
  CHECK(columns.error().message == "line 3 has 3 values, the header has 2");
}

TEST_CASE("records are split as Python's csv module does") {
  struct Case {
    const char* text;
    std::vector<std::vector<std::string>> records;
  };

  const std::vector<Case> cases = {
      {"a,b\nc,d", {{"a", "b"}, {"c", "d"}}},
      {"\"a,b\",c\r\n", {{"a,b", "c"}}},
      {"\"a \"\"q\"\"\",\"x\ny\"\n", {{"a \"q\"", "x\ny"}}},
      {"a\n\nb\n", {{"a"}, {}, {"b"}}},
      {"a,\n,b\n", {{"a", ""}, {"", "b"}}},
      {"a\"b,c\n", {{"a\"b", "c"}}},
      {"\"\"\n", {{""}}},
  };
  for (const Case& each : cases) {
    CAPTURE(each.text);
    floe::dbt::CsvReader reader(each.text, ',');
    std::vector<std::vector<std::string>> records;
    std::vector<std::string> record;
    while (reader.next(&record))
      records.push_back(record);
    CHECK(records == each.records);
  }
}
