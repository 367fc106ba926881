#include "compute_fixture.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

json::object view_scan(const std::string& name, const std::string& key, const std::string& sql) {
  return {{"relation", json::object{{"database", "floe"}, {"schema", "main"}, {"name", name}}},
          {"kind", "view"},
          {"key", key},
          {"sql", sql}};
}

struct Written {
  TableShape shape;
  json::array files;
};

Written write_table(Compute& compute, const std::string& sql) {
  const auto described = compute.describe(sql);
  FLOE_REQUIRE_OK(described);
  Written written{shape_of(*described, compute.directory), {}};
  const auto result = compute.write(written.shape.request, sql);
  FLOE_REQUIRE_OK(result);
  written.files = result->at("files").as_array();
  return written;
}

// The files with a layout: the number of one in the scan's `layouts`.
json::array with_layout(const json::array& files, int layout) {
  json::array result;
  for (json::value file : files) {
    file.as_object()["layout"] = layout;
    result.push_back(std::move(file));
  }
  return result;
}

json::object layout_scan(const json::array& columns, const json::array& files, const json::array& layouts) {
  json::object scan = iceberg_scan("t", "1", columns, files);
  scan["layouts"] = layouts;
  return scan;
}

json::array schema_fields(const std::string& text) {
  const auto parsed = parse_json(text);
  FLOE_REQUIRE_OK(parsed);
  return parsed->as_array();
}

}  // namespace

TEST_CASE("an equal key is a no-op, a new key binds anew, names compare without case") {
  Compute compute;
  FLOE_REQUIRE_OK(compute.bind({view_scan("V", "1", "select 1 as a")}));
  FLOE_REQUIRE_OK(compute.bind({view_scan("v", "1", "select 2 as a")}));
  CHECK(compute.rows("FROM floe.main.v") == R"({"a":1})");
  FLOE_REQUIRE_OK(compute.bind({view_scan("v", "2", "select 2 as a; -- end")}));
  CHECK(compute.rows("FROM main.V") == R"({"a":2})");
  floe_call call;
  CHECK(*compute.client.bound(&call, compute.session) == R"({"relations":[{"schema":"main","name":"v","key":"2"}]})");
  FLOE_REQUIRE_OK(
      compute.client.unbind(&call, compute.session, R"([{"schema":"MAIN","name":"V"},{"schema":"x","name":"none"}])"));
  CHECK(*compute.client.bound(&call, compute.session) == R"({"relations":[]})");
  CHECK(compute.rows("FROM v").starts_with("error: Catalog Error: Table with name v does not exist!"));
}

TEST_CASE("a view is made anew when what it reads changes its columns") {
  Compute compute;
  FLOE_REQUIRE_OK(compute.bind({view_scan("base", "1", "select 1 as a"), view_scan("top", "t", "select * from base")}));
  FLOE_REQUIRE_OK(
      compute.bind({view_scan("base", "2", "select 'x' as a, 2 as b"), view_scan("top", "t", "select * from base")}));
  CHECK(compute.rows("FROM top") == R"({"a":"x","b":2})");
}

TEST_CASE("a table without files is a typed empty relation") {
  Compute compute;
  const json::array columns = schema_fields(R"([{"id":1,"name":"id","type":"int","sql_type":"UTINYINT"},
    {"id":2,"name":"s","type":{"type":"struct","fields":[{"id":3,"name":"x","type":"date","required":false}]}}])");
  FLOE_REQUIRE_OK(compute.bind({iceberg_scan("t", "1", columns, {})}));
  CHECK(compute.rows("SELECT column_name AS n, column_type AS t FROM (DESCRIBE FROM t)") ==
        "{\"n\":\"id\",\"t\":\"UTINYINT\"}\n{\"n\":\"s\",\"t\":\"STRUCT(x DATE)\"}");
  CHECK(compute.rows("FROM t") == "");
}

TEST_CASE("files are read by field id: renamed, promoted, dropped and added columns") {
  Compute compute;
  const Written written =
      write_table(compute, "select 7::int as old_name, 'x' as gone, 1.5::decimal(4,1) as d, 2.5::float as f");
  const json::array columns =
      schema_fields(R"j([{"id":1,"name":"new_name","type":"long"},{"id":3,"name":"d","type":"decimal(9,1)"},
    {"id":4,"name":"f","type":"double"},{"id":9,"name":"gone","type":"timestamptz"}])j");
  FLOE_REQUIRE_OK(compute.bind({iceberg_scan("t", "1", columns, written.files)}));
  CHECK(compute.rows("FROM t") == R"({"new_name":7,"d":1.5,"f":2.5,"gone":null})");
  CHECK(compute.rows("SELECT string_agg(column_type, ' ') AS t FROM (DESCRIBE FROM t)") ==
        R"j({"t":"BIGINT DECIMAL(9,1) DOUBLE TIMESTAMP WITH TIME ZONE"})j");
}

