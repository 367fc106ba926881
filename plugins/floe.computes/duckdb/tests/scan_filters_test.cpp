#include "compute_fixture.hpp"

using namespace floe;        // NOLINT: test
using namespace floe::test;  // NOLINT: test

namespace {

json::array parse_array(const std::string& text) {
  const auto parsed = parse_json(text);
  FLOE_REQUIRE_OK(parsed);
  return parsed->as_array();
}

const json::array& columns() {
  static const json::array list = parse_array(R"j([
    {"id":1,"name":"i","type":"int"}, {"id":2,"name":"l","type":"long","sql_type":"UINTEGER"},
    {"id":3,"name":"f","type":"float"}, {"id":4,"name":"d","type":"double"},
    {"id":5,"name":"dec","type":"decimal(9,2)"}, {"id":6,"name":"huge","type":"decimal(38,0)","sql_type":"HUGEINT"},
    {"id":7,"name":"day","type":"date"}, {"id":8,"name":"t","type":"time"}, {"id":9,"name":"ts","type":"timestamp"},
    {"id":10,"name":"tz","type":"timestamptz"}, {"id":11,"name":"s","type":"string"}, {"id":12,"name":"u","type":"uuid"},
    {"id":13,"name":"b","type":"boolean"}, {"id":14,"name":"bin","type":"binary"},
    {"id":15,"name":"st","type":{"type":"struct","fields":[{"id":16,"name":"x","type":"int"}]}},
    {"id":17,"name":"li","type":{"type":"list","element-id":18,"element":"int"}}])j");
  return list;
}

json::object relation(const std::string& name) { return {{"database", "floe"}, {"schema", "main"}, {"name", name}}; }

json::object prunable_scan(const std::string& name) {
  json::object scan = iceberg_scan(name, "1", columns(), {});
  scan["files"] = nullptr;
  scan["prunable"] = true;
  return scan;
}

// What the query asks of `t`, or `-`.
std::string filter_of(Compute& compute, const std::string& sql) {
  floe_call call;
  const auto answer = compute.call_json(
      compute.client.scan_filters(&call, compute.session, sql, to_json(json::array{relation("t"), relation("t2")})));
  if (!answer) return "error: " + answer.error().to_string();
  for (const json::value& entry : answer->at("filters").as_array()) {
    if (entry.at("relation").at("name") == "t") return to_json(entry.at("filter"));
  }
  return "-";
}

}  // namespace

