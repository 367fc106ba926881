#include "file_request.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

json::array column(const char* type) { return {json::object{{"name", "v"}, {"sql_type", type}}}; }

// The column `v` as the type, row by row; of a file that was refused, why.
std::string converted(Compute& compute, const char* format, const std::string& path, const char* type) {
  const auto read = compute.read_files(request(format, path, {{"columns", column(type)}, {"find_inexact", true}}));
  if (!read) return findings(read.error(), compute.directory);
  const json::array& inexact = read->at("inexact").as_array();
  if (inexact.empty()) return compute.rows("SELECT v::VARCHAR AS v FROM " + table_of(*read));
  return to_json(inexact.front().as_object().at("examples"));
}

}  // namespace

TEST_CASE("nested values of JSON lines are converted scalar by scalar") {
  struct Case {
    const char* type;
    const char* value;
    const char* result;
  };

  const std::vector<Case> cases = {
      {"STRUCT(a DECIMAL(20,10), b VARCHAR)", R"({"a":1234567.89,"b":"2024-1-1"})",
       R"j({"v":"{'a': 1234567.8900000000, 'b': 2024-1-1}"})j"},
      {"STRUCT(a BIGINT)[]", R"([{"a":1},{"a":null},null])", R"j({"v":"[{'a': 1}, {'a': NULL}, NULL]"})j"},
      {"STRUCT(a BIGINT)", R"({"A":1})", R"j({"v":"{'a': 1}"})j"},
      {"STRUCT(a BIGINT)", R"({"a":1,"b":2})", R"j([{"row":1,"value":"{\"a\":1,\"b\":2}"}])j"},
      {"STRUCT(a STRUCT(b DATE)[])", R"({"a":[{"b":"2024-01-01 10:00:00"}]})",
       R"j([{"row":1,"value":"{'a': [{'b': '2024-01-01 10:00:00'}]}"}])j"},
      {"MAP(VARCHAR, DECIMAL(4,1))", R"({"x":1.5,"y":"2"})", R"j({"v":"{x=1.5, y=2.0}"})j"},
      {"MAP(VARCHAR, DECIMAL(4,1))", R"({"x":1.55})", R"j([{"row":1,"value":"{\"x\":1.55}"}])j"},
      {"BIGINT[]", "5", "n.jsonl:1 cannot convert 5 in \"v\" to BIGINT[]\n"},
      {"STRUCT(a BIGINT[])", R"({"a":[1,"x"]})",
       "n.jsonl:1 cannot convert {\"a\":[1,\"x\"]} in \"v\" to STRUCT(a BIGINT[])\n"},
      {"JSON", R"({"a": 0.12345678901234567890})", R"j({"v":"{\"a\":0.12345678901234567890}"})j"},
  };
  Compute compute;
  for (const Case& c : cases) {
    INFO(c.type << " " << c.value);
    const std::string path = compute.put("n.jsonl", "{\"v\":" + std::string(c.value) + "}\n");
    CHECK(converted(compute, "jsonl", path, c.type) == c.result);
  }
}

