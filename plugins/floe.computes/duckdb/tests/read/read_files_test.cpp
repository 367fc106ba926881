#include "file_request.hpp"
#include "json_depth.h"

#include "base/diagnostics/diagnostic.hpp"
#include "base/text/text.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

constexpr const char* kBadCsv = "id,name,amt\n1,a,1.5\n2,b\n3,\"c\"\"d\",x9\n4,e,2.5,7\nabc,f,1\n5,g,3\n";
constexpr const char* kBadJson =
    "{\"id\":1,\"a\":\"x\"}\n{\"id\":2,\"a\":\n\n{\"id\":\"zz\",\"a\":\"y\"}\n{\"id\":4}\nnot "
    "json\n[1]\n{\"id\":5,\"a\":7}\n";

json::array typed_columns() {
  return {json::object{{"name", "id"}, {"sql_type", "BIGINT"}}, json::object{{"name", "name"}, {"sql_type", "VARCHAR"}},
          json::object{{"name", "amt"}, {"sql_type", "DOUBLE"}}};
}

}  // namespace

TEST_CASE("CSV files are read with inferred, given and text columns") {
  Compute compute;
  const std::string path = compute.put("c.csv", "id;name;day\n1;'it''s; x';2020-01-02\n2;NA;\n");
  const json::object options{
      {"delimiter", ";"}, {"quote", "'"}, {"escape", "'"}, {"null_strings", json::array{"NA", ""}}};
  auto inferred = compute.read_files(request("csv", path, {{"options", options}, {"columns", nullptr}}));
  FLOE_REQUIRE_OK(inferred);
  CHECK(inferred->at("rows").as_int64() == 2);
  CHECK(inferred->at("rejects").is_null());
  CHECK(
      to_json(inferred->at("columns")) ==
      R"([{"name":"id","type":"long","sql_type":"BIGINT","nullable":true},{"name":"name","type":"string","sql_type":"VARCHAR","nullable":true},{"name":"day","type":"date","sql_type":"DATE","nullable":true}])");
  CHECK(compute.rows("FROM " + table_of(*inferred)) ==
        "{\"id\":1,\"name\":\"it's; x\",\"day\":\"2020-01-02\"}\n{\"id\":2,\"name\":null,\"day\":null}");
  auto text = compute.read_files(request("csv", path, {{"options", options}, {"text_columns", true}}));
  FLOE_REQUIRE_OK(text);
  CHECK(compute.rows("FROM " + table_of(*text)) ==
        "{\"id\":\"1\",\"name\":\"it's; x\",\"day\":\"2020-01-02\"}\n{\"id\":\"2\",\"name\":null,\"day\":null}");
}

TEST_CASE("every malformed CSV row is a diagnostic with file and line") {
  Compute compute;
  const std::string path = compute.put("bad.csv", kBadCsv);
  const auto result = compute.read_files(request("csv", path, {{"columns", typed_columns()}}));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::kData);
  CHECK(findings(result.error(), compute.directory) ==
        "bad.csv:3 Expected Number of Columns: 3 Found: 2\n"
        "bad.csv:4 Error when converting column \"amt\". Could not convert string \"x9\" to 'DOUBLE'\n"
        "bad.csv:5 Expected Number of Columns: 3 Found: 4\n"
        "bad.csv:6 Error when converting column \"id\". Could not convert string \"abc\" to 'BIGINT'\n");
}

TEST_CASE("values that a declared type changes are told with find_inexact") {
  Compute compute;
  const std::string path = compute.put("c.csv", "id,n\n1,2.0\n2,1.5\n");
  const json::array columns{json::object{{"name", "n"}, {"sql_type", "INTEGER"}}};
  const auto read = compute.read_files(request("csv", path, {{"columns", columns}, {"find_inexact", true}}));
  FLOE_REQUIRE_OK(read);
  CHECK(
      to_json(read->at("inexact")) ==
      R"([{"column":"n","sql_type":"VARCHAR","table_type":"INTEGER","rows":1,"examples":[{"row":2,"value":"1.5"}]}])");
  const auto unasked = compute.read_files(request("csv", path, {{"columns", columns}}));
  FLOE_REQUIRE_OK(unasked);
  CHECK(!unasked->contains("inexact"));
}