TEST_CASE("nested fields are read by id too, in files of different layouts") {
  Compute compute;
  const Written first =
      write_table(compute,
                  "select 1 as id, {'a': 1, 'b': 'x'} as s, [{'p': 1}] as l, MAP {'k': {'q': 5}} as m "
                  "union all select 2, null, null, null");
  // ids: id 1, s 2, l 3, m 4; a 5, b 6; element 7, p 8; key 9, value 10, q 11. Renamed: a->a2, p->p2, q->q2; b dropped
  // and added again as 12.
  const json::array columns = schema_fields(R"([
    {"id":1,"name":"id","type":"int"},
    {"id":2,"name":"s","type":{"type":"struct","fields":[{"id":12,"name":"b","type":"string"},{"id":5,"name":"a2","type":"long"}]}},
    {"id":3,"name":"l","type":{"type":"list","element-id":7,"element":{"type":"struct","fields":[{"id":8,"name":"p2","type":"int"}]}}},
    {"id":4,"name":"m","type":{"type":"map","key-id":9,"key":"string","value-id":10,"value":{"type":"struct","fields":[{"id":11,"name":"q2","type":"int"}]}}}])");
  json::object request = first.shape.request;
  request["schema"] = json::object{{"type", "struct"}, {"schema-id", 1}, {"fields", columns}};
  request["columns"] = json::array();
  const auto second =
      compute.write(request, "select 3 as id, {'b': 'new', 'a2': 3} as s, [{'p2': 3}] as l, MAP {'k': {'q2': 3}} as m");
  FLOE_REQUIRE_OK(second);
  json::array files = with_layout(first.files, 0);
  files.push_back(with_layout(second->at("files").as_array(), 1)[0]);
  const json::array layouts = {json::object{{"columns", first.shape.columns}}, json::object{{"columns", columns}}};
  FLOE_REQUIRE_OK(compute.bind({layout_scan(columns, files, layouts)}));
  CHECK(compute.rows("FROM t ORDER BY id") ==
        "{\"id\":1,\"s\":{\"b\":null,\"a2\":1},\"l\":[{\"p2\":1}],\"m\":{\"k\":{\"q2\":5}}}\n"
        "{\"id\":2,\"s\":null,\"l\":null,\"m\":null}\n"
        "{\"id\":3,\"s\":{\"b\":\"new\",\"a2\":3},\"l\":[{\"p2\":3}],\"m\":{\"k\":{\"q2\":3}}}");
}

TEST_CASE("constants stand in only where a file lacks the column") {
  Compute compute;
  const Written written = write_table(compute, "select 1 as id");
  const Written full = write_table(compute, "select 2 as id, date '2021-01-01' as day, 'own' as region");
  json::array files;
  for (json::value file : with_layout(written.files, 0)) {
    file.as_object()["constants"] = json::object{{"2", "2020-02-29"}, {"3", nullptr}};
    files.push_back(file);
  }
  for (json::value file : with_layout(full.files, 1)) {
    file.as_object()["constants"] = json::object{{"2", "1999-01-01"}, {"3", "other"}};
    files.push_back(file);
  }
  const json::array layouts = {json::object{{"columns", written.shape.columns}},
                               json::object{{"columns", full.shape.columns}}};
  FLOE_REQUIRE_OK(compute.bind({layout_scan(full.shape.columns, files, layouts)}));
  CHECK(compute.rows("FROM t ORDER BY id") ==
        "{\"id\":1,\"day\":\"2020-02-29\",\"region\":null}\n"
        "{\"id\":2,\"day\":\"2021-01-01\",\"region\":\"own\"}");
}