TEST_CASE("values of Parquet files are converted from their own types") {
  struct Case {
    const char* value;
    const char* type;
    const char* result;
  };

  const std::vector<Case> cases = {
      {"1234567.89::DOUBLE", "DECIMAL(38,10)", R"({"v":"1234567.8900000000"})"},
      {"0.1::FLOAT", "DECIMAL(4,1)", R"({"v":"0.1"})"},
      {"(0.1::DOUBLE + 0.2::DOUBLE)", "DECIMAL(38,10)", R"([{"row":1,"value":"0.30000000000000004"}])"},
      {"'NaN'::DOUBLE", "BIGINT", R"([{"row":1,"value":"nan"}])"},
      {"1.10::DECIMAL(9,2)", "DOUBLE", R"({"v":"1.1"})"},
      {"9007199254740993::BIGINT", "DOUBLE", R"([{"row":1,"value":"9007199254740993"}])"},
      {"1e300::DOUBLE", "FLOAT", R"([{"row":1,"value":"1e+300"}])"},
      {"'abc'", "INTEGER", R"([{"row":1,"value":"abc"}])"},
      {"TIMESTAMP '2024-01-01 10:00:00'", "DATE", R"([{"row":1,"value":"2024-01-01 10:00:00"}])"},
      {"TIMESTAMP '2024-01-01 10:00:00'", "TIMESTAMPTZ", R"({"v":"2024-01-01 10:00:00+00"})"},
      {"TIMESTAMPTZ '2024-01-01 10:00:00+00'", "TIMESTAMP", R"([{"row":1,"value":"2024-01-01 10:00:00+00"}])"},
      {"{'a': 1.5::DOUBLE}", "STRUCT(a DECIMAL(4,1), b VARCHAR)", R"j({"v":"{'a': 1.5, 'b': NULL}"})j"},
      {"[1, 2]", "VARCHAR[]", R"({"v":"[1, 2]"})"},
      {"'[1, 2]'", "BIGINT[]", R"({"v":"[1, 2]"})"},
      {"true", "BIGINT", R"([{"row":1,"value":"true"}])"},
      {"[true]", "DOUBLE[]", R"([{"row":1,"value":"[true]"}])"},
      {"0::BIGINT", "BOOLEAN", R"([{"row":1,"value":"0"}])"},
      {"'-0.0'::DOUBLE", "BOOLEAN", R"([{"row":1,"value":"-0.0"}])"},
      {"true", "VARCHAR", R"({"v":"true"})"},
      {"[1, NULL]", "VARCHAR", R"({"v":"[1,null]"})"},
      {"{'a': 'it''s', 'b': [1.5]}", "VARCHAR", R"j({"v":"{\"a\":\"it's\",\"b\":[1.5]}"})j"},
      {"map {'k': {'x': 1}}", "VARCHAR", R"j({"v":"{\"k\":{\"x\":1}}"})j"},
      {"[[1, 2]]", "VARCHAR[]", R"({"v":"['[1,2]']"})"},
      {"['\\xFF'::BLOB]", "VARCHAR", R"j([{"row":1,"value":"[\\xFF]"}])j"},
      {"'caf\\xC3\\xA9'::BLOB", "VARCHAR", R"({"v":"café"})"},
      {"'\\xFF'::BLOB", "VARCHAR", R"j([{"row":1,"value":"\\xFF"}])j"},
      {"'é\\x41'", "BLOB", R"j({"v":"\\xC3\\xA9\\x5Cx41"})j"},
  };
  Compute compute;
  const std::string path = compute.directory + "/p.parquet";
  for (const Case& c : cases) {
    INFO(c.value << " as " << c.type);
    FLOE_REQUIRE_OK(
        compute.execute("COPY (SELECT " + std::string(c.value) + " AS v) TO '" + path + "' (FORMAT parquet)"));
    CHECK(converted(compute, "parquet", path, c.type) == c.result);
  }
}

TEST_CASE("texts are no numbers, flags, bytes or times that a cast of DuckDB would make of them") {
  struct Case {
    const char* type;
    const char* json;
    const char* result;         // of the JSON value
    const char* result_of_csv;  // of its text
  };

  const std::vector<Case> cases = {
      {"BIGINT", R"("1_000")", R"([{"row":1,"value":"1_000"}])", R"([{"row":1,"value":"1_000"}])"},
      {"DECIMAL(9,2)", R"("1_000.5")", R"([{"row":1,"value":"1_000.5"}])", R"([{"row":1,"value":"1_000.5"}])"},
      {"DOUBLE", R"("1_000.5")", R"([{"row":1,"value":"1_000.5"}])", R"([{"row":1,"value":"1_000.5"}])"},
      {"BOOLEAN", "0", "v.jsonl:1 cannot convert 0 in \"v\" to BOOLEAN\n", R"({"v":"false"})"},
      {"BOOLEAN", R"("0")", R"({"v":"false"})", R"({"v":"false"})"},
      {"BOOLEAN", "true", R"({"v":"true"})", R"({"v":"true"})"},
      {"BLOB", R"("a\\x41")", R"j({"v":"a\\x5Cx41"})j", R"j([{"row":1,"value":"a\\x41"}])j"},
      {"BLOB", R"("abc")", R"({"v":"abc"})", R"({"v":"abc"})"},
      {"DATE", R"("0001-01-01")", R"({"v":"0001-01-01"})", R"({"v":"0001-01-01"})"},
      {"DATE", R"("9999-12-31")", R"({"v":"9999-12-31"})", R"({"v":"9999-12-31"})"},
      {"DATE", R"("0000-01-01")", R"([{"row":1,"value":"0000-01-01"}])", R"([{"row":1,"value":"0000-01-01"}])"},
      {"DATE", R"("-001-01-01")", R"([{"row":1,"value":"-001-01-01"}])", R"([{"row":1,"value":"-001-01-01"}])"},
      {"TIMESTAMP", R"("10000-01-01 00:00:00")", R"([{"row":1,"value":"10000-01-01 00:00:00"}])",
       R"([{"row":1,"value":"10000-01-01 00:00:00"}])"},
  };
  Compute compute;
  for (const Case& c : cases) {
    INFO(c.json << " as " << c.type);
    const std::string lines = compute.put("v.jsonl", "{\"v\":" + std::string(c.json) + "}\n");
    CHECK(converted(compute, "jsonl", lines, c.type) == c.result);
    const json::value value = *parse_json(c.json);
    const std::string text = value.is_string() ? std::string(value.get_string()) : std::string(c.json);
    CHECK(converted(compute, "csv", compute.put("v.csv", "v\n" + text + "\n"), c.type) == c.result_of_csv);
  }
}