TEST_CASE("with on_error rejects bad CSV rows are kept apart") {
  Compute compute;
  const std::string path = compute.put("bad.csv", kBadCsv);
  const auto result = compute.read_files(request("csv", path, {{"columns", typed_columns()}, {"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(result);
  CHECK(compute.rows("FROM " + table_of(*result)) ==
        "{\"id\":1,\"name\":\"a\",\"amt\":1.5}\n{\"id\":5,\"name\":\"g\",\"amt\":3.0}");
  CHECK(result->at("rejects").as_object().at("rows").as_int64() == 4);
  const std::string rejects(result->at("rejects").as_object().at("name").as_string());
  CHECK(
      compute.rows("SELECT line, \"column\", content FROM " + rejects) ==
      "{\"line\":3,\"column\":\"amt\",\"content\":\"2,b\"}\n{\"line\":4,\"column\":\"amt\",\"content\":\"3,"
      "\\\"c\\\"\\\"d\\\",x9\"}\n"
      "{\"line\":5,\"column\":null,\"content\":\"4,e,2.5,7\"}\n{\"line\":6,\"column\":\"id\",\"content\":\"abc,f,1\"}");
  CHECK(compute.rows("SELECT string_agg(column_name, ' ') AS n FROM (DESCRIBE FROM " + rejects + ")") ==
        R"({"n":"file line column error content"})");
}

TEST_CASE("a row with errors of two columns counts once, also before a quote that nothing ends") {
  Compute compute;
  const std::string path = compute.put("open.csv", "id,v,w\n1,x,42\n2,,1\n999,\"x\n");
  const json::array columns{json::object{{"name", "id"}, {"sql_type", "BIGINT"}},
                            json::object{{"name", "v"}, {"sql_type", "BIGINT"}},
                            json::object{{"name", "w"}, {"sql_type", "UUID"}}};
  const auto split = compute.read_files(request("csv", path, {{"columns", columns}, {"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(split->at("rejects").as_object().at("rows").as_int64() == 3);
  const std::string rejects(split->at("rejects").as_object().at("name").as_string());
  CHECK(compute.rows("SELECT DISTINCT content FROM " + rejects + " ORDER BY content") == R"({"content":"1,x,42"})"
                                                                                         "\n"
                                                                                         R"({"content":"2,,1"})"
                                                                                         "\n"
                                                                                         R"({"content":"999,\"x\n"})");
}

TEST_CASE("malformed JSON lines are found by their own line") {
  Compute compute;
  const std::string path = compute.put("bad.jsonl", kBadJson);
  const json::array columns{json::object{{"name", "id"}, {"sql_type", "BIGINT"}},
                            json::object{{"name", "a"}, {"sql_type", "VARCHAR"}}};
  const auto failed = compute.read_files(request("jsonl", path, {{"columns", columns}}));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::kData);
  CHECK(findings(failed.error(), compute.directory) ==
        "bad.jsonl:2 the line is not a JSON object\nbad.jsonl:4 cannot convert \"zz\" in \"id\" to BIGINT\n"
        "bad.jsonl:6 the line is not a JSON object\nbad.jsonl:7 the line is not a JSON object\n");
  const auto split = compute.read_files(request("jsonl", path, {{"columns", columns}, {"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(compute.rows("FROM " + table_of(*split) + " ORDER BY id") ==
        "{\"id\":1,\"a\":\"x\"}\n{\"id\":4,\"a\":null}\n{\"id\":5,\"a\":\"7\"}");
  CHECK(split->at("rejects").as_object().at("rows").as_int64() == 4);
}

TEST_CASE("lines that are no objects do not change what the others mean") {
  Compute compute;
  const std::string path = compute.put(
      "mixed.jsonl", "{\"id\":1,\"d\":\"2020-01-02\"}\n[1,2]\nnull\n5\n{\"id\":2,\"id\":3}\n\n{\"id\":4}\n");
  const auto failed = compute.read_files(request("jsonl", path));
  REQUIRE_FALSE(failed);
  CHECK(findings(failed.error(), compute.directory) ==
        "mixed.jsonl:2 the line is not a JSON object\nmixed.jsonl:3 the line is not a JSON object\n"
        "mixed.jsonl:4 the line is not a JSON object\nmixed.jsonl:5 the key `id` occurs twice in its object\n");
  const auto split = compute.read_files(request("jsonl", path, {{"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(compute.rows("FROM " + table_of(*split) + " ORDER BY id") ==
        "{\"id\":1,\"d\":\"2020-01-02\"}\n{\"id\":4,\"d\":null}");
  CHECK(split->at("rejects").as_object().at("rows").as_int64() == 4);
}

TEST_CASE("lines with keys that DuckDB would lose are found at any depth, and can be kept apart") {
  Compute compute;
  const std::string path =
      compute.put("keys.jsonl",
                  "{\"id\":1,\"a\":{\"x\":1}}\n{\"id\":2,\"a\":{\"x\":1,\"x\":2}}\n"
                  "{\"id\":3,\"a\\u0000\":1}\n{\"id\":4,\"a\":{\"x\":NaN},\"b\":[{\"x\":1,\"x\":2}]}\n");
  const auto failed = compute.read_files(request("jsonl", path));
  REQUIRE_FALSE(failed);
  CHECK(findings(failed.error(), compute.directory) ==
        "keys.jsonl:2 the key `a.x` occurs twice in its object\nkeys.jsonl:3 the key `a\\u0000` has a NUL character\n"
        "keys.jsonl:4 the key `b[].x` occurs twice in its object\n");
  const auto split = compute.read_files(request("jsonl", path, {{"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(compute.rows("FROM " + table_of(*split)) == R"({"id":1,"a":{"x":1}})");
  CHECK(split->at("rejects").as_object().at("rows").as_int64() == 3);
}

TEST_CASE("lines of JSON that are not UTF-8 are found by their own line, and can be kept apart") {
  Compute compute;
  const std::string path = compute.put("bytes.jsonl", "{\"v\":\"\xc3\xa9\"}\n{\"v\":\"\xe9\"}\n{\"v\":\"\\u00e9\"}\n");
  const auto failed = compute.read_files(request("jsonl", path));
  REQUIRE_FALSE(failed);
  CHECK(findings(failed.error(), compute.directory) == "bytes.jsonl:2 the line is not UTF-8\n");
  const auto split = compute.read_files(request("jsonl", path, {{"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(compute.rows("FROM " + table_of(*split)) == "{\"v\":\"\xc3\xa9\"}\n{\"v\":\"\xc3\xa9\"}");
  const std::string rejects(split->at("rejects").as_object().at("name").as_string());
  CHECK(compute.rows("SELECT line, content FROM " + rejects) ==
        "{\"line\":2,\"content\":\"{\\\"v\\\":\\\"\xc3\xa9\\\"}\"}");
}

TEST_CASE("columns of the paths are numbers and dates where the folders say so") {
  struct Case {
    const char* folder;
    const char* row;
  };

  for (const Case& c : {Case{"y=7", R"({"y":7})"},
                        {"y=07", R"({"y":"07"})"},
                        {"y=x", R"({"y":"x"})"},
                        {"y=2024-01-01", R"({"y":"2024-01-01"})"}}) {
    for (const char* format : {"csv", "jsonl"}) {
      INFO(c.folder << " " << format);
      Compute compute;
      std::filesystem::create_directories(compute.directory + "/" + c.folder);
      const std::string path = compute.put(fmt::format("{}/a.{}", c.folder, format),
                                           std::string_view(format) == "csv" ? "id,v\n1,a\n" : "{\"id\":1}\n");
      const auto read = compute.read_files(request(format, path, {{"options", {{"hive_partitioning", true}}}}));
      FLOE_REQUIRE_OK(read);
      CHECK(compute.rows("SELECT y FROM " + table_of(*read)) == c.row);
    }
  }
}

TEST_CASE("lines of JSON that nests too deep are found, and can be kept apart") {
  Compute compute;
  const std::string deep = std::string(300, '[') + "\"]\\\"]\"" + std::string(300, ']');
  const std::string path = compute.put("deep.jsonl", "{\"id\":1,\"v\":[1]}\n{\"id\":2,\"v\":" + deep +
                                                         "}\n{\"id\":3,\"v\":[\"" + deep.substr(0, 300) + "\"]}\n");
  const auto failed = compute.read_files(request("jsonl", path));
  REQUIRE_FALSE(failed);
  CHECK(findings(failed.error(), compute.directory) ==
        fmt::format("deep.jsonl:2 the line nests 301 levels deep, more than the {} that are read\n",
                    floe_duckdb_json_depth()));  // other tests lower it
  const auto split = compute.read_files(request("jsonl", path, {{"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(compute.rows("SELECT id FROM " + table_of(*split) + " ORDER BY id") == "{\"id\":1}\n{\"id\":3}");
  CHECK(split->at("rejects").as_object().at("rows").as_int64() == 1);
}

TEST_CASE("no line that is too long is lost") {
  Compute compute;

  struct Case {
    const char* name;
    std::string content;
    json::object options;
    std::string problem;
  };

  const std::string json = "{\"a\":\"" + std::string(42 << 20, 'x') + "\"}\n{\"a\":\"y\"}\n";
  const std::string csv = "a\n1\n" + std::string(42 << 20, 'x') + "\n2\n";
  std::string wide = std::string(100, 'h');
  for (int i = 1; i < 1000; ++i)
    wide += "," + std::string(96, 'h') + std::to_string(i);
  const json::object large_json{{"maximum_object_size", 30 << 20}};
  const json::object large_csv{{"max_line_size", 50 << 20}};
  const json::object small_csv{{"max_line_size", 50000}};
  const std::vector<Case> cases{
      {"l.jsonl",
       json,
       {},
       "a line of `{}` is longer than 16777216 bytes; the option `maximum_object_size` allows more"},
      {"l.jsonl", json, large_json, ""},
      {"l.csv", csv, {}, "a line of `{}` is longer than 2000000 bytes; the option `max_line_size` allows more"},
      {"l.csv", csv, small_csv, "a line of `{}` is longer than 50000 bytes; the option `max_line_size` allows more"},
      {"l.csv", csv, large_csv, ""},
      {"h.csv", std::string(100000, 'h') + "\n1\n", small_csv,
       "the header of `{}` is longer than 50000 bytes; the option `max_line_size` allows more"},
      {"h.csv", wide + "\n1" + std::string(999, ',') + "\n", {}, ""},
  };
  for (const Case& c : cases) {
    const std::string path = compute.put(c.name, c.content);
    for (const char* on_error : {"fail", "rejects"}) {
      INFO(c.name << " " << to_json(c.options) << " " << on_error);
      const auto read = compute.read_files(
          request(path.ends_with("csv") ? "csv" : "jsonl", path, {{"on_error", on_error}, {"options", c.options}}));
      CHECK((read ? "" : read.error().message) == fmt::format(fmt::runtime(c.problem), path));
    }
  }
}

TEST_CASE("types are inferred down to 32 levels, and deeper values are text") {
  Compute compute;
  const std::string path =
      compute.put("levels.jsonl", "{\"a\":" + std::string(40, '[') + "1" + std::string(40, ']') + ",\"b\":[[1]]}\n");
  const auto type_of = [&](json::object options, const std::string& column) {
    const auto read = compute.read_files(request("jsonl", path, {{"options", std::move(options)}}));
    FLOE_REQUIRE_OK(read);
    return compute.rows("SELECT typeof(" + column + ") AS t FROM " + table_of(*read));
  };
  CHECK(type_of({}, "a") == R"({"t":"VARCHAR)" + text::replace_all(std::string(31, '['), "[", "[]") + R"("})");
  CHECK(type_of({}, "b") == R"({"t":"BIGINT[][]"})");
  CHECK(type_of({{"maximum_depth", 2}}, "b") == R"({"t":"JSON[]"})");
  CHECK(type_of({{"maximum_depth", -1}}, "a") ==
        R"({"t":"BIGINT)" + text::replace_all(std::string(40, '['), "[", "[]") + R"("})");
}

TEST_CASE("a file without columns is refused") {
  Compute compute;

  struct Case {
    const char* name;
    const char* content;
    const char* problem;
  };

  const auto c =
      GENERATE(Case{"e.jsonl", "", "no line of `{}` is a JSON object with a key, so its columns are not known"},
               Case{"k.jsonl", "{}\n{}\n", "no line of `{}` is a JSON object with a key, so its columns are not known"},
               Case{"e.csv", "", "`{}` is empty; a CSV file begins with the names of its columns"});
  const std::string path = compute.put(c.name, c.content);
  const auto read = compute.read_files(request(path.ends_with("csv") ? "csv" : "jsonl", path));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::kData);
  CHECK(read.error().message == fmt::format(fmt::runtime(c.problem), path));
}

TEST_CASE("a column of a file has a name of bounded length") {
  Compute compute;
  const std::string longest(1024, 'n');
  const std::string longer = longest + "n";

  struct Case {
    const char* file;
    std::string content;
    bool is_refused;
  };

  const std::vector<Case> cases = {
      {"longest.csv", longest + "\n1\n", false}, {"longest.jsonl", "{\"" + longest + "\":1}\n", false},
      {"longer.csv", longer + "\n1\n", true},    {"longer.jsonl", "{\"" + longer + "\":1}\n", true},
      {"no_newline.csv", longer, true},
  };
  for (const Case& c : cases) {
    INFO(c.file);
    const std::string path = compute.put(c.file, c.content);
    const auto read = compute.read_files(request(path.ends_with("csv") ? "csv" : "jsonl", path));
    REQUIRE(read.has_value() != c.is_refused);
    if (read) continue;
    CHECK(read.error().code == ErrorCode::kData);
    CHECK(read.error().message == "`" + path + "` has a column whose name `" + text::shortened(longer, 40) +
                                      "` is 1025 bytes long; a name has at most 1024");
  }
}

TEST_CASE("a quote that is not closed is found by its line") {
  Compute compute;
  const std::string path = compute.put("quote.csv", "id,day\n1,2020-01-02\n2,\"open\n3,2020-01-03\n");
  const auto failed = compute.read_files(request("csv", path));
  REQUIRE_FALSE(failed);
  CHECK(findings(failed.error(), compute.directory) == "quote.csv:3 Value with unterminated quote found.\n");
  const auto split = compute.read_files(request("csv", path, {{"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(compute.rows("FROM " + table_of(*split)) == "{\"id\":1,\"day\":\"2020-01-02\"}");
  CHECK(split->at("rejects").as_object().at("rows").as_int64() == 1);
}

TEST_CASE("JSON lines are inferred, nested values included") {
  Compute compute;
  const std::string path =
      compute.put("n.jsonl", "{\"id\":1,\"s\":{\"a\":[1,2]},\"d\":\"2020-01-02\"}\n{\"id\":2,\"extra\":1.5}\n");
  const auto result = compute.read_files(request("jsonl", path));
  FLOE_REQUIRE_OK(result);
  CHECK(compute.rows("FROM " + table_of(*result)) ==
        "{\"id\":1,\"s\":{\"a\":[1,2]},\"d\":\"2020-01-02\",\"extra\":null}\n{\"id\":2,\"s\":null,\"d\":null,\"extra\":"
        "1.5}");
}

TEST_CASE("Parquet files are read, by columns and as text") {
  Compute compute;
  const std::string path = compute.directory + "/p.parquet";
  FLOE_REQUIRE_OK(compute.execute("COPY (SELECT 1 AS id, 1.50 AS x) TO '" + path + "' (FORMAT parquet)"));
  const auto plain = compute.read_files(request("parquet", path));
  FLOE_REQUIRE_OK(plain);
  CHECK(compute.rows("FROM " + table_of(*plain)) == R"({"id":1,"x":1.5})");
  const auto text = compute.read_files(request("parquet", path, {{"text_columns", true}}));
  FLOE_REQUIRE_OK(text);
  CHECK(compute.rows("FROM " + table_of(*text)) == R"({"id":"1","x":"1.50"})");
}

TEST_CASE("bad requests for files say what is accepted") {
  Compute compute;
  const std::string path = compute.put("c.csv", "id\n1\n");
  const auto option = compute.read_files(request("csv", path, {{"options", json::object{{"delimeter", ","}}}}));
  REQUIRE_FALSE(option);
  CHECK(option.error().message == "CSV files have no option `delimeter`; write `delimiter`");
  const auto format = compute.read_files(request("xml", path));
  REQUIRE_FALSE(format);
  CHECK(format.error().message == "unknown file format `xml`; known are csv, jsonl, parquet");
  const auto missing = compute.read_files(request("csv", compute.directory + "/none.csv"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::kIo);
  CHECK(missing.error().message.find("none.csv") != std::string::npos);
}

TEST_CASE("raw files bind as a relation") {
  Compute compute;
  const std::string path = compute.put("c.csv", "id,x\n1,a\n");
  json::object scan = request("csv", path, {{"options", json::object{{"header", true}}}, {"columns", nullptr}});
  scan["relation"] = json::object{{"database", "floe"}, {"schema", "raw"}, {"name", "c"}};
  scan["kind"] = "files";
  scan["key"] = "c";
  FLOE_REQUIRE_OK(compute.bind({scan}));
  CHECK(compute.rows("FROM floe.raw.c") == R"({"id":1,"x":"a"})");
}

TEST_CASE("rows are fitted to the table they go to") {
  Compute compute;
  const json::array table{json::object{{"name", "ID"}, {"type", "int"}, {"sql_type", nullptr}},
                          json::object{{"name", "code"}, {"type", "string"}, {"sql_type", "VARCHAR"}},
                          json::object{{"name", "day"}, {"type", "date"}, {"sql_type", "DATE"}},
                          json::object{{"name", "gone"}, {"type", "long"}, {"sql_type", "BIGINT"}}};
  const std::string csv =
      compute.put("c.csv",
                  "id,code,day,new\n1,007,2020-01-02,x\n2,08,2020-01-02 10:00,y\n1.5,9,2020-01-02,z\n"
                  "1,8,2020-01-03,v\n");

  struct Case {
    json::object fit;
    std::string rows;
    std::string said;
  };

  const std::string misfits =
      R"([{"column":"id","sql_type":"DOUBLE","table_type":"INTEGER","rows":1,"examples":[{"row":3,"value":"1.5"}]},)"
      R"({"column":"day","sql_type":"VARCHAR","table_type":"DATE","rows":1,"examples":[{"row":2,"value":"2020-01-02 10:00"}]}])";
  const std::vector<Case> cases{
      {{{"columns", table}},
       R"({"id":1.0,"code":"007","day":"2020-01-02","new":"x"}
{"id":2.0,"code":"08","day":"2020-01-02 10:00","new":"y"}
{"id":1.5,"code":"9","day":"2020-01-02","new":"z"}
{"id":1.0,"code":"8","day":"2020-01-03","new":"v"})",
       R"({"unknown":["new"],"misfits":)" + misfits +
           R"(,"dropped_rows":0,"keyless":null,"superseded_rows":0,"partial":[]})"},
      {{{"columns", table}, {"exact", true}},
       R"({"id":1,"code":"007","day":"2020-01-02"}
{"id":1,"code":"8","day":"2020-01-03"})",
       R"({"unknown":["new"],"misfits":)" + misfits +
           R"(,"dropped_rows":2,"keyless":null,"superseded_rows":0,"partial":[]})"},
      {{{"columns", table}, {"complete", true}, {"keys", json::array{"id"}}},
       R"({"id":1,"code":"8","day":"2020-01-03","gone":null})",
       R"({"unknown":["new"],"misfits":)" + misfits +
           R"(,"dropped_rows":2,"keyless":null,"superseded_rows":1,"partial":[]})"},
      {{{"columns", table}, {"complete", true}, {"keys", json::array{"id", "gone"}}},
       R"({"id":1,"code":"007","day":"2020-01-02","gone":null}
{"id":1,"code":"8","day":"2020-01-03","gone":null})",
       R"({"unknown":["new"],"misfits":)" + misfits +
           R"(,"dropped_rows":2,"keyless":{"rows":2,"examples":[1,2]},"superseded_rows":0,"partial":[]})"},
  };
  for (const Case& c : cases) {
    const auto result = compute.read_files(request("csv", csv, {{"fit", c.fit}}));
    FLOE_REQUIRE_OK(result);
    CHECK(compute.rows("FROM " + table_of(*result)) == c.rows);
    // Where the table has all types, those of the texts are not looked for.
    const bool is_exact = c.fit.contains("exact") || c.fit.contains("complete");
    CHECK(to_json(result->at("fit")) == (is_exact ? text::replace_all(c.said, "DOUBLE", "VARCHAR") : c.said));
  }
}

TEST_CASE("a column named rowid is no row number: the last row of a key stays, misfits have their place") {
  Compute compute;
  const std::string csv = compute.put("r.csv", "id,RowId,s\n1,z,1\n2,y,2\n1,a,3\n2,b,x\n");
  const json::array table{json::object{{"name", "id"}, {"type", "int"}, {"sql_type", "INTEGER"}},
                          json::object{{"name", "rowid"}, {"type", "string"}, {"sql_type", "VARCHAR"}},
                          json::object{{"name", "s"}, {"type", "int"}, {"sql_type", "INTEGER"}}};
  const std::string misfits =
      R"([{"column":"s","sql_type":"VARCHAR","table_type":"INTEGER","rows":1,"examples":[{"row":4,"value":"x"}]}])";

  struct Case {
    json::object fit;
    std::string rows;
    std::string said;
  };

  const std::vector<Case> cases{
      {{{"columns", table}, {"exact", true}, {"keys", json::array{"id"}}},
       R"({"id":2,"RowId":"y","s":2}
{"id":1,"RowId":"a","s":3})",
       R"({"unknown":[],"misfits":)" + misfits +
           R"(,"dropped_rows":1,"keyless":null,"superseded_rows":1,"partial":[]})"},
      {{{"columns", json::array()}, {"keys", json::array{"id"}}},
       R"({"id":1,"RowId":"a","s":"3"}
{"id":2,"RowId":"b","s":"x"})",
       R"({"unknown":[],"misfits":[],"dropped_rows":0,"keyless":null,"superseded_rows":2,"partial":[]})"},
      {{{"columns", json::array()}, {"keys", json::array{"rowid"}}},
       R"({"id":1,"RowId":"z","s":"1"}
{"id":2,"RowId":"y","s":"2"}
{"id":1,"RowId":"a","s":"3"}
{"id":2,"RowId":"b","s":"x"})",
       R"({"unknown":[],"misfits":[],"dropped_rows":0,"keyless":null,"superseded_rows":0,"partial":[]})"},
  };
  for (const Case& c : cases) {
    const auto result = compute.read_files(request("csv", csv, {{"fit", c.fit}}));
    FLOE_REQUIRE_OK(result);
    CHECK(compute.rows("FROM " + table_of(*result)) == c.rows);
    CHECK(to_json(result->at("fit")) == c.said);
  }
}

TEST_CASE("the first line of a CSV file is its header, whatever the rows below look like") {
  Compute compute;
  std::string rows = "id,name\n";
  for (int i = 1; i <= 20; ++i)
    rows += fmt::format("{},n\n", i);
  const std::string path = compute.put("ragged.csv", rows + "21,x,y\n");
  const auto failed = compute.read_files(request("csv", path));
  REQUIRE_FALSE(failed);
  CHECK(findings(failed.error(), compute.directory) == "ragged.csv:22 Expected Number of Columns: 2 Found: 3\n");
  const auto split = compute.read_files(request("csv", path, {{"on_error", "rejects"}}));
  FLOE_REQUIRE_OK(split);
  CHECK(compute.rows("SELECT count(*) AS n, max(id) AS id, min(name) AS name FROM " + table_of(*split)) ==
        R"({"n":20,"id":20,"name":"n"})");
  CHECK(split->at("rejects").as_object().at("rows").as_int64() == 1);
  const auto hash = compute.read_files(request("csv", compute.put("hash.csv", "id\tname\n#1\ta\n")));
  FLOE_REQUIRE_OK(hash);
  CHECK(compute.rows("FROM " + table_of(*hash)) == R"({"id":"#1","name":"a"})");
}

TEST_CASE("columns are found by name, or in the order of the file") {
  Compute compute;
  const json::array columns{json::object{{"name", "ID"}, {"sql_type", "BIGINT"}},
                            json::object{{"name", "x"}, {"sql_type", "VARCHAR"}}};
  const std::string csv = compute.put("c.csv", "x,id\n1,2\n");
  const std::string jsonl = compute.put("c.jsonl", "{\"x\":\"1\",\"id\":2}\n");
  for (const std::string& path : {csv, jsonl}) {
    const auto read = compute.read_files(request(path == csv ? "csv" : "jsonl", path, {{"columns", columns}}));
    FLOE_REQUIRE_OK(read);
    CHECK(compute.rows("FROM " + table_of(*read)) == R"({"ID":2,"x":"1"})");
  }
  const auto ordered = compute.read_files(request("csv", csv, {{"columns", columns}, {"by_position", true}}));
  FLOE_REQUIRE_OK(ordered);
  CHECK(compute.rows("FROM " + table_of(*ordered)) == R"({"ID":1,"x":"2"})");
}

TEST_CASE("the delimiter of a CSV file is the one by which its first row has the fields of its header") {
  Compute compute;

  struct Case {
    const char* content;
    bool header;
    const char* names;
  };

  const std::array cases{Case{"id,state (new|open)\n1,new\n", true, "id state (new|open)"},
                         Case{"id;\"a,b\"\n1;x\n", true, "id a,b"},
                         Case{"id|\"a\n,b\"\n1|x\n", true, "id a\n,b"},
                         Case{"id\tx;y\n1\tz\n", true, "id x;y"},
                         Case{"name;price, net\n\na;1\n", true, "name price, net"},
                         Case{"1,a;b;c\n", false, "column0 column1"}};
  for (const Case& c : cases) {
    const auto read =
        compute.read_files(request("csv", compute.put("d.csv", c.content), {{"options", {{"header", c.header}}}}));
    FLOE_REQUIRE_OK(read);
    const json::array& columns = read->at("columns").as_array();
    REQUIRE(columns.size() == 2);
    CHECK(get_string_or(columns[0].as_object(), "name", "") + " " + get_string_or(columns[1].as_object(), "name", "") ==
          c.names);
  }
  for (const char* content : {"name;price, net\na;1,5\n", "name;price, net\n", "id|a;b\n1\n"}) {
    const std::string path = compute.put("d.csv", content);
    const auto read = compute.read_files(request("csv", path, {{"on_error", "rejects"}}));
    REQUIRE_FALSE(read);
    CHECK(read.error().message.starts_with("the header of `" + path + "` has both `"));
  }
}

TEST_CASE("names of a header that are one column to a table are refused") {
  Compute compute;

  for (const char* content : {"id,v,V\n1,x,y\n", "id;v ;v\n1;x;y\n", "v,\"a,b\",\"A,b\"\n1,2,3\n"}) {
    for (const char* on_error : {"fail", "rejects"}) {
      const std::string path = compute.put("n.csv", content);
      const auto read = compute.read_files(request("csv", path, {{"on_error", on_error}}));
      REQUIRE_FALSE(read);
      CHECK(read.error().message.starts_with("the header of `" + path + "` has both `"));
      CHECK(read.error().message.ends_with("which are one column to a table; rename one of them"));
    }
  }
}

TEST_CASE("a byte order mark before a quoted name with a delimiter is refused") {
  Compute compute;
  for (const char* on_error : {"fail", "rejects"}) {
    const std::string path = compute.put("n.csv", "\xEF\xBB\xBF\"Last, First\",id\n\"Doe, Jane\",1\n");
    const auto read = compute.read_files(request("csv", path, {{"on_error", on_error}}));
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "`" + path + "` has a byte order mark before a quoted name with a delimiter in it, " +
                                      "which DuckDB does not read; write the file without the mark");
    const std::string plain = compute.put("n.csv", "\xEF\xBB\xBF\"Last; First\",\"id\"\nDoe,1\n");
    const auto rows = compute.read_files(request("csv", plain, {{"on_error", on_error}}));
    FLOE_REQUIRE_OK(rows);
    CHECK(compute.rows("FROM " + table_of(*rows)) == R"({"Last; First":"Doe","id":1})");
  }
}

TEST_CASE("several CSV files are read whatever is before and in their headers") {
  Compute compute;

  struct Case {
    const char* first;
    const char* second;
    const char* rows;
  };

  const std::array cases{
      Case{"\"a\nx\",b\n1,2\n", "\"a\nx\",b\r\n3,4\r\n", "{\"a\\nx\":1,\"b\":2}\n{\"a\\nx\":3,\"b\":4}"},
      Case{"a,a,b\n1,2,3\n", "a,a,b\n4,5,6\n", "{\"a\":1,\"a_1\":2,\"b\":3}\n{\"a\":4,\"a_1\":5,\"b\":6}"},
      Case{"", "a\n1\n", "{\"a\":1}"},
      Case{"\n\na,b\n1,2\n", "\r\na,b\r\n3,4\r\n", "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}"},
      Case{"a,b\n007,2\n", "\na,b\nx,4\n", "{\"a\":\"007\",\"b\":2}\n{\"a\":\"x\",\"b\":4}"}};
  for (const Case& c : cases) {
    for (const char* on_error : {"fail", "rejects"}) {
      const json::array paths{compute.put("1.csv", c.first), compute.put("2.csv", c.second)};
      const auto read = compute.read_files(json::object{{"format", "csv"}, {"paths", paths}, {"on_error", on_error}});
      FLOE_REQUIRE_OK(read);
      CHECK(compute.rows("FROM " + table_of(*read)) == c.rows);
    }
  }
}

TEST_CASE("rejects of several CSV files are kept with the names of the files") {
  Compute compute;
  const json::array paths{compute.put("1.csv", "a,b\n1,2\n"), compute.put("2.csv", "a,b\n3,4\n5\n")};
  json::object asked{{"format", "csv"}, {"paths", paths}, {"on_error", "rejects"}, {"options", {{"filename", true}}}};
  const auto read = compute.read_files(asked);
  FLOE_REQUIRE_OK(read);
  CHECK(compute.rows("SELECT a, b, parse_filename(filename) AS file FROM " + table_of(*read)) ==
        "{\"a\":1,\"b\":2,\"file\":\"1.csv\"}\n{\"a\":3,\"b\":4,\"file\":\"2.csv\"}");
  CHECK(read->at("rejects").as_object().at("rows").as_int64() == 1);
  asked["options"] = json::object{{"normalize_names", true}};
  FLOE_REQUIRE_OK(compute.read_files(asked));
  asked["options"] = json::object{{"quote", "auto"}};
  const auto open = compute.read_files(asked);
  REQUIRE_FALSE(open);
  CHECK(open.error().message.starts_with("rejects of several files need `columns`, or a `quote`"));
}

TEST_CASE("a header is read within the limits of the options") {
  Compute compute;
  const std::string path = compute.put("long.csv", std::string(3000000, 'x') + ",1\n2,3\n");
  const json::object options{{"header", false}, {"max_line_size", 10000000}};
  const auto read = compute.read_files(request("csv", path, {{"options", options}}));
  FLOE_REQUIRE_OK(read);
  CHECK(read->at("rows").as_int64() == 2);
}

TEST_CASE("a table has as many columns as the limit") {
  Compute compute;
  const auto row = [](int columns) {
    std::string text;
    for (int i = 0; i < columns; ++i)
      text += (i > 0 ? ",c" : "c") + std::to_string(i);
    return text + "\n" + text + "\n";
  };
  const auto read = compute.read_files(request("csv", compute.put("wide.csv", row(10000)), {}));
  FLOE_REQUIRE_OK(read);
  CHECK(read->at("columns").as_array().size() == 10000);
  const std::string wider = compute.put("wider.csv", row(10001));
  const auto refused = compute.read_files(request("csv", wider, {}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message ==
        "the first line of `" + wider + "` has more than 10000 columns, which no table may have");
  const auto staged = compute.stage("SELECT * FROM read_csv('" + wider + "')");
  REQUIRE_FALSE(staged);
  CHECK(staged.error().message ==
        "there are 10001 columns, more than the 10000 that a table may have; keep some, or make rows of them with "
        "UNPIVOT");
}

TEST_CASE("headers that would make all rows vanish are refused") {
  Compute compute;

  struct Case {
    const char* content;
    const char* problem;
  };

  const auto c =
      GENERATE(Case{"a,\"b\n1,2\n", "the header of `{}` has a quote that is never closed"},
               Case{"\r\na,b\n1,2\n",
                    "`{}` begins with an empty line that ends in another newline than its header; remove the line"});
  const std::string path = compute.put("h.csv", c.content);
  const auto read = compute.read_files(request("csv", path, {{"on_error", "rejects"}}));
  REQUIRE_FALSE(read);
  CHECK(read.error().message == fmt::format(fmt::runtime(c.problem), path));
}