TEST_CASE("columns that a file lacks read as their initial default") {
  Compute compute;
  const Written written = write_table(compute, "select 1 as id, {'a': 1} as s");
  const json::array columns = schema_fields(R"j([
    {"id":1,"name":"id","type":"int"},
    {"id":2,"name":"s","type":{"type":"struct","fields":[{"id":3,"name":"a","type":"int"},
       {"id":9,"name":"b","type":"string","initial-default":"it's"}]}},
    {"id":10,"name":"n","type":"long","initial_default":42},
    {"id":11,"name":"d","type":"date","initial_default":"2020-02-29"},
    {"id":12,"name":"dec","type":"decimal(9,2)","initial_default":"1.50"},
    {"id":13,"name":"bin","type":"binary","initial_default":"00ff"},
    {"id":14,"name":"ts","type":"timestamptz","initial_default":"2020-01-01T00:00:00+00:00"},
    {"id":15,"name":"u","type":"uuid","initial_default":"f79c3e09-677c-4bbd-a479-3f349cb785e7"},
    {"id":16,"name":"none","type":"int","initial_default":null},
    {"id":17,"name":"st","type":{"type":"struct","fields":[{"id":18,"name":"x","type":"int","initial-default":7}]},
     "initial_default":{}}])j");
  const json::array layouts = {json::object{{"columns", written.shape.columns}}};
  FLOE_REQUIRE_OK(compute.execute("set TimeZone = 'UTC'"));
  FLOE_REQUIRE_OK(compute.bind({layout_scan(columns, with_layout(written.files, 0), layouts)}));
  CHECK(compute.rows("FROM t") ==
        R"({"id":1,"s":{"a":1,"b":"it's"},"n":42,"d":"2020-02-29","dec":1.5,"bin":"\\x00\\xFF",)"
        R"("ts":"2020-01-01 00:00:00+00","u":"f79c3e09-677c-4bbd-a479-3f349cb785e7","none":null,"st":{"x":7}})");
  const json::array lists = schema_fields(
      R"([{"id":9,"name":"l","type":{"type":"list","element-id":10,"element":"int"},"initial_default":[1]}])");
  json::object scan = layout_scan(lists, with_layout(written.files, 0), layouts);
  scan["key"] = "2";
  CHECK(compute.bind({scan}).error().to_string() ==
        "bind `main.t`: the column `l`: a default value of a list, a map or a whole struct is not read");
}

TEST_CASE("defaults have their NUL characters") {
  Compute compute;
  const Written written = write_table(compute, "select 1 as id");
  const json::array columns = schema_fields(R"j([
    {"id":1,"name":"id","type":"int"},
    {"id":2,"name":"s","type":"string","initial_default":"it's\u0000\u0000b"},
    {"id":3,"name":"t","type":{"type":"struct","fields":[{"id":4,"name":"x","type":"string","initial-default":"\u0000"}]},
     "initial_default":{}}])j");
  const json::array layouts = {json::object{{"columns", written.shape.columns}}};
  FLOE_REQUIRE_OK(compute.bind({layout_scan(columns, with_layout(written.files, 0), layouts)}));
  CHECK(compute.rows("SELECT hex(s) AS s, hex(t.x) AS x FROM t") == R"({"s":"69742773000062","x":"00"})");
}

TEST_CASE("SQL with a NUL character is refused, not cut") {
  Compute compute;
  const std::string sql("SELECT 1 AS a\0, 2 AS b", 22);
  const auto staged = compute.stage(sql);
  REQUIRE_FALSE(staged);
  CHECK(
      staged.error().message ==
      "the SQL has a NUL character at byte 14, which DuckDB does not read; write chr(0) in an expression, names cannot "
      "have one");
}

TEST_CASE("a struct none of whose fields are in the file is NULL where it was") {
  Compute compute;
  const Written written = write_table(compute, "select 1 as id, {'x': 7} as s union all select 2, null");
  const json::array columns = schema_fields(R"([{"id":1,"name":"id","type":"int"},
    {"id":2,"name":"s","type":{"type":"struct","fields":[{"id":9,"name":"y","type":"string"},{"id":10,"name":"x","type":"date"}]}}])");
  const json::array layouts = {json::object{{"columns", written.shape.columns}}};
  FLOE_REQUIRE_OK(compute.bind({layout_scan(columns, with_layout(written.files, 0), layouts)}));
  CHECK(compute.rows("FROM t ORDER BY id") == "{\"id\":1,\"s\":{\"y\":null,\"x\":null}}\n{\"id\":2,\"s\":null}");
}