TEST_CASE("a condition becomes the filter of the scan below it") {
  struct Case {
    std::string where;
    std::string filter;
  };

  const std::string hour = R"({"op":"eq","term":"i","value":1})";
  const std::vector<Case> cases = {
      {"i = 1", R"({"op":"eq","term":"i","value":1})"},
      {"1 < i", R"({"op":"gt","term":"i","value":1})"},
      {"i <> 1", R"({"op":"noteq","term":"i","value":1})"},
      {"not (i > 1)", R"({"op":"lteq","term":"i","value":1})"},
      {"i + 1 = 5", R"({"op":"eq","term":"i","value":4})"},
      {"i between 1 and 2",
       R"({"op":"and","left":{"op":"gteq","term":"i","value":1},"right":{"op":"lteq","term":"i","value":2}})"},
      {"i in (1, 2)",
       R"({"op":"or","left":{"op":"eq","term":"i","value":1},"right":{"op":"eq","term":"i","value":2}})"},
      {"i is null", R"({"op":"is-null","term":"i"})"},
      {"i is not null", R"({"op":"not-null","term":"i"})"},
      {"i is not distinct from 1", R"({"op":"eq","term":"i","value":1})"},
      {"l = 4294967295", R"({"op":"eq","term":"l","value":4294967295})"},
      {"d < 1.5", R"({"op":"lt","term":"d","value":1.5})"},
      {"dec >= 1.50", R"({"op":"gteq","term":"dec","value":"1.50"})"},
      {"dec >= -0.05", R"({"op":"gteq","term":"dec","value":"-0.05"})"},
      {"huge = 170141183460469231731687303715884105727",
       R"({"op":"eq","term":"huge","value":"170141183460469231731687303715884105727"})"},
      {"huge = -1", R"({"op":"eq","term":"huge","value":"-1"})"},
      {"day = date '2024-02-29'", R"({"op":"eq","term":"day","value":"2024-02-29"})"},
      {"day = '2024-02-29'", R"({"op":"eq","term":"day","value":"2024-02-29"})"},
      {"t < time '10:00:00.5'", R"({"op":"lt","term":"t","value":"10:00:00.500000"})"},
      {"ts >= timestamp '1969-12-31 23:59:59.999999'",
       R"({"op":"gteq","term":"ts","value":"1969-12-31T23:59:59.999999"})"},
      {"tz >= timestamptz '2024-01-01 00:00:00+02'",
       R"({"op":"gteq","term":"tz","value":"2023-12-31T22:00:00.000000+00:00"})"},
      {"s = 'it''s'", R"({"op":"eq","term":"s","value":"it's"})"},
      {"s like 'ab%'", R"({"op":"starts-with","term":"s","value":"ab"})"},
      {"u = 'f79c3e09-677c-4bbd-a479-3f349cb785e7'",
       R"({"op":"eq","term":"u","value":"f79c3e09-677c-4bbd-a479-3f349cb785e7"})"},
      {"u > '00000000-0000-0000-0000-000000000001'",
       R"({"op":"gt","term":"u","value":"00000000-0000-0000-0000-000000000001"})"},
      {"b", R"({"op":"eq","term":"b","value":true})"},
      {"not b", R"({"op":"eq","term":"b","value":false})"},
      // A part that cannot be said is left out of `and`, and takes an `or` with it.
      {"i = 1 and bin = 'x'", R"({"op":"eq","term":"i","value":1})"},
      {"i = 1 or bin = 'x'", "-"},
      {"bin = 'x'", "-"},
      {"st.x = 1", "-"},
      {"st is null", "-"},
      {"st = {x: 1}", "-"},
      {"i = 1 and st is not null", R"({"op":"eq","term":"i","value":1})"},
      {"i = 1 or st is null", "-"},
      {"l is null and li is null", R"({"op":"is-null","term":"l"})"},
      {"li is not null", "-"},
      {"i = random()", "-"},
      {"d = 'nan'", "-"},
      {"d = 'inf'", "-"},
      {"day = 'infinity'", "-"},
      {"i = l", "-"},
      {"true", "-"},
      // Made a constant while it is planned, and another one when it runs.
      {"day >= current_date - 7", "-"},
      {"i = 1 and tz < now()", "-"},
      {"i = 1 and ts < age(timestamp '2020-01-01') + timestamp '2020-01-01'", "-"},
  };
  Compute compute;
  FLOE_REQUIRE_OK(compute.execute("set TimeZone = 'America/New_York'"));
  FLOE_REQUIRE_OK(compute.bind({prunable_scan("t"), prunable_scan("t2")}));
  for (const auto& [where, filter] : cases) {
    INFO(where);
    CHECK(filter_of(compute, "select i from floe.main.t where " + where) == filter);
  }
}

TEST_CASE(
    "filters are found through views, joins and common table expressions, and joined where a table is read twice") {
  const std::string one = R"({"op":"eq","term":"i","value":1})";
  const std::string two = R"({"op":"eq","term":"i","value":2})";

  struct Case {
    std::string sql;
    std::string filter;
  };

  const std::vector<Case> cases = {
      {"select * from (select i, s from floe.main.t) q where i = 1", one},
      {"with c as (select * from t) select count(*) from c where i = 1", one},
      {"select * from t join t2 using (i) where t2.i = 1", one},
      {"select * from t2 left join t on t.i = t2.i and t.i = 1", one},
      {"select * from t left join t2 on t.i = t2.i and t.i = 1", "-"},
      {"select * from t where i = 1 union all select * from t where i = 2",
       R"({"op":"or","left":)" + one + R"(,"right":)" + two + "}"},
      {"select * from t where i = 1 union all select * from t", "-"},
      {"select i, count(*) from t where i = 1 group by i having count(*) > 1", one},
      {"select i, row_number() over (partition by i order by d) from t qualify i = 1", one},
      {"select * from (select * from t limit 10) where i = 1", "-"},
      {"select * from t where i = (select max(i) from t2)", "-"},
      {"select * from t where i = 1; -- the end", one},
      {"select 1", "-"},
      {"no sql", "-"},
      {"select nothing from t where i = 1", "-"},
  };
  Compute compute;
  FLOE_REQUIRE_OK(compute.bind({prunable_scan("t"), prunable_scan("t2")}));
  for (const auto& [sql, filter] : cases) {
    INFO(sql);
    CHECK(filter_of(compute, sql) == filter);
  }
}

TEST_CASE("a session reads the files that it has chosen, others what is shared") {
  Compute compute;
  const json::array own = parse_array(R"([{"id":1,"name":"i","type":"int"}])");
  const auto file = [&](int value) {
    const std::string path = fmt::format("{}/{}.parquet", compute.directory, value);
    FLOE_REQUIRE_OK(compute.execute(
        fmt::format("copy (select {}::int as i) to '{}' (format parquet, field_ids {{i: 1}})", value, path)));
    return json::object{{"path", path}, {"record_count", 1}};
  };
  const json::array files = {file(1), file(2)};
  json::object shared = iceberg_scan("t", "1", own, {});
  shared["prunable"] = true;
  shared["files"] = nullptr;
  FLOE_REQUIRE_OK(compute.bind({shared}));
  CHECK(compute.rows("select count(*) as n from t").find("the relation is not bound for this statement") !=
        std::string::npos);
  json::object pruned = iceberg_scan("t", "1", own, {files[1]});
  pruned["pruned"] = true;
  FLOE_REQUIRE_OK(compute.bind({pruned}));
  CHECK(compute.rows("from t") == R"({"i":2})");
  const std::uint64_t other = compute.open();
  CHECK_FALSE(compute.rows_in(other, "from t"));
  shared["key"] = "2";
  shared["files"] = files;
  FLOE_REQUIRE_OK(compute.bind_in(other, {shared}));
  CHECK(*compute.rows_in(other, "from t order by i") == "{\"i\":1}\n{\"i\":2}");
  CHECK(compute.rows("from t") == R"({"i":2})");
  floe_call call;
  json::object name = relation("t");
  name["pruned"] = true;
  FLOE_REQUIRE_OK(compute.client.unbind(&call, compute.session, to_json(json::array{name})));
  CHECK(compute.rows("from t order by i") == "{\"i\":1}\n{\"i\":2}");
  // Looking for filters forgets a choice too.
  FLOE_REQUIRE_OK(compute.bind({pruned}));
  CHECK(filter_of(compute, "select * from t where i = 2") == R"({"op":"eq","term":"i","value":2})");
  CHECK(compute.rows("from t order by i") == "{\"i\":1}\n{\"i\":2}");
  pruned["relation"].as_object()["name"] = "unknown";
  CHECK(compute.bind({pruned}).error().message == "`main.unknown` is not bound as prunable");
}

TEST_CASE("functions whose answer depends on the moment are known to the search for filters") {
  // Stable by the engine's own word, or without a part in what a scan reads.
  const std::string harmless =
      "('current_database', 'current_query', 'current_schema', 'current_schemas', 'error', 'gen_random_uuid', "
      "'in_search_path', 'setseed', 'sleep_ms', 'stats', 'uuid', 'uuidv4', 'uuidv7', 'write_log')";
  Compute compute;
  FLOE_REQUIRE_OK(compute.bind({prunable_scan("t")}));
  const std::string names = compute.rows(
      "select distinct function_name as f from duckdb_functions() where stability <> 'CONSISTENT' and function_name "
      "not "
      "in " +
      harmless + " order by f");
  CHECK(
      names ==
      "{\"f\":\"current_connection_id\"}\n{\"f\":\"current_date\"}\n{\"f\":\"current_query_id\"}\n"
      "{\"f\":\"current_transaction_id\"}\n{\"f\":\"currval\"}\n{\"f\":\"get_current_time\"}\n"
      "{\"f\":\"get_current_timestamp\"}\n{\"f\":\"nextval\"}\n{\"f\":\"now\"}\n{\"f\":\"random\"}\n{\"f\":\"today\"}\n"
      "{\"f\":\"transaction_timestamp\"}\n{\"f\":\"txid_current\"}");
  for (const std::string call :
       {"current_date", "today()", "now()::date", "current_timestamp::date", "get_current_timestamp()::date",
        "transaction_timestamp()::date", "current_localtimestamp()::date", "localtimestamp::date",
        "(date '2020-01-01' + age(timestamp '2020-01-01'))::date"}) {
    INFO(call);
    CHECK(filter_of(compute, "select i from t where i = 1 and day < " + call) == "-");
  }
  for (const std::string call :
       {"current_localtime()", "localtime", "current_time::time", "get_current_time()::time"}) {
    INFO(call);
    CHECK(filter_of(compute, "select i from t where i = 1 and t < " + call) == "-");
  }
}