TEST_CASE("a relation that is refused has its columns, and fails where it is read") {
  Compute compute;
  const json::object refused{
      {"relation", json::object{{"schema", "main"}, {"name", "r"}}},
      {"kind", "refused"},
      {"key", "1"},
      {"columns", schema_fields(R"([{"id":1,"name":"a","type":"int"},{"id":2,"name":"v","type":"variant"}])")},
      {"message", "table `main.r` isn't read"}};
  FLOE_REQUIRE_OK(compute.bind({refused}));
  CHECK(compute.rows("SELECT string_agg(column_name || ' ' || data_type, ', ') AS c FROM information_schema.columns "
                     "WHERE table_name = 'r'") == R"({"c":"a INTEGER, v VARCHAR"})");
  CHECK(compute.rows("SELECT count(*) AS n FROM r").find("table `main.r` isn't read") != std::string::npos);
}

TEST_CASE("files without field ids are read by the names that a layout gives") {
  Compute compute;
  const std::string path = compute.directory + "/plain.parquet";
  FLOE_REQUIRE_OK(compute.execute(
      "copy (select 7::int as a, {'p': 1::int, 'q': 'x'} as s, [{'v': 1::int}] as l, 'gone' as g) to '" + path +
      "' (format parquet)"));
  const json::array columns = schema_fields(R"([
    {"id":1,"name":"renamed","type":"long"},
    {"id":2,"name":"s","type":{"type":"struct","fields":[{"id":3,"name":"q2","type":"string"},{"id":4,"name":"p","type":"long"}]}},
    {"id":5,"name":"l","type":{"type":"list","element-id":6,"element":{"type":"struct","fields":[{"id":7,"name":"v","type":"long"}]}}},
    {"id":8,"name":"g","type":"string"}])");
  const json::array layouts = schema_fields(R"([{"by_name":true,"columns":[
    {"id":1,"name":"a","type":"int"},
    {"id":2,"name":"s","type":{"type":"struct","fields":[{"id":4,"name":"p","type":"int"},{"id":3,"name":"q","type":"string"}]}},
    {"id":5,"name":"l","type":{"type":"list","element-id":6,"element":{"type":"struct","fields":[{"id":7,"name":"v","type":"int"}]}}}]}])");
  const json::array files = {json::object{{"path", path}, {"record_count", 1}, {"layout", 0}}};
  FLOE_REQUIRE_OK(compute.bind({layout_scan(columns, files, layouts)}));
  CHECK(compute.rows("FROM t") == R"({"renamed":7,"s":{"q2":"x","p":1},"l":[{"v":1}],"g":null})");
  CHECK(compute.rows("SELECT string_agg(column_type, ' ') AS t FROM (DESCRIBE FROM t)") ==
        R"j({"t":"BIGINT STRUCT(q2 VARCHAR, p BIGINT) STRUCT(v BIGINT)[] VARCHAR"})j");
}

TEST_CASE("types that other writers spell differently keep their values, whatever the session's time zone") {
  struct Case {
    const char* value;
    const char* stored;
    const char* type;
    const char* shown;
  };

  const std::vector<Case> cases = {
      {"timestamp '2024-01-01 10:00:00'", "timestamp", "timestamptz", R"({"v":"2024-01-01 05:00:00-05"})"},
      {"timestamptz '2024-01-01 10:00:00+00'", "timestamptz", "timestamp", R"({"v":"2024-01-01 10:00:00"})"},
      {"date '2024-01-01'", "date", "timestamp", R"({"v":"2024-01-01 00:00:00"})"},
      {"date '2024-01-01'", "date", "timestamptz", R"({"v":"2023-12-31 19:00:00-05"})"},
      {"encode('gr\u00fc\u00df')", "binary", "string", "{\"v\":\"gr\u00fc\u00df\"}"},
      {"'gr\u00fc\u00df'", "string", "binary", R"({"v":"gr\\xC3\\xBC\\xC3\\x9F"})"},
      {"7::int", "int", "long", R"({"v":7})"},
      {"1.5::float", "float", "double", R"({"v":1.5})"},
      {"1.5::decimal(4,1)", "decimal(4, 1)", "decimal(9, 1)", R"({"v":1.5})"},
  };
  for (const auto& [value, stored, type, shown] : cases) {
    for (const bool by_name : {false, true}) {
      for (const bool is_nested : {false, true}) {
        Compute compute;
        FLOE_REQUIRE_OK(compute.execute("set TimeZone = 'America/New_York'"));
        const std::string path = compute.directory + "/f.parquet";
        const std::string column = is_nested ? std::string("{'v': ") + value + "}" : std::string(value);
        const char* ids = is_nested ? "{c: {__duckdb_field_id: 1, v: 2}}" : "{c: 1}";
        FLOE_REQUIRE_OK(compute.execute(fmt::format("copy (select {} as c) to '{}' (format parquet{})", column, path,
                                                    by_name ? "" : std::string(", field_ids ") + ids)));
        const auto field = [&](const char* leaf) -> json::value {
          if (!is_nested) return json::object{{"id", 1}, {"name", "c"}, {"type", leaf}};
          const json::object inner{{"id", 2}, {"name", "v"}, {"type", leaf}};
          return json::object{
              {"id", 1}, {"name", "c"}, {"type", json::object{{"type", "struct"}, {"fields", json::array{inner}}}}};
        };
        const json::array layouts = {json::object{{"by_name", by_name}, {"columns", json::array{field(stored)}}}};
        const json::array files = {json::object{{"path", path}, {"record_count", 1}, {"layout", 0}}};
        FLOE_REQUIRE_OK(compute.bind({layout_scan({field(type)}, files, layouts)}));
        INFO(stored << " as " << type << (by_name ? ", by name" : ", by id") << (is_nested ? ", nested" : ""));
        CHECK(compute.rows(is_nested ? "SELECT c.v AS v FROM t" : "SELECT c AS v FROM t") == shown);
      }
    }
  }
}

TEST_CASE("folders that look like Hive partitions are no columns") {
  Compute compute;
  const std::string path = compute.sub_directory("b=9") + "/f.parquet";
  FLOE_REQUIRE_OK(compute.execute("copy (select 1::int as a, 2::int as b) to '" + path + "' (format parquet)"));
  const json::array columns = schema_fields(R"([{"id":1,"name":"a","type":"int"},{"id":2,"name":"b","type":"int"}])");
  const json::array layouts = {json::object{{"by_name", true}, {"columns", columns}}};
  const json::array files = {json::object{{"path", path}, {"record_count", 1}, {"layout", 0}}};
  FLOE_REQUIRE_OK(compute.bind({layout_scan(columns, files, layouts)}));
  CHECK(compute.rows("FROM t") == R"({"a":1,"b":2})");
}

TEST_CASE("a private scan is seen by its session only") {
  Compute compute;
  json::object scan = view_scan("p", "1", "select 5 as x");
  scan["private"] = true;
  FLOE_REQUIRE_OK(compute.bind({scan}));
  CHECK(compute.rows("FROM p") == R"({"x":5})");
  const std::uint64_t other = compute.open();
  CHECK_FALSE(compute.rows_in(other, "FROM p"));
  CHECK(compute.rows("FROM p") == R"({"x":5})");
}

TEST_CASE("paths with glob characters and quotes are taken literally") {
  Compute compute;
  const std::string odd = compute.sub_directory("a[1]*?'x");
  const std::string sql = "select 1 as id, [1] as l";
  const auto described = compute.describe(sql);
  FLOE_REQUIRE_OK(described);
  const TableShape shape = shape_of(*described, odd);
  const auto written = compute.write(shape.request, sql);
  FLOE_REQUIRE_OK(written);
  FLOE_REQUIRE_OK(compute.bind({iceberg_scan("t", "1", shape.columns, written->at("files").as_array())}));
  CHECK(compute.rows("FROM t") == R"({"id":1,"l":[1]})");
}

TEST_CASE("a missing file is an error that names it") {
  Compute compute;
  const json::array columns = schema_fields(R"([{"id":1,"name":"id","type":"int"}])");
  const auto bound = compute.bind({iceberg_scan("t", "1", columns, {json::object{{"path", "/no/such.parquet"}}})});
  REQUIRE_FALSE(bound);
  CHECK(bound.error().code == ErrorCode::kIo);
  CHECK(bound.error().to_string().find("/no/such.parquet") != std::string::npos);
}

TEST_CASE("2,000 files bind within a second") {
  Compute compute;
  const Written written = write_table(compute, "select 1 as id");
  json::array files;
  for (int i = 0; i < 2000; ++i)
    files.push_back(written.files[0]);
  const auto begin = std::chrono::steady_clock::now();
  FLOE_REQUIRE_OK(compute.bind({iceberg_scan("t", "1", written.shape.columns, files)}));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
  CHECK(compute.rows("SELECT sum(id)::int AS n FROM t") == R"({"n":2000})");
}
